import assert from "node:assert/strict";
import { test } from "node:test";
import { applyOperations, findChanges, stateOf } from "../../../frontend/js/models/overlay.js";

const put = (patch, edited_at = "2026-01-02") => ({ kind: "put", type: "album", record_id: "u", patch, edited_at });
const removal = { kind: "delete", type: "album", record_id: "u", edited_at: "2026-01-03" };

test("the operations are applied to the server's row, oldest first", () => {
    const row = { uid: "u", artist: "Can", album: "Tago Mago", notes: "old", version: 4 };
    const seen = applyOperations(row, [put({ rating: 4, notes: null }), put({ rating: 5 })]);
    assert.deepEqual([seen.rating, "notes" in seen, seen.version, seen.artist], [5, false, 4, "Can"]);
    assert.equal(row.notes, "old");
});

test("a new record is seen before the server has it", () => {
    const seen = applyOperations(undefined, [put({ artist: "Can", album: "Tago Mago" })]);
    assert.deepEqual([seen.uid, seen.version, seen.created_at], ["u", 0, "2026-01-02"]);
});

test("a deletion moves a record to the trash, and a later edit restores it", () => {
    const row = { uid: "u", artist: "Can", version: 4 };
    assert.equal(applyOperations(row, [removal]).deleted_at, "2026-01-03");
    assert.equal("deleted_at" in applyOperations(row, [removal, put({ rating: 1 })]), false);
    assert.equal(applyOperations(undefined, [removal]), undefined);
});

test("only different values are changes", () => {
    const record = { artist: "Can", tags: ["a"], custom: { shelf: 7 } };
    assert.deepEqual(findChanges(record, { artist: "Can", tags: ["a"], custom: { shelf: 7 }, year: null }), {});
    assert.deepEqual(findChanges(record, { tags: ["b"], artist: null }), { tags: ["b"], artist: null });
});

test("the state of a record is the worst one of its operations and notices", () => {
    assert.equal(stateOf([], undefined), "saved");
    assert.equal(stateOf([], { status: "merged" }), "conflict");
    assert.equal(stateOf([put({})], { status: "merged" }), "waiting");
    assert.equal(stateOf([put({}), { ...put({}), errors: [] }], undefined), "refused");
});
