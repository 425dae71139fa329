/**
 * The collection: what the pages read and write. Everything but the history and the emptying of the trash works
 * offline; sync.js sends the writes to the server. A write of several records is stored as a whole or not at all.
 */

import { call } from "./api.js";
import { computeStats } from "./collection-stats.js";
import { Offline } from "./errors.js";
import { checkFields } from "./fields.js";
import {
    albums,
    crateRecords,
    deleteNotice,
    deleteRows,
    discardRefused,
    errorsOf,
    operationsOf,
    rowOf,
    storeRow,
    writeOperations,
} from "./local-records.js";
import { findChanges } from "./overlay.js";
import { makeUuid } from "./uuid.js";

export {
    announce,
    close,
    conflicts,
    errorsOf,
    open,
    outstanding,
    ownerId,
    reload,
    stateOf,
    subscribe,
    uidOf,
} from "./local-records.js";

/** @typedef {import("./fields.js").Album} Album */
/** @typedef {import("./fields.js").AlbumFields} AlbumFields */
/** @typedef {import("./fields.js").Crate} Crate */
/** @typedef {import("./fields.js").Patch} Patch */
/** @typedef {import("./overlay.js").Operation} Operation */
/**
 * @typedef {object} HistoryEntry
 * @property {string} kind
 * @property {Record<string, unknown>} [fields]
 * @property {string} edited_at
 * @property {string} [device_id]
 * @property {string} [status]
 */
/** @typedef {{id: number, field: string, value: unknown, edited_at: string}} LostValue a value that lost a merge */

// Reading

/** The owned albums, sorted by artist. */
export const all = () => albums.query();
export const count = () => all().length;
/** The albums that the user looks for. */
export const wants = () => albums.query({ wanted: true });
/** The album, which may be in the trash. @param {string} uid */
export const get = (uid) => albums.get(uid);
/** @param {import("./album-index.js").AlbumQuery} asked */
export const query = (asked) => albums.query(asked);
/** @param {Parameters<typeof albums.facets>[0]} asked */
export const facets = (asked) => albums.facets(asked);
/** "Do I own this?" @param {import("./album-index.js").OwnedQuestion} question */
export const findOwned = (question) => albums.findOwned(question);
export const stats = () => ({ ...computeStats(all()), wanted: wants().length });

/** The albums in the trash, the last removed first. */
export const trash = () =>
    albums.query({ trashed: true }).sort((a, b) => ((a.deleted_at ?? "") < (b.deleted_at ?? "") ? 1 : -1));

/** @returns {(Crate & {count: number})[]} sorted by position and name, each with the number of its albums */
export function crates() {
    const counts = new Map(albums.facets({ only: ["crate"] }).crate.map(({ value, count }) => [value, count]));
    const present = [...crateRecords.values()].filter((crate) => !crate.deleted_at);
    /** @param {Crate} crate */
    const positionOf = (crate) => crate.position ?? Number.MAX_SAFE_INTEGER;
    return present
        .map((crate) => ({ ...crate, count: counts.get(crate.uid) ?? 0 }))
        .sort((a, b) => positionOf(a) - positionOf(b) || a.name.localeCompare(b.name));
}

// Writing

/** @param {Patch} album @returns {Promise<Album>} @throws {import("./errors.js").Invalid} */
export const add = async (album) => (await addMany([album]))[0];

/**
 * Adds all albums or none. An album whose `uid` is already in the collection is not changed.
 * @param {Patch[]} added
 * @returns {Promise<Album[]>}
 */
export async function addMany(added) {
    const ops = added.map((album) => {
        const uid = typeof album.uid === "string" ? album.uid : makeUuid();
        return makeOperation("put", "album", uid, checkFields("album", album, { isNew: true }));
    });
    await writeOperations(ops.filter((op) => !rowOf(op.record_id) && !operationsOf(op.record_id).length));
    return ops.map((op) => existing(op.record_id));
}

/** @param {string} uid */
function existing(uid) {
    const album = albums.get(uid);
    if (!album) throw new Error("The record does not exist.");
    return album;
}

/**
 * @param {string} uid
 * @param {Patch} patch null or an empty text removes a field
 * @returns {Promise<Album>} the album after the edit
 * @throws {import("./errors.js").Invalid} nothing was stored
 */
export async function edit(uid, patch) {
    await editMany([uid], patch);
    return existing(uid);
}

