/**
 * The collection in this browser: read from memory, written to IndexedDB, synchronised by sync.js.
 *
 * What one sees is the server's rows with the outbox laid over them (view.js). A write is durable when its promise resolves; it
 * is one transaction, so a bulk action happens whole or not at all.
 */

import "../kernel/database.js";
import { call } from "./api.js";
import { CHANNEL } from "./config.js";
import { Offline } from "./errors.js";
import { checked } from "./fields.js";
import { Shelf } from "./album-index.js";
import { statistics } from "./collection-stats.js";
import { uuid } from "./uuid.js";
import { differences, stateOf as stateOfOps, viewOf } from "./overlay.js";

/** @typedef {import("./overlay.js").Op} Op */

const { database } = globalThis.vault;
const { ask, run } = database;
const WRITTEN = ["records", "outbox"];

const shelf = new Shelf();
const crateViews = new Map();
/** The server's rows. */
const rows = new Map();
/** What is not acknowledged, by record. @type {Map<string, Op[]>} */
const outbox = new Map();
const notices = new Map();
const listeners = new Set();
const channel = new BroadcastChannel(CHANNEL);
let opened = null;
let owner = null;

/** Opens a collector's data and reads it into memory. @param {{id: number}} user */
export async function open(user) {
    if (owner === user.id) return;
    close();
    opened = await database.openUser(user.id);
    owner = user.id;
    await run(opened, ["meta"], "readwrite", async (meta) => {
        if (!(await ask(meta.get("device_id")))) meta.put(uuid(), "device_id");
    });
    await readAll();
}

export function close() {
    opened?.close();
    opened = owner = null;
    for (const kept of [rows, outbox, notices, crateViews]) kept.clear();
    shelf.clear();
}

/** Whose collection is open. @returns {number|null} */
export const ownerId = () => owner;

async function readAll() {
    const [allRows, ops, allNotices] = await run(opened, [...WRITTEN, "notices"], "readonly", (...stores) =>
        Promise.all(stores.map((store) => ask(store.getAll()))),
    );
    for (const kept of [rows, outbox, notices, crateViews]) kept.clear();
    shelf.clear();
    for (const row of allRows) rows.set(row.uid, row);
    for (const notice of allNotices) notices.set(notice.uid, notice);
    for (const op of ops) laid(op);
    for (const uid of new Set([...rows.keys(), ...outbox.keys()])) show(uid);
}

const laid = (op) => outbox.set(op.record_id, [...(outbox.get(op.record_id) ?? []), op]);

/** Reads records anew that another tab or the server changed. More than a few: all at once, which is quicker. */
async function readSome(uids) {
    const found = await run(opened, [...WRITTEN, "notices"], "readonly", (records, ops, kept) =>
        Promise.all(
            uids.map((uid) =>
                Promise.all([ask(records.get(uid)), ask(ops.index("record").getAll(uid)), ask(kept.get(uid))]),
            ),
        ),
    );
    uids.forEach((uid, index) => {
        const [row, ops, notice] = found[index];
        set(rows, uid, row);
        set(outbox, uid, ops.length ? ops : undefined);
        set(notices, uid, notice);
        show(uid);
    });
}

const set = (map, key, value) => (value === undefined ? map.delete(key) : map.set(key, value));

function show(uid) {
    const record = viewOf(rows.get(uid), outbox.get(uid) ?? []);
    crateViews.delete(uid);
    if (!record) shelf.delete(uid);
    else if (record.type === "crate") crateViews.set(uid, record);
    else shelf.put(record);
}

const MANY = 200;

/** Takes what sync.js or another tab changed. @param {string[]|null} uids null: anything @param {"tab"|"server"} origin */
export async function reload(uids, origin) {
    if (!opened) return;
    if (uids === null || uids.length > MANY) await readAll();
    else await readSome(uids);
    emit(uids, origin);
}

channel.addEventListener("message", ({ data }) => {
    if (data.kind === "records" && data.owner === owner) reload(data.uids, data.origin === "server" ? "server" : "tab");
});

/** Tells the other tabs. @param {string[]|null} uids @param {"here"|"server"} origin */
export const announce = (uids, origin) =>
    channel.postMessage({ kind: "records", owner, uids: uids?.length > MANY ? null : uids, origin });

