// What comes from Discogs. The line answers in the shapes of docs/openapi.json.

import assert from "node:assert/strict";
import { violations } from "./access.js";
import { registered } from "./collection.js";

export const cases = {
    async "the records on the screen get new prices until Discogs refuses, and a typed price stays"(device) {
        const { page, line, ...phone } = await registered(device);
        const record = (album, fields) => ({ artist: "Can", album, price_currency: "EUR", ...fields });
        const records = [
            record("Tago Mago", { discogs_id: 1, price: 90, price_source: "Discogs", price_at: "2020-01-01" }),
            record("Ege Bamyasi", { discogs_id: 2, price: 80, price_source: "By hand", price_at: "2020-01-02" }),
            record("Future Days", { discogs_id: 3 }),
        ];
        await phone.app(({ collection }, albums) => collection.addMany(albums), records);
        const at = new Date().toISOString();
        const price = { value: 120, currency: "EUR", at, source: "Discogs" };
        line.answer("/api/discogs/price", { id: 1, price });
        await phone.visit("/mycollection.html?sort=-price");
        await page.waitForSelector("#worth:has-text('Worth €170: 2 of 3 records, the oldest price from')");
        assert.deepEqual(await violations(page), []);
        await page.click("#worth button:has-text('Value now')");
        await page.waitForSelector(".toast:has-text('2 records of 2 on the screen valued.')");
        await page.waitForSelector("#worth:has-text('Worth €320: 3 of 3 records')");

        line.refuse("/api/discogs/price", { status: 503, code: "discogs_busy" });
        const before = line.count("GET /api/discogs/price");
        await page.click("#worth button:has-text('Value now')");
        await page.waitForSelector(".toast:has-text('0 records of 2 on the screen valued. Discogs accepts no more')");
        assert.equal(line.count("GET /api/discogs/price"), before + 1);
    },

    async "a record with a release number gets the fields that it lacks, and keeps those that it has"(device) {
        const { page, line, ...phone } = await registered(device);
        const typed = { artist: "Can", album: "Tago Mago", genre: "Krautrock", discogs_id: 77 };
        const [{ uid }] = await phone.app(({ collection }, album) => collection.addMany([album]), typed);
        const release = { id: 77, artist: "Can", album: "Tago Mago", year: 1971, genre: "Rock", country: "Germany" };
        line.answer("/api/discogs/releases/77", { ...release, label: "United Artists", tracklist: [] });
        await phone.visit(`/album.html?uid=${uid}`);
        await page.click("button:has-text('Find at Discogs')");
        await page.waitForSelector("[data-fact=year] button:has-text('1971')");
        await phone.saved();
        const [{ genre, country, label }] = await phone.app(({ collection }) => collection.all());
        assert.deepEqual([genre, country, label], ["Krautrock", "Germany", "United Artists"]);
    },
};
