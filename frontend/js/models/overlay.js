/**
 * The records as the user sees them: the server's rows, with the operations on top that the server has not
 * acknowledged.
 */

import { WRITTEN_WITH } from "./values.js";

/** @typedef {import("./fields.js").Patch} Patch */
/** @typedef {import("./fields.js").RecordBase & {type?: string, [field: string]: unknown}} Row a row of the server */

/**
 * An edit or a deletion that has not been acknowledged.
 * @typedef {object} Operation
 * @property {number} [seq]  its key in the outbox; absent until it is stored
 * @property {string} op_id
 * @property {"album"|"crate"} type
 * @property {"put"|"delete"} kind
 * @property {string} record_id
 * @property {number} base  the version of the row that the user saw
 * @property {Patch} [patch]  of a put
 * @property {string} edited_at
 * @property {Fault[]} [errors]  why the server refused it
 */
/** @typedef {{uid: string, status: "merged"|"kept", at: string}} Notice a conflict that the user has not seen yet */
/** @typedef {"saved"|"waiting"|"refused"|"conflict"} RecordState */

/**
 * Applies a JSON Merge Patch of one level: null removes a field. What the server writes with a text is removed with the
 * text before: the server has not computed it yet.
 * @template {object} T
 * @param {T} record
 * @param {Patch} patch
 * @returns {T}
 */
export function applyPatch(record, patch) {
    const result = /** @type {Record<string, unknown>} */ ({ ...record });
    for (const field of Object.keys(patch)) for (const other of WRITTEN_WITH[field] ?? []) delete result[other];
    for (const [field, value] of Object.entries(patch)) {
        if (value === null) delete result[field];
        else result[field] = value;
    }
    return /** @type {T} */ (result);
}

/**
 * @param {Row|undefined} row
 * @param {Operation[]} ops of this record, oldest first
 * @returns {Row|undefined} undefined if there is nothing to see
 */
export function applyOperations(row, ops) {
    let record = row;
    for (const op of ops) {
        if (op.kind === "delete") record = record && { ...record, deleted_at: op.edited_at };
        else {
            record = { ...applyPatch(record ?? newRow(op), op.patch ?? {}), updated_at: op.edited_at };
            // An edit after a deletion restores the record.
            delete record.deleted_at;
        }
    }
    return record;
}

/** @param {Operation} op the first of a record @returns {Row} */
const newRow = (op) => ({
    uid: op.record_id,
    version: 0,
    created_at: op.edited_at,
    updated_at: op.edited_at,
    ...(op.type === "crate" ? { type: "crate" } : {}),
});

/** The fields of `patch` that would change `record`. @param {object} record @param {Patch} patch @returns {Patch} */
export function findChanges(record, patch) {
    const values = /** @type {Record<string, unknown>} */ (record);
    /** @param {unknown} a @param {unknown} b */
    const isSame = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
    return Object.fromEntries(Object.entries(patch).filter(([field, value]) => !isSame(values[field], value)));
}

/** @param {Operation[]} ops of the record @param {Notice|undefined} notice @returns {RecordState} */
export function stateOf(ops, notice) {
    if (ops.some((op) => op.errors)) return "refused";
    if (ops.length) return "waiting";
    return notice ? "conflict" : "saved";
}
