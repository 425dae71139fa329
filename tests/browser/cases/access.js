// Accessibility: the keyboard, and the rules of axe-core for screen readers and contrast.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { registered } from "./collection.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RECORDS = [
    {
        artist: "Nina Simone",
        album: "Pastel Blues",
        genre: "Jazz",
        year: 1965,
        format: "LP",
        rating: 5,
        price: 30,
        price_currency: "EUR",
        price_at: "2026-01-01",
        price_source: "by hand",
    },
    {
        artist: "Can",
        album: "Tago Mago",
        genre: "Rock",
        year: 1971,
        label: "United Artists",
        media_condition: "Very Good (VG)",
    },
    { artist: "Sun Ra", album: "Space Is the Place", genre: "Jazz", year: 1973, wanted: true },
];

export async function violations(page) {
    await page.evaluate(`if (!globalThis.axe) { ${AXE} }`);
    const { violations: found } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
    return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

/** Presses Tab until an element that matches has the focus. */
async function tabTo(page, selector) {
    for (let step = 0; step < 60; step += 1) {
        await page.keyboard.press("Tab");
        if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
    }
    throw new Error(`the keyboard does not reach ${selector}`);
}

export const cases = {
    async "no page breaks an accessibility rule, in both themes, with and without records"(device) {
        const found = [];
        for (const colorScheme of ["light", "dark"]) {
            const { page, ...phone } = await registered(device, { colorScheme, reducedMotion: "reduce" });
            const look = async (path) => {
                await phone.visit(path);
                await page.waitForTimeout(100);
                for (const each of await violations(page)) found.push(`${colorScheme} ${path} ${each}`);
            };
            await look("/mycollection.html");
            const [{ uid }] = await phone.app(({ collection }, records) => collection.addMany(records), RECORDS);
            for (const path of [
                "/",
                "/mycollection.html",
                `/album.html?uid=${uid}`,
                "/genre.html",
                "/genre.html?name=Jazz",
                "/stats.html",
                "/settings.html",
            ])
                await look(path);
            for (const path of ["/offline.html", "/nothing-there.html"]) {
                await page.goto(path);
                for (const each of await violations(page)) found.push(`${colorScheme} ${path} ${each}`);
            }
            await page.goto("/mycollection.html");
            await page.waitForSelector("html[data-ready=true]", { state: "attached" });
            await page.keyboard.press("n");
            await page.waitForSelector("dialog.add[open]");
            for (const each of await violations(page)) found.push(`${colorScheme} add ${each}`);
            const stranger = await device({ colorScheme, reducedMotion: "reduce" });
            await stranger.visit("/");
            for (const each of await violations(stranger.page)) found.push(`${colorScheme} signed out ${each}`);
        }
        assert.deepEqual(found, []);
    },

    async "an account is made, and a record added and edited, by keyboard only"(device) {
        const phone = await device();
        const { page } = phone;
        await phone.visit("/");
        await tabTo(page, "#tab-sign-in, #tab-register");
        await page.keyboard.press("ArrowRight");
        await tabTo(page, "#register-name");
        await page.keyboard.type("Ada");
        await page.keyboard.press("Tab");
        await page.keyboard.type(`keys${process.pid}@example.org`);
        await page.keyboard.press("Tab");
        await page.keyboard.type("correct horse battery");
        await page.keyboard.press("Enter");
        await page.waitForSelector("html[data-user=in][data-ready=true]", { state: "attached" });

        await phone.visit("/mycollection.html");
        await page.keyboard.press("n");
        await page.waitForSelector("dialog.add[open]");
        assert.equal(await page.evaluate(() => document.activeElement.name), "artist");
        await page.keyboard.type("Nina Simone");
        await tabTo(page, "[name=album]");
        await page.keyboard.type("Pastel Blues");
        await page.keyboard.press("Enter");
        await page.waitForSelector("dialog.add", { state: "detached" });

        await page.keyboard.press("/");
        await page.keyboard.type("nina");
        await tabTo(page, "a.record-card");
        await page.keyboard.press("Enter");
        await page.waitForSelector("html[data-ready=true] [data-fact=year]");
        await tabTo(page, "[data-fact=year] button");
        await page.keyboard.press("Enter");
        await page.keyboard.type("1965");
        await page.keyboard.press("Enter");
        await page.waitForSelector("[data-fact=year] button:has-text('1965')");
        assert.equal(await page.evaluate(() => document.activeElement.closest("[data-fact]")?.dataset.fact), "year");
    },
};
