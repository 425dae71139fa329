// Fields of several values: from the lists of the server, or from a text that it has not split yet.

import assert from "node:assert/strict";
import { test } from "node:test";

import { AlbumIndex } from "../../../frontend/js/models/album-index.js";
import { computeStats } from "../../../frontend/js/models/collection-stats.js";
import { applyPatch } from "../../../frontend/js/models/overlay.js";
import { formatOf, valuesOf } from "../../../frontend/js/models/values.js";

const COUNTRY = "Folk, World, & Country";

test("the list of the server counts, else the text is split", () => {
    assert.deepEqual(valuesOf({ genre: "Foo, Bar", genres: ["Foo, Bar"] }, "genre"), ["Foo, Bar"]);
    assert.deepEqual(valuesOf({ genre: `Jazz, ${COUNTRY}, Jazz` }, "genre"), ["Jazz", COUNTRY]);
    assert.deepEqual(valuesOf({}, "label"), []);
    assert.deepEqual(formatOf({ format: "2xLP, Album" }), {
        carrier: "LP",
        format_quantity: 2,
        format_descriptions: ["Album"],
    });
    assert.equal(formatOf({ format: "x", carrier: "CD" }).carrier, "CD");
});

test("an edit of a text offline replaces its list", () => {
    const album = { genre: "Jazz", genres: ["Jazz"], format: "LP", carrier: "LP", year: 1969 };
    const edited = applyPatch(album, { genre: "Rock, Pop", format: null });
    assert.deepEqual(edited, { genre: "Rock, Pop", year: 1969 });
    assert.deepEqual(valuesOf(edited, "genre"), ["Rock", "Pop"]);
    assert.deepEqual(applyPatch(album, { genre: "A, B", genres: ["A, B"] }).genres, ["A, B"]);
    assert.equal(applyPatch(album, { year: 1970 }).carrier, "LP");
});

test("an album is found and counted by each of its values", () => {
    const album = (uid, fields) => ({ uid, artist: uid, album: uid, created_at: "2026-01-01", ...fields });
    const albums = [
        album("a", { genres: ["Jazz", COUNTRY], format: "2xLP, Album", quantity: 2 }),
        album("b", { genre: "World", format: "Vinyl, LP" }),
    ];
    const index = new AlbumIndex();
    albums.forEach((each) => index.put(each));
    const found = (filters) => index.query({ filters }).map(({ uid }) => uid);
    assert.deepEqual(found({ genre: COUNTRY }), ["a"]);
    assert.deepEqual(found({ genre: "world" }), ["b"]);
    assert.deepEqual(found({ format: "LP" }), ["a", "b"]);
    assert.deepEqual(found({ format: "Album" }), ["a"]);
    const stats = computeStats(albums);
    assert.deepEqual(stats.by_genre, [
        { name: COUNTRY, count: 2 },
        { name: "Jazz", count: 2 },
        { name: "World", count: 1 },
    ]);
    assert.deepEqual(stats.by_format, [{ name: "LP", count: 3 }]);
});
