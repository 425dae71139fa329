import assert from "node:assert/strict";
import { test } from "node:test";
import { isBarcode } from "../../../frontend/js/models/barcode.js";
import { computeStats } from "../../../frontend/js/models/collection-stats.js";
import { makeUuid, hashToUuid } from "../../../frontend/js/models/uuid.js";

test("a barcode has a correct check digit", () => {
    for (const right of ["0 36000-29145 2", "4006381333931", "73513537"]) assert.ok(isBarcode(right), right);
    for (const wrong of ["036000291453", "4006381333932", "", "12", "abcdefghijkl", "PHI 10074"])
        assert.ok(!isBarcode(wrong), wrong);
});

test("a UUID that is made later sorts later, and a text always has the same UUID", () => {
    const [earlier, later] = [makeUuid(1_700_000_000_000), makeUuid(1_700_000_000_001)];
    assert.ok(earlier < later);
    assert.match(later, /^018bcfe5-6801-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(hashToUuid("a"), hashToUuid("a"));
    assert.notEqual(hashToUuid("a"), hashToUuid("b"));
});

test("the statistics count copies and keep currencies apart", () => {
    const stats = computeStats([
        {
            artist: "a",
            album: "x",
            genre: "Jazz",
            year: 1961,
            quantity: 2,
            price: 10.1,
            price_currency: "EUR",
            created_at: "2026-01-05",
        },
        {
            artist: "a",
            album: "y",
            genre: "Jazz, Blues",
            year: 1969,
            price: 5,
            price_currency: "USD",
            created_at: "2026-02-05",
        },
    ]);
    assert.deepEqual([stats.total, stats.copies], [2, 3]);
    assert.deepEqual(stats.by_genre, [
        { name: "Jazz", count: 3 },
        { name: "Blues", count: 1 },
    ]);
    assert.deepEqual(stats.value, [
        { currency: "EUR", albums: 1, total: 20.2 },
        { currency: "USD", albums: 1, total: 5 },
    ]);
    assert.deepEqual(stats.growth, [
        { month: "2026-01", added: 2, total: 2 },
        { month: "2026-02", added: 1, total: 3 },
    ]);
});
