// What comes from Discogs: the filling of records, a collection that is followed, prices, and the release of a record's
// number. The line answers in the shapes of docs/openapi.json, because the states last too short for real answers.

import assert from "node:assert/strict";
import { violations } from "./access.js";
import { registered } from "./collection.js";

const FILLING = "/api/collection/enrichment";
const IMPORT = "/api/collection/import/discogs";

const FILLED = {
    state: "running",
    total: 1_500,
    filled: 412,
    waiting: 1_088,
    nothing: 0,
    failed: 0,
    seconds_left: 1_190,
    error: null,
    failures: [],
};
const NOT_FOLLOWED = {
    state: "idle",
    username: null,
    has_token: false,
    follow: false,
    pages: 0,
    pages_read: 0,
    records: 0,
    added: 0,
    updated: 0,
    unchanged: 0,
    rejected: 0,
    wants: 0,
    gone: [],
    started_at: null,
    finished_at: null,
    next_at: null,
};
const FOLLOWED = { ...NOT_FOLLOWED, username: "vinylhead", follow: true, pages: 3, records: 212, wants: 9 };
const PREVIEW = {
    dry_run: true,
    username: "vinylhead",
    records: 212,
    wants: 9,
    pages: 3,
    compared: 100,
    added: 97,
    updated: 2,
    unchanged: 1,
    items: [{ artist: "Can", album: "Tago Mago", year: 1971, discogs_id: 7, action: "add" }],
};

