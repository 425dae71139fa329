/**
 * The records of this browser. They are read from memory and written to IndexedDB; other tabs and the service worker
 * announce their changes over a channel.
 */

import "../kernel/database.js";
import { AlbumIndex } from "./album-index.js";
import { CHANNEL } from "./config.js";
import { applyOperations, stateOf as stateOfOperations } from "./overlay.js";
import { makeUuid } from "./uuid.js";

/** @typedef {import("./fields.js").Album} Album */
/** @typedef {import("./fields.js").Crate} Crate */
/** @typedef {import("./overlay.js").Notice} Notice */
/** @typedef {import("./overlay.js").Operation} Operation */
/** @typedef {import("./overlay.js").Row} Row */
/** @typedef {"here"|"tab"|"server"} Origin */
/** @typedef {{uids: string[]|null, origin: Origin}} Change `uids` null: any record may have changed */

const { database } = globalThis.vault;
const { ask, run } = database;
const STORES = ["records", "outbox", "notices"];

/** Above this number of changed records, reading all of them is faster than reading each. */
const MANY = 200;

/** The albums as the user sees them. */
export const albums = new AlbumIndex();
/** The crates as the user sees them, removed ones included. @type {Map<string, Crate>} */
export const crateRecords = new Map();
/** @type {Map<string, Row>} */
const rows = new Map();
/** The operations that are not acknowledged, by record. @type {Map<string, Operation[]>} */
const outbox = new Map();
/** @type {Map<string, Notice>} */
const notices = new Map();
/** @type {Set<(change: Change) => void>} */
const listeners = new Set();
const channel = new BroadcastChannel(CHANNEL);
/** @type {IDBDatabase|null} */
let opened = null;
/** @type {number|null} */
let owner = null;

/** Opens a user's database and reads it into memory. @param {{id: number}} user */
export async function open(user) {
    if (owner === user.id) return;
    close();
    opened = await database.openUser(user.id);
    owner = user.id;
    await run(opened, ["meta"], "readwrite", async (meta) => {
        if (!(await ask(meta.get("device_id")))) meta.put(makeUuid(), "device_id");
    });
    await readAll();
}

export function close() {
    opened?.close();
    opened = owner = null;
    clearMemory();
}

function clearMemory() {
    for (const map of [rows, outbox, notices, crateRecords]) map.clear();
    albums.clear();
}

/** The id of the user whose collection is open. */
export const ownerId = () => owner;

/**
 * Runs `work` in one transaction of the open database.
 * @template T
 * @param {string[]} stores
 * @param {"readonly"|"readwrite"} mode
 * @param {(...stores: IDBObjectStore[]) => Promise<T>|T} work
 */
function transact(stores, mode, work) {
    if (!opened) throw new Error("No collection is open.");
    return run(opened, stores, mode, work);
}

async function readAll() {
    /** @type {[Row[], Operation[], Notice[]]} */
    const [allRows, ops, allNotices] = await transact(STORES, "readonly", (records, outboxStore, noticeStore) =>
        Promise.all([ask(records.getAll()), ask(outboxStore.getAll()), ask(noticeStore.getAll())]),
    );
    clearMemory();
    for (const row of allRows) rows.set(row.uid, row);
    for (const notice of allNotices) notices.set(notice.uid, notice);
    for (const op of ops) outbox.set(op.record_id, [...operationsOf(op.record_id), op]);
    for (const uid of new Set([...rows.keys(), ...outbox.keys()])) updateView(uid);
}

/** @param {string[]} uids */
async function readSome(uids) {
    /** @type {[Row|undefined, Operation[], Notice|undefined][]} */
    const found = await transact(STORES, "readonly", (records, outboxStore, noticeStore) =>
        Promise.all(
            uids.map((uid) =>
                Promise.all([
                    ask(records.get(uid)),
                    ask(outboxStore.index("record").getAll(uid)),
                    ask(noticeStore.get(uid)),
                ]),
            ),
        ),
    );
    uids.forEach((uid, index) => {
        const [row, ops, notice] = found[index];
        setOrDelete(rows, uid, row);
        setOrDelete(outbox, uid, ops.length ? ops : undefined);
        setOrDelete(notices, uid, notice);
        updateView(uid);
    });
}

/** @template T @param {Map<string, T>} map @param {string} key @param {T|undefined} value */
const setOrDelete = (map, key, value) => (value === undefined ? map.delete(key) : map.set(key, value));