/** Edits several albums in the same way. @param {string[]} uids @param {Patch} patch */
export const editMany = (uids, patch) => change("album", uids, checkFields("album", patch));

/** @param {"album"|"crate"} type @param {string[]} uids @param {Patch} patch */
async function change(type, uids, patch) {
    /** @type {Operation[]} */
    const ops = [];
    for (const uid of uids) {
        const record = (type === "crate" ? crateRecords : albums).get(uid);
        if (!record) continue;
        const changed = findChanges(record, patch);
        // A refused edit is sent again even without a change: another of its fields may have been at fault.
        if (Object.keys(changed).length || errorsOf(uid).length) ops.push(makeOperation("put", type, uid, changed));
    }
    await writeOperations(ops);
}

/** Moves albums to the trash. @param {string|string[]} uids */
export async function remove(uids) {
    const present = [uids].flat().filter((uid) => albums.get(uid) && !albums.get(uid)?.deleted_at);
    await writeOperations(present.map((uid) => makeOperation("delete", "album", uid)));
}

/**
 * Takes albums out of the trash. Any edit does so; this one sets the fields to the values they have.
 * @param {string|string[]} uids
 */
export async function restore(uids) {
    const removed = [uids].flat().filter((uid) => albums.get(uid)?.deleted_at);
    const ops = removed.map((uid) => {
        const fields = checkFields("album", { ...existing(uid) }, { isNew: true });
        return makeOperation("put", "album", uid, fields);
    });
    await writeOperations(ops);
}

/** Gives up the refused edits of a record. @param {string} uid */
export const discard = (uid) => discardRefused(uid);

/** Removes the notice of a conflict that the user has seen. @param {string} uid */
export const acknowledge = (uid) => deleteNotice(uid);

/** @param {{name: string, parent?: string, position?: number}} crate @returns {Promise<Crate|undefined>} */
export async function addCrate(crate) {
    const op = makeOperation("put", "crate", makeUuid(), checkFields("crate", crate, { isNew: true }));
    await writeOperations([op]);
    return crateRecords.get(op.record_id);
}

/** @param {string} uid @param {{name?: string, parent?: string|null, position?: number|null}} patch */
export const editCrate = (uid, patch) => change("crate", [uid], checkFields("crate", patch));

/** Removes a crate. Its albums stay in the collection. @param {string} uid */
export async function removeCrate(uid) {
    const inside = albums.query({ filters: { crate: uid } });
    const emptied = inside.map((album) => makeOperation("put", "album", album.uid, { crate: null }));
    await writeOperations([...emptied, makeOperation("delete", "crate", uid)]);
}

/**
 * @param {"put"|"delete"} kind
 * @param {"album"|"crate"} type
 * @param {string} uid
 * @param {Patch} [patch]
 * @returns {Operation}
 */
const makeOperation = (kind, type, uid, patch) => ({
    op_id: makeUuid(),
    type,
    kind,
    record_id: uid,
    base: rowOf(uid)?.version ?? 0,
    ...(patch ? { patch } : {}),
    edited_at: new Date().toISOString(),
});

// Only with the server

/** @param {string} uid */
function serverIdOf(uid) {
    const id = rowOf(uid)?.id;
    if (!id) throw new Offline(new Error("The server does not have the record yet."));
    return id;
}

/** @param {string} uid @returns {Promise<{items: HistoryEntry[], lost: LostValue[]}>} */
export const history = async (uid) => call(`/api/collection/${serverIdOf(uid)}/history`);

/** Sets a field to a value that lost a merge. @param {string} uid @param {number} lostId */
export async function restoreValue(uid, lostId) {
    const path = `/api/collection/${serverIdOf(uid)}/history/${lostId}/restore`;
    await storeRow(await call(path, { method: "POST", json: {} }));
}

/**
 * What the account stores on the server, trash and history included, and what it may store; null: no limit.
 * @typedef {{records: number, bytes: number}} Usage
 * @typedef {{usage: Usage, quota: {records: number|null, bytes: number|null}}} Storage
 */

/** @returns {Promise<Storage>} */
export const fetchStorage = () => call("/api/collection/stats");

/** Deletes the albums in the trash permanently. */
export async function emptyTrash() {
    const result = await call("/api/collection/trash", { method: "DELETE" });
    const deleted = trash().map((album) => album.uid);
    // A record with unsent edits stays: the edits restore it.
    await deleteRows(deleted.filter((uid) => !operationsOf(uid).length));
    return result;
}