export const cases = {
    async "the shelf shows how far the filling is, pauses it, and fetches the covers that have arrived"(device) {
        const { page, line, ...phone } = await registered(device);
        line.answer(FILLING, FILLED);
        await phone.visit("/mycollection.html");
        await page.waitForSelector("#filling:has-text('412 of 1,500 covers, about 20 minutes')");
        assert.deepEqual(await violations(page), []);

        const before = line.count("POST /api/collection/sync");
        line.answer(FILLING, { ...FILLED, state: "waiting", error: "busy", filled: 440, waiting: 1_060 });
        await page.waitForSelector("#filling:has-text('440 of 1,500 covers. Waiting for Discogs')");
        await page.waitForFunction(async () => (await import("/js/models/sync.js")).status().state === "saved");
        assert.ok(line.count("POST /api/collection/sync") > before, "the covers are fetched at once");

        line.answer(FILLING, { ...FILLED, state: "paused", filled: 440 });
        await page.click("#filling button:has-text('Pause')");
        await page.waitForSelector("#filling:has-text('440 of 1,500 covers. Paused.')");
        assert.equal(line.count(`POST ${FILLING}`), 1);
        await page.waitForSelector("#filling button:has-text('Go on')");
    },

    async "the records that could not be filled are named with the reason, and tried again"(device) {
        const { page, line, ...phone } = await registered(device);
        await phone.visit("/mycollection.html");
        await phone.add("Faust", "So Far");
        await phone.saved();
        const [{ id, uid }] = await phone.app(({ collection }) => collection.all());
        const failures = [
            {
                id,
                artist: "Faust",
                album: "So Far",
                code: "release_not_found",
                reason: "No such release.",
            },
        ];
        line.answer(FILLING, { ...FILLED, state: "idle", total: 1, filled: 0, waiting: 0, failed: 1, failures });
        await phone.visit("/mycollection.html");
        await page.click("#filling summary:has-text('1 record could not be filled in')");
        await page.waitForSelector(`#filling a[href="/album.html?uid=${uid}"]`);
        assert.match(await page.textContent("#filling .ledger"), /No such release/);
        assert.deepEqual(await violations(page), []);
        line.answer(FILLING, { ...FILLED, state: "running", total: 1, filled: 0, waiting: 1, seconds_left: 3 });
        await page.click("#filling button:has-text('Try again')");
        await page.waitForSelector("#filling:has-text('0 of 1 covers, about 1 minute')");
    },

    async "the history of a record says what was filled in, without a time"(device) {
        const { page, line, ...phone } = await registered(device);
        await phone.app(({ collection }) => collection.add({ artist: "Can", album: "Tago Mago" }));
        await phone.visit("/mycollection.html");
        await phone.saved();
        const [{ id, uid }] = await phone.app(({ collection }) => collection.all());
        const fill = { kind: "put", fields: { year: 1971 }, edited_at: "1970-01-01T00:00:00.000Z" };
        const items = [{ ...fill, version: 2, device_id: "enrichment", status: "applied" }];
        line.answer(`/api/collection/${id}/history`, { items, lost: [], next_cursor: null });
        await phone.visit(`/album.html?uid=${uid}#history`);
        await page.waitForSelector("#history .ledger li");
        assert.equal((await page.textContent("#history .ledger li")).trim(), "Filled in from Discogs Year: 1971");
    },

    async "a collection at Discogs is looked at, brought here and followed, and nothing is removed"(device) {
        const { page, line, ...phone } = await registered(device);
        const gone = [{ id: 1, artist: "Faust", album: "So Far", wanted: false }];
        line.answer(IMPORT, NOT_FOLLOWED);
        await phone.visit("/settings.html#discogs");
        await page.fill("#discogs [name=username]", "vinylhead");
        line.answer(IMPORT, PREVIEW);
        await page.click("#discogs button:has-text('Look at it first')");
        await page.waitForSelector("#discogs:has-text('vinylhead has 212 records and 9 wanted records at Discogs')");
        assert.match(await page.textContent("#discogs"), /Of the first 100:/);
        assert.deepEqual(await violations(page), []);

        line.answer(IMPORT, { ...FOLLOWED, state: "running", pages_read: 1, added: 97, unchanged: 3 });
        await page.click("#discogs button:has-text('Bring them')");
        await page.waitForSelector("#discogs:has-text('100 of 221 records')");
        assert.deepEqual(await violations(page), []);
        const times = { finished_at: new Date().toISOString(), next_at: "2100-01-01T00:00:00Z" };
        line.answer(IMPORT, { ...FOLLOWED, ...times, pages_read: 3, added: 218, unchanged: 3, gone });
        await page.waitForSelector("#discogs:has-text('vinylhead is followed')");
        assert.match(await page.textContent("#discogs"), /No longer at Discogs: 1 record.*They stay here/);
        assert.deepEqual(await violations(page), []);

        line.answer(IMPORT, NOT_FOLLOWED);
        await page.click("#discogs button:has-text('Stop following')");
        await page.waitForSelector("#discogs [name=username]");
        assert.equal(line.count(`DELETE ${IMPORT}`), 1);
    },

    async "a name that Discogs does not know is refused in words, and can be corrected"(device) {
        const { page, line, ...phone } = await registered(device);
        line.answer(IMPORT, NOT_FOLLOWED);
        await phone.visit("/settings.html#discogs");
        await page.fill("#discogs [name=username]", "vynilhead");
        line.refuse(IMPORT, { status: 404, code: "discogs_user_not_found" });
        await page.click("#discogs button:has-text('Look at it first')");
        await page.waitForSelector("#discogs .notice.bad:has-text('Discogs has no user with this name')");
        assert.equal(await page.inputValue("#discogs [name=username]"), "vynilhead");
    },

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

    async "a cover of the Cover Art Archive is found, named with its source, and rejected with one click"(device) {
        const { page, line, ...phone } = await registered(device);
        const names = { artist: "Can", album: "Tago Mago" };
        const [{ uid }] = await phone.app(({ collection }, album) => collection.addMany([album]), names);
        const mbid = "11111111-1111-4111-8111-111111111111";
        const cover = `/cache/images/mb-${mbid}-0123456789abcdef0123456789abcdef.jpg`;
        line.answer("/api/musicbrainz/release", { match: { mbid, by: "names", fields: { ...names, cover } } });
        await phone.visit(`/album.html?uid=${uid}`);
        await page.click("button:has-text('Add a cover')");
        await page.click("button:has-text('Look in the Cover Art Archive')");
        await page.click("button:has-text('Use this cover')");
        const source = page.locator(".cover-source");
        await source.waitFor();
        assert.equal(await source.locator("a").getAttribute("href"), `https://musicbrainz.org/release/${mbid}`);
        assert.deepEqual(await violations(page), []);
        await page.click("button:has-text('Wrong picture')");
        await source.waitFor({ state: "detached" });
        await page.waitForSelector("button:has-text('Add a cover')");
    },
};