/** Computes again what the user sees of a record. @param {string} uid */
function updateView(uid) {
    const record = applyOperations(rows.get(uid), operationsOf(uid));
    crateRecords.delete(uid);
    if (!record) albums.delete(uid);
    else if (record.type === "crate") crateRecords.set(uid, /** @type {Crate} */ (/** @type {unknown} */ (record)));
    else albums.put(/** @type {Album} */ (/** @type {unknown} */ (record)));
}

/**
 * Reads records that another tab or the server has changed, and informs the listeners.
 * @param {string[]|null} uids null: any record may have changed
 * @param {Origin} origin
 */
export async function reload(uids, origin) {
    if (!opened) return;
    if (uids === null || uids.length > MANY) await readAll();
    else await readSome([...new Set(uids)]);
    for (const listener of listeners) listener({ uids, origin });
}

channel.addEventListener("message", ({ data }) => {
    if (data.kind !== "records" || data.owner !== owner) return;
    reload(data.uids, data.origin === "server" ? "server" : "tab");
});

/** Informs the other tabs. @param {string[]|null} uids @param {"here"|"server"} origin */
export function announce(uids, origin) {
    const isMany = uids !== null && uids.length > MANY;
    channel.postMessage({ kind: "records", owner, uids: isMany ? null : uids, origin });
}

/** @param {(change: Change) => void} listener @returns {() => void} unsubscribes */
export function subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
}

/** The server's row of a record; undefined until the server has it. @param {string} uid */
export const rowOf = (uid) => rows.get(uid);

/** The uid of a record by its id at the server. @param {number} id */
export const uidOf = (id) => [...rows.values()].find((row) => row.id === id)?.uid;

/** The operations of a record that are not acknowledged. @param {string} uid @returns {Operation[]} */
export const operationsOf = (uid) => outbox.get(uid) ?? [];

/** @param {string} uid */
export const stateOf = (uid) => stateOfOperations(operationsOf(uid), notices.get(uid));

/** Why the server refused a record's edits. @param {string} uid @returns {Fault[]} */
export const errorsOf = (uid) => operationsOf(uid).flatMap((op) => op.errors ?? []);

export const conflicts = () => [...notices.values()];

/** How many operations wait, and how many records have a refused operation or a conflict. */
export function outstanding() {
    const ops = [...outbox.values()];
    return {
        waiting: ops.flat().filter((op) => !op.errors).length,
        refused: ops.filter((ofRecord) => ofRecord.some((op) => op.errors)).length,
        conflicts: notices.size,
    };
}

// Writing. Each function resolves when its write is durable, in memory, and announced.

/** Adds operations to the outbox: all of them, or none. @param {Operation[]} ops */
export async function writeOperations(ops) {
    if (!ops.length) return;
    await transact(["outbox"], "readwrite", (store) => Promise.all(ops.map((op) => append(store, op))));
    await publish(ops.map((op) => op.record_id));
}

/**
 * Appends an operation. It includes the refused operations of the same record, so that correcting one field does not
 * lose the others.
 * @param {IDBObjectStore} store
 * @param {Operation} op
 */
async function append(store, op) {
    /** @type {Operation[]} */
    const earlier = await ask(store.index("record").getAll(op.record_id));
    const refused = earlier.filter(({ errors }) => errors);
    for (const { seq } of refused) if (seq !== undefined) store.delete(seq);
    const patch = Object.assign({}, ...refused.map((each) => each.patch), op.patch);
    return ask(store.add(op.kind === "put" ? { ...op, patch } : op));
}

/** Deletes the refused operations of a record. @param {string} uid */
export async function discardRefused(uid) {
    const refused = operationsOf(uid).filter((op) => op.errors);
    await transact(["outbox"], "readwrite", (store) => {
        for (const { seq } of refused) if (seq !== undefined) store.delete(seq);
    });
    await publish([uid]);
}

/** @param {string} uid */
export async function deleteNotice(uid) {
    await transact(["notices"], "readwrite", (store) => ask(store.delete(uid)));
    await publish([uid]);
}

/** @param {Row} row as the server answered */
export async function storeRow(row) {
    await transact(["records"], "readwrite", (store) => ask(store.put(row)));
    await publish([row.uid]);
}

/** @param {string[]} uids of records that the server has deleted permanently */
export async function deleteRows(uids) {
    await transact(["records"], "readwrite", (store) => uids.forEach((uid) => store.delete(uid)));
    await publish(uids);
}

/** @param {string[]} uids */
async function publish(uids) {
    announce(uids, "here");
    await reload(uids, "here");
}
