// What comes from Discogs. The line answers in the shapes of docs/openapi.json.

import assert from "node:assert/strict";
import { registered } from "./collection.js";

export const cases = {
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