/**
 * @param {(change: {uids: string[]|null, origin: "here"|"tab"|"server"}) => void} listener `uids` null: anything may have changed
 * @returns {() => void} ends it
 */
export function subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
}

const emit = (uids, origin) => listeners.forEach((listener) => listener({ uids, origin }));

// Reading

/** @returns {object[]} the albums, as on a shelf */
export const all = () => shelf.query();
export const count = () => all().length;
/** What is looked for and not owned. */
export const wants = () => shelf.query({ wanted: true });
/** An album, in the trash or not. @param {string} uid */
export const get = (uid) => shelf.get(uid);
/** @see Shelf.query */
export const query = (asked) => shelf.query(asked);
/** @see Shelf.facets */
export const facets = (asked) => shelf.facets(asked);
/** @see Shelf.owned */
export const owned = (question) => shelf.owned(question);
export const stats = () => ({ ...statistics(all()), wanted: wants().length });
/** What was deleted last, first. */
export const trash = () => shelf.query({ trashed: true }).sort((a, b) => (a.deleted_at < b.deleted_at ? 1 : -1));

/** @returns {(object & {count: number})[]} in order, each with how many albums lie in it */
export function crates() {
    const counts = new Map(shelf.facets({ only: ["crate"] }).crate.map(({ value, count: albums }) => [value, albums]));
    const living = [...crateViews.values()].filter((crate) => !crate.deleted_at);
    const place = (crate) => crate.position ?? Number.MAX_SAFE_INTEGER;
    return living
        .map((crate) => ({ ...crate, count: counts.get(crate.uid) ?? 0 }))
        .sort((a, b) => place(a) - place(b) || a.name.localeCompare(b.name));
}

/** @param {string} uid @returns {"saved"|"waiting"|"refused"|"conflict"} */
export const stateOf = (uid) => stateOfOps(outbox.get(uid) ?? [], notices.get(uid));
/** Why the server refused a record's edit. @param {string} uid @returns {{field: string, message: string}[]} */
export const errorsOf = (uid) => (outbox.get(uid) ?? []).flatMap((op) => op.errors ?? []);
export const conflicts = () => [...notices.values()];

/** How many operations wait, and how many records have a refused one or a conflict. */
export function outstanding() {
    const ops = [...outbox.values()];
    return {
        waiting: ops.flat().filter((op) => !op.errors).length,
        refused: ops.filter((each) => each.some((op) => op.errors)).length,
        conflicts: notices.size,
    };
}

// Writing

/** @param {object} album @returns {Promise<object>} it, with its uid @throws {import("./errors.js").Invalid} */
export const add = async (album) => (await addMany([album]))[0];

/** Adds all or none; an album whose `uid` is known is left as it is. @param {object[]} albums @returns {Promise<object[]>} */
export async function addMany(albums) {
    const ops = albums.map((album) =>
        opOf("put", "album", album.uid ?? uuid(), checked("album", album, { whole: true })),
    );
    const fresh = ops.filter((op) => !rows.has(op.record_id) && !outbox.has(op.record_id));
    await write(fresh);
    return ops.map((op) => shelf.get(op.record_id));
}

/**
 * @param {string} uid
 * @param {object} patch null or an empty text removes a field
 * @returns {Promise<object>} the album as it is now
 * @throws {import("./errors.js").Invalid} nothing was stored
 */
export async function edit(uid, patch) {
    await editMany([uid], patch);
    return shelf.get(uid);
}

/** The same edit of several albums. @param {string[]} uids @param {object} patch */
export const editMany = (uids, patch) => change("album", uids, checked("album", patch));

async function change(type, uids, patch) {
    const view = (uid) => (type === "crate" ? crateViews : shelf).get(uid);
    const ops = uids
        .filter((uid) => view(uid))
        .map((uid) => [uid, differences(view(uid), patch)])
        // A refused edit goes again, though it was not changed: the other fields may have been at fault.
        .filter(([uid, changed]) => Object.keys(changed).length || errorsOf(uid).length)
        .map(([uid, changed]) => opOf("put", type, uid, changed));
    await write(ops);
}

