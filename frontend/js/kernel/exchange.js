/* Synchronises a collector's database with the server. See database.js for why this is no module. */
(() => {
    const vault = (globalThis.vault ??= {});
    const { ask, run } = vault.database;

    /** Operations in a request: some 200 kB, soon done on a bad line. The server takes 10,000. */
    const BATCH = 500;

    /** The server has purged deletions that this device has not seen. */
    const EXPIRED = 410;

    /** An operation as the protocol has it. */
    const onTheWire = ({ op_id, type, kind, record_id, base, patch, edited_at }) =>
        kind === "delete"
            ? { op_id, type, kind, record_id, base, edited_at }
            : { op_id, type, kind, record_id, base, patch, edited_at };

    async function read(database) {
        return run(database, ["outbox", "meta"], "readonly", async (outbox, meta) => {
            const [ops, cursor, device] = await Promise.all([
                ask(outbox.getAll()),
                ask(meta.get("cursor")),
                ask(meta.get("device_id")),
            ]);
            return { ops: ops.filter((op) => !op.errors).slice(0, BATCH), cursor: cursor ?? null, device };
        });
    }

    async function post(body) {
        const response = await vault.session.fetch("/api/collection/sync", {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify(body),
        });
        if (response.ok || response.status === EXPIRED) return response;
        throw Object.assign(new Error("The server refused to synchronise."), { response });
    }

    /** Settles operations by their results. An operation leaves the outbox only here. */
    async function settle(sent, results, outbox, notices) {
        const ops = new Map(sent.map((op) => [op.op_id, op]));
        for (const result of results) {
            const op = ops.get(result.op_id);
            if (!op) continue;
            if (result.status === "rejected") {
                // Nothing that was typed is lost: the collector mends it and it goes again.
                outbox.put({ ...op, errors: result.errors ?? [] });
                continue;
            }
            outbox.delete(op.seq);
            if (result.status === "merged" || result.status === "kept") {
                notices.put({ uid: op.record_id, status: result.status, at: new Date().toISOString() });
            }
        }
    }

    /** Takes newer rows only: an answer may be late. */
    async function take(changes, records) {
        const known = await Promise.all(changes.map((change) => ask(records.get(change.uid))));
        const fresh = changes.filter((change, index) => !(known[index]?.version >= change.version));
        for (const change of fresh) records.put(change);
        return fresh.map((change) => change.uid);
    }

    /** Reads everything anew and then swaps it in at once; the outbox stays as it is. */
    async function startAnew(database, device) {
        const rows = new Map();
        let answer = { cursor: null, has_more: true };
        while (answer.has_more) {
            answer = await (await post({ device_id: device, cursor: answer.cursor, ops: [] })).json();
            for (const row of answer.changes) rows.set(row.uid, row);
        }
        await run(database, ["records", "meta"], "readwrite", (records, meta) => {
            records.clear();
            for (const row of rows.values()) records.put(row);
            return ask(meta.put(answer.cursor, "cursor"));
        });
    }

    /**
     * One request and what follows from it, in one transaction.
     * @returns {Promise<{changed: string[]|null, again: boolean}>} which records look different (null: all may)
     */
    async function round(database) {
        const { ops, cursor, device } = await read(database);
        const response = await post({ device_id: device, cursor, ops: ops.map(onTheWire) });
        if (response.status === EXPIRED) {
            await startAnew(database, device);
            return { changed: null, again: true };
        }
        const answer = await response.json();
        return run(
            database,
            ["records", "outbox", "notices", "meta"],
            "readwrite",
            async (records, outbox, notices, meta) => {
                await settle(ops, answer.results, outbox, notices);
                const changed = await take(answer.changes, records);
                meta.put(answer.cursor, "cursor");
                const settled = answer.results.length > 0;
                const waiting = (await ask(outbox.getAll())).some((op) => !op.errors);
                return {
                    changed: [...new Set([...changed, ...ops.map((op) => op.record_id)])],
                    again: answer.has_more || (waiting && (settled || ops.length === 0)),
                };
            },
        );
    }

    /**
     * Synchronises until there is no more; one tab or worker at a time.
     * @param {number} userId
     * @param {(changed: string[]|null) => void|Promise<void>} [progress] after each request
     */
    const synchronise = (userId, progress = () => {}) =>
        vault.session.exclusively(`vinyl-vault-sync-${userId}`, async () => {
            const database = await vault.database.openUser(userId);
            try {
                for (let again = true; again;) {
                    const done = await round(database);
                    if (done.changed === null || done.changed.length > 0) await progress(done.changed);
                    again = done.again;
                }
            } finally {
                database.close();
            }
        });

    vault.exchange = { synchronise };
})();
