/*
 * The databases of this browser.
 *
 * Pages load the files of this folder as modules, and the service worker loads them with `importScripts`, because not
 * every browser has module service workers. So they neither import nor export; they add to `globalThis.vault`.
 *
 * `vinyl-vault` holds the session. `vinyl-vault-<user id>` holds that user's data, so that two users of one browser do
 * not see each other's records:
 *   records  the server's rows as last received, albums and crates, by uid
 *   outbox   operations that the server has not acknowledged, oldest first; a refused one stays, with its `errors`
 *   notices  conflicts that the user has not seen yet, by uid
 *   meta     single values: cursor, device_id, …
 */
(() => {
    const vault = (globalThis.vault ??= /** @type {Vault} */ ({}));

    /** @type {Vault["database"]["ask"]} */
    const ask = (request) =>
        new Promise((resolve, reject) => {
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error);
        });

    /**
     * @param {string} name
     * @param {(database: IDBDatabase) => void} createStores called when the database is new
     */
    async function open(name, createStores) {
        const request = indexedDB.open(name, 1);
        request.onupgradeneeded = () => createStores(request.result);
        const database = await ask(request);
        // Another tab that deletes or upgrades the database must not wait for this one.
        database.onversionchange = () => database.close();
        return database;
    }

    /**
     * Runs `work` in one transaction: all of it is stored, or none. Resolves with its result once that is durable.
     * `work` must await nothing but requests of the transaction.
     * @type {Vault["database"]["run"]}
     */
    const run = (database, stores, mode, work) =>
        new Promise((resolve, reject) => {
            // "strict": an edit that was confirmed survives a power cut.
            const transaction = database.transaction(stores, mode, { durability: "strict" });
            /** @type {any} */
            let result;
            /** @type {unknown} */
            let failure;
            transaction.oncomplete = () => resolve(result);
            transaction.onabort = () => reject(failure ?? transaction.error);
            Promise.resolve(work(...stores.map((store) => transaction.objectStore(store)))).then(
                (value) => (result = value),
                (error) => {
                    failure = error;
                    try {
                        transaction.abort();
                    } catch {
                        // The transaction has already ended: `onabort` is not called.
                        reject(error);
                    }
                },
            );
        });

    /** @param {number} userId */
    const nameOf = (userId) => `vinyl-vault-${userId}`;

    vault.database = {
        ask,
        run,
        openSession: () => open("vinyl-vault", (database) => database.createObjectStore("session")),
        openUser: (userId) =>
            open(nameOf(userId), (database) => {
                database.createObjectStore("records", { keyPath: "uid" });
                const outbox = database.createObjectStore("outbox", { keyPath: "seq", autoIncrement: true });
                outbox.createIndex("record", "record_id");
                database.createObjectStore("notices", { keyPath: "uid" });
                database.createObjectStore("meta");
            }),
        /** Deletes a user's data in this browser. */
        removeUser: (userId) => ask(indexedDB.deleteDatabase(nameOf(userId))),
    };
})();
