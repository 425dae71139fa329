import assert from "node:assert/strict";
import { test } from "node:test";
import { Shelf } from "../../../frontend/js/models/album-index.js";

const shelfOf = (...albums) => {
    const shelf = new Shelf();
    albums.forEach((album, index) =>
        shelf.put({ uid: `u${index}`, created_at: "2026-01-01", updated_at: "2026-01-01", ...album }),
    );
    return shelf;
};
const titles = (albums) => albums.map((album) => album.album);

test("each word begins a word of any field, without accents or case", () => {
    const shelf = shelfOf(
        { artist: "Sigur Rós", album: "Ágætis byrjun", label: "Smekkleysa" },
        { artist: "Can", album: "Ege Bamyasi" },
    );
    for (const q of ["sigur", "ros AGÆ", "smekk byr", " Rós "])
        assert.deepEqual(titles(shelf.query({ q })), ["Ágætis byrjun"], q);
    assert.deepEqual(shelf.query({ q: "igur" }), []);
    assert.equal(shelf.query({ q: "" }).length, 2);
});

test("the order is that of a shelf, and what has no value stands last either way", () => {
    const shelf = shelfOf(
        { artist: "The Beatles", album: "B", year: 1968 },
        { artist: "Can", album: "C" },
        { artist: "ABBA", album: "A", year: 1976 },
    );
    assert.deepEqual(titles(shelf.query()), ["A", "B", "C"]);
    assert.deepEqual(titles(shelf.query({ sort: "year" })), ["B", "A", "C"]);
    assert.deepEqual(titles(shelf.query({ sort: "-year" })), ["A", "B", "C"]);
});

test("a filter takes one value, several, or none at all", () => {
    const shelf = shelfOf(
        { artist: "a", album: "x", genre: "Jazz, Blues" },
        { artist: "b", album: "y", genre: "Rock" },
        { artist: "c", album: "z" },
    );
    assert.deepEqual(titles(shelf.query({ filters: { genre: "jazz" } })), ["x"]);
    assert.deepEqual(titles(shelf.query({ filters: { genre: ["Blues", "Rock"] } })), ["x", "y"]);
    assert.deepEqual(titles(shelf.query({ filters: { genre: null } })), ["z"]);
    assert.deepEqual(titles(shelf.query({ filters: { genre: "" } })), ["x", "y", "z"]);
});

test("a facet counts what the other filters leave", () => {
    const shelf = shelfOf(
        { artist: "a", album: "x", genre: "Jazz", year: 1961 },
        { artist: "b", album: "y", genre: "Rock", year: 1969 },
        { artist: "c", album: "z", genre: "Jazz", year: 1975 },
    );
    const { genre, decade } = shelf.facets({ filters: { genre: "Jazz" }, only: ["genre", "decade"] });
    assert.deepEqual(genre, [
        { value: "Jazz", count: 2 },
        { value: "Rock", count: 1 },
    ]);
    assert.deepEqual(decade, [
        { value: 1960, count: 1 },
        { value: 1970, count: 1 },
    ]);
});

test("what is wanted and what is in the trash is no part of the collection", () => {
    const shelf = shelfOf(
        { artist: "a", album: "own" },
        { artist: "a", album: "want", wanted: true },
        { artist: "a", album: "gone", deleted_at: "2026-01-02" },
    );
    assert.deepEqual(titles(shelf.query()), ["own"]);
    assert.deepEqual(titles(shelf.query({ wanted: true })), ["want"]);
    assert.deepEqual(titles(shelf.query({ trashed: true })), ["gone"]);
});

test("do I own this: this pressing, another, a want", () => {
    const shelf = shelfOf(
        { artist: "The Can", album: "Tago Mago", barcode: "5 099-99", master_id: 7 },
        { artist: "Can", album: "Tago Mago (live)", master_id: 7 },
        { artist: "Can", album: "Ege Bamyasi", catno: "UAS 29 414", wanted: true },
    );
    const byBarcode = shelf.owned({ barcode: "509999" });
    assert.deepEqual(
        [titles(byBarcode.exact), titles(byBarcode.other_pressings)],
        [["Tago Mago"], ["Tago Mago (live)"]],
    );
    assert.deepEqual(titles(shelf.owned({ catno: "uas29414" }).wanted), ["Ege Bamyasi"]);
    assert.deepEqual(titles(shelf.owned({ artist: "can", album: "tago mago" }).exact), ["Tago Mago"]);
    assert.deepEqual(shelf.owned({ barcode: "1" }), { exact: [], other_pressings: [], wanted: [], near: [] });
});

test("a record that changes moves and is found by its new words alone", () => {
    const shelf = shelfOf({ artist: "Can", album: "Tago Mago" });
    shelf.put({ ...shelf.get("u0"), artist: "Neu!" });
    assert.deepEqual([shelf.query({ q: "can" }).length, shelf.query({ q: "neu" }).length], [0, 1]);
    shelf.delete("u0");
    assert.equal(shelf.query().length, 0);
});
