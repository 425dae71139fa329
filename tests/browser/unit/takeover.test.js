import assert from "node:assert/strict";
import { test } from "node:test";
import { checkFields } from "../../../frontend/js/models/fields.js";
import { toAlbums, parsePrice } from "../../../frontend/js/models/takeover.js";

const OLD = [
    { artist: "Can", album: "Tago Mago", genre: "Rock", cover: "https://example.org/x.jpg", price: 30 },
    { artist: "Can", album: "Tago Mago", genre: "Rock", cover: "https://example.org/x.jpg", price: 30 },
    {
        artist: "x".repeat(600),
        album: 7,
        cover: `data:image/png;base64,${"A".repeat(20_000)}`,
        price: "ask",
        extra: { a: 1 },
    },
    "a text",
    null,
];

test("every old record becomes an album that the server accepts", () => {
    const albums = toAlbums(JSON.stringify(OLD), 1);
    assert.equal(albums.length, OLD.length);
    for (const album of albums)
        assert.doesNotThrow(() => checkFields("album", album, { isNew: true }), JSON.stringify(album).slice(0, 200));
    assert.deepEqual(albums[2].custom.extra, { a: 1 });
    assert.equal(albums[3].custom.value, "a text");
});

test("the same text makes the same uids, also for copies, and another owner gets other uids", () => {
    const uids = (owner) => toAlbums(JSON.stringify(OLD), owner).map(({ uid }) => uid);
    assert.deepEqual(uids(1), uids(1));
    assert.equal(new Set([...uids(1), ...uids(2)]).size, 2 * OLD.length);
    for (const uid of uids(1))
        assert.match(uid, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("a text that is not a collection is ignored", () => {
    for (const text of ["", "{", "{}", "null", "7"]) assert.equal(toAlbums(text, 1), null);
});

test("prices are read with their currencies", () => {
    assert.deepEqual(parsePrice(12.5), { price: 12.5 });
    assert.deepEqual(parsePrice("€12,50"), { price: 12.5, price_currency: "EUR" });
    assert.deepEqual(parsePrice("20 USD"), { price: 20, price_currency: "USD" });
    for (const wrong of ["", "free", "12.50.1", -1, Number.NaN, {}]) assert.equal(parsePrice(wrong), undefined);
});