/** Moves to the trash. @param {string|string[]} uids */
export const remove = (uids) =>
    write(
        [uids]
            .flat()
            .filter((uid) => shelf.get(uid) && !shelf.get(uid).deleted_at)
            .map((uid) => opOf("delete", "album", uid)),
    );

/** Brings back from the trash: any edit does; this one changes nothing else. @param {string|string[]} uids */
export const restore = (uids) =>
    write(
        [uids]
            .flat()
            .filter((uid) => shelf.get(uid)?.deleted_at)
            .map((uid) => opOf("put", "album", uid, checked("album", shelf.get(uid), { whole: true }))),
    );

/** Gives up the refused edits of a record. @param {string} uid */
export async function discard(uid) {
    await run(opened, ["outbox"], "readwrite", (store) =>
        (outbox.get(uid) ?? []).filter((op) => op.errors).forEach((op) => store.delete(op.seq)),
    );
    await settled([uid]);
}

/** The collector has looked at a conflict. @param {string} uid */
export async function acknowledge(uid) {
    await run(opened, ["notices"], "readwrite", (store) => ask(store.delete(uid)));
    await settled([uid]);
}

/** @param {{name: string, parent?: string, position?: number}} crate @returns {Promise<object>} */
export async function addCrate(crate) {
    const op = opOf("put", "crate", uuid(), checked("crate", crate, { whole: true }));
    await write([op]);
    return crateViews.get(op.record_id);
}

/** @param {string} uid @param {{name?: string, parent?: string|null, position?: number|null}} patch */
export const editCrate = (uid, patch) => change("crate", [uid], checked("crate", patch));

/** The albums in it stay, in none. @param {string} uid */
export async function removeCrate(uid) {
    const albums = shelf.query({ filters: { crate: uid } });
    const emptied = albums.map((album) => opOf("put", "album", album.uid, { crate: null }));
    await write([...emptied, opOf("delete", "crate", uid)]);
}

const opOf = (kind, type, uid, patch) => ({
    op_id: uuid(),
    type,
    kind,
    record_id: uid,
    base: rows.get(uid)?.version ?? 0,
    ...(kind === "put" ? { patch } : {}),
    edited_at: new Date().toISOString(),
});

/** @param {Op[]} ops */
async function write(ops) {
    if (!ops.length) return;
    await run(opened, ["outbox"], "readwrite", (store) => Promise.all(ops.map((op) => append(store, op))));
    await settled(ops.map((op) => op.record_id));
}

/** Appends an operation; it takes along what was refused of its record before, so that mending one field keeps the others. */
async function append(store, op) {
    const refused = (await ask(store.index("record").getAll(op.record_id))).filter((earlier) => earlier.errors);
    for (const earlier of refused) store.delete(earlier.seq);
    const patch = Object.assign({}, ...refused.map((earlier) => earlier.patch), op.patch);
    return ask(store.add(op.kind === "put" ? { ...op, patch } : op));
}

async function settled(uids) {
    if (uids.length > MANY) await readAll();
    else await readSome([...new Set(uids)]);
    announce(uids, "here");
    emit(uids, "here");
}

// What only the server knows

async function idOf(uid) {
    const id = rows.get(uid)?.id;
    if (!id) throw new Offline(new Error("The record is not on the server yet."));
    return id;
}

/** @param {string} uid @returns {Promise<{items: object[], lost: object[]}>} */
export const history = async (uid) => call(`/api/collection/${await idOf(uid)}/history`);

/** Sets a field to a value that lost a merge. @param {string} uid @param {number} lostId */
export async function restoreValue(uid, lostId) {
    const row = await call(`/api/collection/${await idOf(uid)}/history/${lostId}/restore`, {
        method: "POST",
        json: {},
    });
    await run(opened, ["records"], "readwrite", (store) => ask(store.put(row)));
    await settled([uid]);
}

/** Removes for good what is in the trash. */
export async function emptyTrash() {
    const result = await call("/api/collection/trash", { method: "DELETE" });
    const gone = trash()
        .map((album) => album.uid)
        .filter((uid) => !outbox.has(uid));
    await run(opened, ["records"], "readwrite", (store) => gone.forEach((uid) => store.delete(uid)));
    await settled(gone);
    return result;
}
