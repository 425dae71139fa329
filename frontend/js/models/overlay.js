/** What the collector sees of a record: the server's row, and what of theirs the server has not acknowledged. Pure. */

/**
 * @typedef {{seq?: number, op_id: string, type: "album"|"crate", kind: "put"|"delete", record_id: string, base: number, patch?: object,
 *     edited_at: string, errors?: {field: string, message: string}[]}} Op
 */

/** JSON Merge Patch, one level: null removes a field. */
export function merged(record, patch) {
    const result = { ...record };
    for (const [field, value] of Object.entries(patch)) {
        if (value === null) delete result[field];
        else result[field] = value;
    }
    return result;
}

/**
 * @param {object|undefined} row
 * @param {Op[]} ops of this record, in order
 * @returns {object|undefined} undefined: there is nothing to see
 */
export function viewOf(row, ops) {
    let record = row;
    for (const op of ops) {
        if (op.kind === "delete") {
            if (record) record = { ...record, deleted_at: op.edited_at };
            continue;
        }
        const before = record ?? {
            uid: op.record_id,
            version: 0,
            created_at: op.edited_at,
            ...(op.type === "crate" ? { type: "crate" } : {}),
        };
        record = { ...merged(before, op.patch), updated_at: op.edited_at };
        // An edit after a deletion brings the record back.
        delete record.deleted_at;
    }
    return record;
}

/** The fields of `patch` that would change `record`. */
export function differences(record, patch) {
    const isSame = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
    return Object.fromEntries(Object.entries(patch).filter(([field, value]) => !isSame(record[field], value)));
}

/**
 * @param {Op[]} ops of the record
 * @param {object|undefined} notice
 * @returns {"saved"|"waiting"|"refused"|"conflict"}
 */
export function stateOf(ops, notice) {
    if (ops.some((op) => op.errors)) return "refused";
    if (ops.length) return "waiting";
    return notice ? "conflict" : "saved";
}
