// The collection of one user on one device.

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

    async "a record of several genres is on the page of each of them"(device) {
        const { page, ...phone } = await registered(device);
        await phone.visit("/mycollection.html");
        await phone.add("Taj Mahal", "Music Keys");
        await phone.saved();
        await page.click("record-shelf a.record-card");
        await page.click("[data-fact=genre] button");
        await page.fill("[data-fact=genre] [name=genre]", "Blues,  Folk, World, & Country");
        await page.keyboard.press("Enter");
        await page.waitForSelector(".gatefold .chip:has-text('Folk, World, & Country')");
        assert.equal(await page.locator(".gatefold .chip").count(), 2);
        await phone.saved();
        const stored = await phone.app(({ collection }) => collection.query({})[0].genres);
        assert.deepEqual(stored, ["Blues", "Folk, World, & Country"]);

        await page.click(".gatefold .chip:has-text('Folk, World, & Country')");
        await page.waitForSelector(".genre-head h1:has-text('Folk, World, & Country')");
        assert.equal(await page.locator("a.record-card").count(), 1);
        await phone.visit("/genre.html");
        assert.deepEqual(await page.locator(".divider-tab").allTextContents(), ["Blues", "Folk, World, & Country"]);
    },

    async "a thousand records are imported, and a search takes less than 100 ms"(device) {
        const { page, ...phone } = await registered(device);
        await phone.visit("/settings.html");
        await page.setInputFiles("#import-file", {
            name: "discogs.csv",
            mimeType: "text/csv",
            buffer: Buffer.from(csv(1_000)),
        });
        await page.click("button:has-text('Import 1,000 records')");
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

    async "the import of a faulty file names the row and the fault, and takes the other rows"(device) {
        const { page, ...phone } = await registered(device);
        await phone.visit("/settings.html");
        const text = "artist,album,year\nCan,Tago Mago,1971\nNeu!,Neu!,soon\n";
        await page.setInputFiles("#import-file", { name: "mine.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
        await page.waitForSelector(".data-table tbody tr");
        assert.match(await page.textContent(".data-table"), /year/);
        await page.click("button:has-text('Import 1 record')");
        await page.waitForFunction(async () => (await import("/js/models/collection.js")).count() === 1);
    },
};

/** A device whose user has just made an account. Its methods are bound, so that they can be destructured. */
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

/** A file in the format of a Discogs export. */
function csv(count) {
    const columns = [
        ["Catalog#", (index) => `CAT ${index}`],
        ["Artist", (index) => `Artist ${index % 100}`],
        ["Title", (index) => `Album ${index}`],
        ["Label", (index) => `Label ${index % 40}`],
        ["Format", () => '"LP, Album"'],
        ["Rating", (index) => index % 6 || ""],
        ["Released", (index) => 1960 + (index % 60)],
        ["release_id", (index) => 1000 + index],
        ["CollectionFolder", () => "Uncategorized"],
        ["Date Added", () => "2024-01-01 10:00:00"],
        ["Collection Media Condition", () => "Very Good Plus (VG+)"],
        ["Collection Sleeve Condition", () => "Very Good (VG)"],
        ["Collection Notes", () => ""],
    ];
    const head = columns.map(([name]) => name).join(",");
    const rows = Array.from({ length: count }, (_, index) => columns.map(([, value]) => value(index)).join(","));
    return `${[head, ...rows].join("\n")}\n`;
}
