import assert from "node:assert/strict";
import { test } from "node:test";
import { differences, stateOf, viewOf } from "../../../frontend/js/models/overlay.js";

const put = (patch, edited_at = "2026-01-02") => ({ kind: "put", type: "album", record_id: "u", patch, edited_at });
const removal = { kind: "delete", type: "album", record_id: "u", edited_at: "2026-01-03" };

test("the outbox lies over the server's row, in order", () => {
    const row = { uid: "u", artist: "Can", album: "Tago Mago", notes: "old", version: 4 };
    const seen = viewOf(row, [put({ rating: 4, notes: null }), put({ rating: 5 })]);
    assert.deepEqual([seen.rating, "notes" in seen, seen.version, seen.artist], [5, false, 4, "Can"]);
    assert.equal(row.notes, "old");
});

test("a record made here is seen before the server knows it", () => {
    const seen = viewOf(undefined, [put({ artist: "Can", album: "Tago Mago" })]);
    assert.deepEqual([seen.uid, seen.version, seen.created_at], ["u", 0, "2026-01-02"]);
});

test("a deletion puts into the trash, and a later edit brings back", () => {
    const row = { uid: "u", artist: "Can", version: 4 };
    assert.equal(viewOf(row, [removal]).deleted_at, "2026-01-03");
    assert.equal("deleted_at" in viewOf(row, [removal, put({ rating: 1 })]), false);
    assert.equal(viewOf(undefined, [removal]), undefined);
});

test("only what differs is an edit", () => {
    const record = { artist: "Can", tags: ["a"], custom: { shelf: 7 } };
    assert.deepEqual(differences(record, { artist: "Can", tags: ["a"], custom: { shelf: 7 }, year: null }), {});
    assert.deepEqual(differences(record, { tags: ["b"], artist: null }), { tags: ["b"], artist: null });
});

test("a record's state is its worst", () => {
    assert.equal(stateOf([], undefined), "saved");
    assert.equal(stateOf([], { status: "merged" }), "conflict");
    assert.equal(stateOf([put({})], { status: "merged" }), "waiting");
    assert.equal(stateOf([put({}), { ...put({}), errors: [] }], undefined), "refused");
});
