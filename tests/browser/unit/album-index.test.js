import assert from "node:assert/strict";
import { test } from "node:test";
import { AlbumIndex } from "../../../frontend/js/models/album-index.js";

const makeIndex = (...albums) => {
    const index = new AlbumIndex();
    const times = { created_at: "2026-01-01", updated_at: "2026-01-01" };
    albums.forEach((album, number) => index.put({ uid: `u${number}`, ...times, ...album }));
    return index;
};
const titles = (albums) => albums.map((album) => album.album);

test("each word of a search begins a word of any field, without regard to case and accents", () => {
    const index = makeIndex(
        { artist: "Sigur Rós", album: "Ágætis byrjun", label: "Smekkleysa" },
        { artist: "Can", album: "Ege Bamyasi" },
    );
    for (const q of ["sigur", "ros AGÆ", "smekk byr", " Rós "])
        assert.deepEqual(titles(index.query({ q })), ["Ágætis byrjun"], q);
    assert.deepEqual(index.query({ q: "igur" }), []);
    assert.equal(index.query({ q: "" }).length, 2);
});

test("albums are sorted by artist without The, and albums without a value are last in both directions", () => {
    const index = makeIndex(
        { artist: "The Beatles", album: "B", year: 1968 },
        { artist: "Can", album: "C" },
        { artist: "ABBA", album: "A", year: 1976 },
    );
    assert.deepEqual(titles(index.query()), ["A", "B", "C"]);
    assert.deepEqual(titles(index.query({ sort: "year" })), ["B", "A", "C"]);
    assert.deepEqual(titles(index.query({ sort: "-year" })), ["A", "B", "C"]);
});

test("a filter takes one value, several values, or null for albums without a value", () => {
    const index = makeIndex(
        { artist: "a", album: "x", genre: "Jazz, Blues" },
        { artist: "b", album: "y", genre: "Rock" },
        { artist: "c", album: "z" },
    );
    assert.deepEqual(titles(index.query({ filters: { genre: "jazz" } })), ["x"]);
    assert.deepEqual(titles(index.query({ filters: { genre: ["Blues", "Rock"] } })), ["x", "y"]);
    assert.deepEqual(titles(index.query({ filters: { genre: null } })), ["z"]);
    assert.deepEqual(titles(index.query({ filters: { genre: "" } })), ["x", "y", "z"]);
});

test("a facet counts the albums that the other filters leave", () => {
    const index = makeIndex(
        { artist: "a", album: "x", genre: "Jazz", year: 1961 },
        { artist: "b", album: "y", genre: "Rock", year: 1969 },
        { artist: "c", album: "z", genre: "Jazz", year: 1975 },
    );
    const { genre, decade } = index.facets({ filters: { genre: "Jazz" }, only: ["genre", "decade"] });
    assert.deepEqual(genre, [
        { value: "Jazz", count: 2 },
        { value: "Rock", count: 1 },
    ]);
    assert.deepEqual(decade, [
        { value: 1960, count: 1 },
        { value: 1970, count: 1 },
    ]);
});

test("wanted and removed albums are not part of the collection", () => {
    const index = makeIndex(
        { artist: "a", album: "own" },
        { artist: "a", album: "want", wanted: true },
        { artist: "a", album: "removed", deleted_at: "2026-01-02" },
    );
    assert.deepEqual(titles(index.query()), ["own"]);
    assert.deepEqual(titles(index.query({ wanted: true })), ["want"]);
    assert.deepEqual(titles(index.query({ trashed: true })), ["removed"]);
});

test("findOwned finds the same pressing, other pressings and wanted records", () => {
    const index = makeIndex(
        { artist: "The Can", album: "Tago Mago", barcode: "5 099-99", master_id: 7 },
        { artist: "Can", album: "Tago Mago (live)", master_id: 7 },
        { artist: "Can", album: "Ege Bamyasi", catno: "UAS 29 414", wanted: true },
    );
    const byBarcode = index.findOwned({ barcode: "509999" });
    assert.deepEqual(
        [titles(byBarcode.exact), titles(byBarcode.other_pressings)],
        [["Tago Mago"], ["Tago Mago (live)"]],
    );
    assert.deepEqual(titles(index.findOwned({ catno: "uas29414" }).wanted), ["Ege Bamyasi"]);
    assert.deepEqual(titles(index.findOwned({ artist: "can", album: "tago mago" }).exact), ["Tago Mago"]);
    assert.deepEqual(index.findOwned({ barcode: "1" }), { exact: [], other_pressings: [], wanted: [], near: [] });
});

test("a changed album is found by its new words only", () => {
    const index = makeIndex({ artist: "Can", album: "Tago Mago" });
    index.put({ ...index.get("u0"), artist: "Neu!" });
    assert.deepEqual([index.query({ q: "can" }).length, index.query({ q: "neu" }).length], [0, 1]);
    index.delete("u0");
    assert.equal(index.query().length, 0);
});
