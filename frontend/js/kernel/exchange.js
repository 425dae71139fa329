/* Synchronises a user's database with the server. database.js says why this is not a module. */
(() => {
    /** @typedef {import("../models/overlay.js").Operation} Operation */
    /** @typedef {import("../models/overlay.js").Row} Row */
    /** @typedef {{op_id: string, status: "applied"|"merged"|"kept"|"rejected"|string, errors?: Fault[]}} Result */
    /** @typedef {{results: Result[], changes: Row[], cursor: string, has_more: boolean}} Answer */

    const vault = (globalThis.vault ??= /** @type {Vault} */ ({}));
    const { ask, run } = vault.database;

    /**
     * Operations in one request: some 200 kB, which a slow connection still sends in time. The server accepts 10,000.
     */
    const BATCH = 500;

    /** The server has purged deletions that this device has not received: the cursor is too old. */
    const EXPIRED = 410;

    /** The account has no room for the operations: the server has written none of them. */
    const FULL = 507;

    /** The operation as the protocol defines it. @param {Operation} operation */
    const toWireFormat = ({ op_id, type, kind, record_id, base, patch, edited_at }) =>
        kind === "delete"
            ? { op_id, type, kind, record_id, base, edited_at }
            : { op_id, type, kind, record_id, base, patch, edited_at };

    /**
     * The removals of records without other unsent operations: they need no room. @param {Operation[]} ops
     */
    function selectRemovals(ops) {
        const counts = new Map();
        for (const { record_id: id } of ops) counts.set(id, (counts.get(id) ?? 0) + 1);
        return ops.filter((op) => op.kind === "delete" && counts.get(op.record_id) === 1);
    }

    /**
     * The operations that can be sent. @param {Operation[]} all @param {boolean} isFull
     */
    function selectUnsent(all, isFull) {
        const unsent = all.filter((op) => !op.errors);
        return isFull ? selectRemovals(unsent) : unsent;
    }

    /** @param {IDBDatabase} database @param {boolean} isFull */
    const readBatch = (database, isFull) =>
        run(database, ["outbox", "meta"], "readonly", async (outbox, meta) => {
            /** @type {[Operation[], string|undefined, string]} */
            const [all, cursor, device] = await Promise.all([
                ask(outbox.getAll()),
                ask(meta.get("cursor")),
                ask(meta.get("device_id")),
            ]);
            return { ops: selectUnsent(all, isFull).slice(0, BATCH), cursor: cursor ?? null, device };
        });

    /** @param {{device_id: string, cursor: string|null, ops: unknown[]}} body */
    async function post(body) {
        const response = await vault.session.fetch("/api/collection/sync", {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify(body),
        });
        if (response.ok || response.status === EXPIRED) return response;
        throw Object.assign(new Error("The server refused to synchronise."), { response });
    }

    /**
     * Applies the results to the outbox. An operation leaves the outbox only here.
     * @param {Operation[]} sent
     * @param {Result[]} results
     * @param {IDBObjectStore} outbox
     * @param {IDBObjectStore} notices
     */
    function settleOperations(sent, results, outbox, notices) {
        const ops = new Map(sent.map((op) => [op.op_id, op]));
        for (const result of results) {
            const op = ops.get(result.op_id);
            if (op?.seq === undefined) continue;
            if (result.status === "rejected") {
                // Nothing that was typed is lost: the user corrects it, and it is sent again.
                outbox.put({ ...op, errors: result.errors ?? [] });
                continue;
            }
            outbox.delete(op.seq);
            if (result.status === "merged" || result.status === "kept") {
                notices.put({ uid: op.record_id, status: result.status, at: new Date().toISOString() });
            }
        }
    }

    /**
     * Stores the rows that are newer than the stored ones: answers may arrive in the wrong order.
     * @param {Row[]} changes
     * @param {IDBObjectStore} records
     * @returns {Promise<string[]>} the uids of the stored rows
     */
    async function storeChanges(changes, records) {
        const stored = await Promise.all(changes.map((change) => ask(records.get(change.uid))));
        const newer = changes.filter((change, index) => !(stored[index]?.version >= change.version));
        for (const change of newer) records.put(change);
        return newer.map((change) => change.uid);
    }

    /**
     * Receives all rows again, then replaces the stored ones in one transaction. The outbox stays as it is.
     * @param {IDBDatabase} database
     * @param {string} device
     */
    async function reloadEverything(database, device) {
        const rows = new Map();
        /** @type {string|null} */
        let cursor = null;
        for (let hasMore = true; hasMore;) {
            /** @type {Answer} */
            const answer = await (await post({ device_id: device, cursor, ops: [] })).json();
            for (const row of answer.changes) rows.set(row.uid, row);
            cursor = answer.cursor;
            hasMore = answer.has_more;
        }
        await run(database, ["records", "meta"], "readwrite", (records, meta) => {
            records.clear();
            for (const row of rows.values()) records.put(row);
            return ask(meta.put(cursor, "cursor"));
        });
    }

    /**
     * Sends one request, and stores all its effects in one transaction.
     * @param {IDBDatabase} database
     * @param {boolean} isFull sends nothing that needs room
     * @returns {Promise<{changed: string[]|null, again: boolean}>} `changed`: the records that may look different
     * (null: all);
     *     `again`: there is more to exchange
     */
    async function exchangeOnce(database, isFull) {
        const { ops, cursor, device } = await readBatch(database, isFull);
        const response = await post({ device_id: device, cursor, ops: ops.map(toWireFormat) });
        if (response.status === EXPIRED) {
            await reloadEverything(database, device);
            return { changed: null, again: true };
        }
        /** @type {Answer} */
        const answer = await response.json();
        const stores = ["records", "outbox", "notices", "meta"];
        return run(database, stores, "readwrite", async (records, outbox, notices, meta) => {
            settleOperations(ops, answer.results, outbox, notices);
            const changed = await storeChanges(answer.changes, records);
            meta.put(answer.cursor, "cursor");
            const isSettled = answer.results.length > 0;
            /** @type {Operation[]} */
            const left = await ask(outbox.getAll());
            const isWaiting = selectUnsent(left, isFull).length > 0;
            return {
                changed: [...new Set([...changed, ...ops.map((op) => op.record_id)])],
                again: answer.has_more || (isWaiting && (isSettled || ops.length === 0)),
            };
        });
    }

    /** The longest pause that the server can ask for. */
    const LONGEST_PAUSE_MS = 900_000;

    /**
     * Fails if the server wants no request yet (`Retry-After`). The time is in the database, because pages and the
     * service worker keep to it. @param {IDBDatabase} database
     */
    async function checkPause(database) {
        const pausedUntil = await run(database, ["meta"], "readonly", (meta) => ask(meta.get("paused_until")));
        if (pausedUntil > Date.now()) throw Object.assign(new Error("The server wants a pause."), { pausedUntil });
    }

    /**
     * Notes the pause that a refusal asks for.
     * @param {IDBDatabase} database
     * @param {{response?: Response, pausedUntil?: number}} refusal
     */
    async function notePause(database, refusal) {
        const seconds = Number(refusal.response?.headers.get("retry-after")) || 0;
        if (seconds <= 0) return;
        const pausedUntil = Date.now() + Math.min(LONGEST_PAUSE_MS, seconds * 1000);
        refusal.pausedUntil = pausedUntil;
        await run(database, ["meta"], "readwrite", (meta) => ask(meta.put(pausedUntil, "paused_until")));
    }

    /**
     * Synchronises until both sides are equal. A lock lets one tab or worker do so at a time. `onProgress` is called
     * after each request. If the account is full, removals are sent and changes received, and then it fails: what needs
     * room stays in the outbox. Errors have `response`, if the server has refused, and `pausedUntil`, if it wants no
     * request until then, in milliseconds since 1970.
     * @type {Vault["exchange"]["synchronise"]}
     */
    const synchronise = (userId, onProgress = () => {}) =>
        vault.session.runExclusively(`vinyl-vault-sync-${userId}`, async () => {
            const database = await vault.database.openUser(userId);
            try {
                await checkPause(database);
                /** @type {unknown} */
                let refusal = null;
                for (let again = true; again;) {
                    const done = await exchangeOnce(database, refusal !== null).catch((error) => {
                        if (refusal || error.response?.status !== FULL) throw error;
                        refusal = error;
                        return null;
                    });
                    if (!done) continue;
                    if (done.changed === null || done.changed.length > 0) await onProgress(done.changed);
                    again = done.again;
                }
                if (refusal) throw refusal;
            } catch (error) {
                await notePause(database, /** @type {{response?: Response}} */ (error));
                throw error;
            } finally {
                database.close();
            }
        });

    vault.exchange = { synchronise };
})();
