// The collection, as one collector on one device sees it.

import assert from "node:assert/strict";

export const cases = {
    async "an account is made, and a record added, edited, found and removed"(device) {
        const { page, ...phone } = await registered(device);
        await phone.visit("/mycollection.html");
        await phone.add("Nina Simone", "Pastel Blues");
        await phone.add("Can", "Tago Mago");
        await phone.saved();

        await page.fill("#search", "nina pas");
        await page.waitForFunction(() => document.querySelectorAll("record-shelf a.record-card").length === 1);
        await page.click("record-shelf a.record-card");
        await page.waitForSelector("[data-fact=year] button");
        await page.click("[data-fact=year] button");
        await page.fill("[data-fact=year] [name=year]", "1066");
        await page.keyboard.press("Enter");
        assert.match(await page.textContent("form.in-place .fault:not(:empty)"), /1860 to 2100/);
        await page.fill("[data-fact=year] [name=year]", "1965");
        await page.keyboard.press("Enter");
        await page.waitForSelector("[data-fact=year] button:has-text('1965')");
        await phone.saved();

        await page.click("button:has-text('Remove')");
        await page.waitForFunction(async () => (await import("/js/models/collection.js")).trash().length === 1);
        await phone.saved();
        await phone.visit("/mycollection.html");
        assert.equal(await page.locator("record-shelf a.record-card").count(), 1);
    },

    async "a thousand records are imported, and a search answers at once"(device) {
        const { page, ...phone } = await registered(device);
        await phone.visit("/settings.html");
        await page.setInputFiles("#import-file", {
            name: "discogs.csv",
            mimeType: "text/csv",
            buffer: Buffer.from(csv(1_000)),
        });
        await page.click("button:has-text('Bring 1,000 records along')");
        await page.waitForSelector(".notice.good");
        assert.match(await page.textContent(".notice.good"), /1,000/);
        await page.waitForFunction(async () => (await import("/js/models/collection.js")).count() === 1_000);

        await phone.visit("/mycollection.html");
        const took = await page.evaluate(async () => {
            const { query } = await import("/js/models/collection.js");
            query({ q: "warm" });
            const started = performance.now();
            const found = query({ q: "artist 77 alb" });
            return { ms: performance.now() - started, found: found.length };
        });
        assert.ok(took.found > 0 && took.ms < 100, JSON.stringify(took));
        await page.fill("#search", "artist 77 album 777");
        await page.waitForFunction(() => document.querySelectorAll("record-shelf a.record-card").length === 1);
    },

    async "a faulty file says which row and why, and takes the rest"(device) {
        const { page, ...phone } = await registered(device);
        await phone.visit("/settings.html");
        const text = "artist,album,year\nCan,Tago Mago,1971\nNeu!,Neu!,soon\n";
        await page.setInputFiles("#import-file", { name: "mine.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
        await page.waitForSelector(".data-table tbody tr");
        assert.match(await page.textContent(".data-table"), /year/);
        await page.click("button:has-text('Bring 1 record along')");
        await page.waitForFunction(async () => (await import("/js/models/collection.js")).count() === 1);
    },
};

/** A device whose collector has just made an account; its methods stay bound. */
export async function registered(device, options) {
    const phone = await device(options);
    const email = await phone.register();
    const bound = (name) => phone[name].bind(phone);
    return {
        email,
        device: phone,
        page: phone.page,
        line: phone.line,
        context: phone.context,
        visit: bound("visit"),
        add: bound("add"),
        saved: bound("saved"),
        app: bound("app"),
        installed: bound("installed"),
    };
}

/** As Discogs exports a collection. */
function csv(count) {
    const rows = Array.from(
        { length: count },
        (_, index) =>
            `CAT ${index},Artist ${index % 100},Album ${index},Label ${index % 40},"LP, Album",${index % 6 || ""},${1960 + (index % 60)},${1000 + index},Uncategorized,2024-01-01 10:00:00,Very Good Plus (VG+),Very Good (VG),`,
    );
    return `Catalog#,Artist,Title,Label,Format,Rating,Released,release_id,CollectionFolder,Date Added,Collection Media Condition,Collection Sleeve Condition,Collection Notes\n${rows.join("\n")}\n`;
}
