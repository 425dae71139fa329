/*
 * The databases of this browser.
 *
 * The files of this folder are loaded by the pages as modules and by the service worker with `importScripts` (not every browser
 * has module service workers): hence they neither import nor export, but put what they offer on `globalThis.vault`.
 *
 * `vinyl-vault` holds who is signed in. `vinyl-vault-<user id>` holds that collector's data, so that two who share a browser
 * share nothing else:
 *   records  the server's rows as last seen, albums and crates, by uid
 *   outbox   operations that are not acknowledged, in the order of their making; a refused one stays, with its `errors`
 *   notices  conflicts that the collector has not looked at, by uid
 *   meta     cursor, device_id, and what else is one value
 */
(() => {
    const vault = (globalThis.vault ??= {});

    /** @param {IDBRequest} request @returns {Promise<any>} */
    const ask = (request) =>
        new Promise((resolve, reject) => {
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error);
        });

    function open(name, upgrade) {
        const request = indexedDB.open(name, 1);
        request.onupgradeneeded = () => upgrade(request.result);
        return ask(request).then((database) => {
            // A tab that upgrades or deletes must not wait for this one.
            database.onversionchange = () => database.close();
            return database;
        });
    }

    /**
     * Runs `work` in one transaction and resolves with its result once that is durable; all of it happens or none.
     * @template T
     * @param {IDBDatabase} database
     * @param {string[]} stores
     * @param {"readonly"|"readwrite"} mode
     * @param {(...stores: IDBObjectStore[]) => Promise<T>|T} work must await nothing but requests of the transaction
     * @returns {Promise<T>}
     */
    function run(database, stores, mode, work) {
        return new Promise((resolve, reject) => {
            // An edit that was confirmed survives a power cut.
            const transaction = database.transaction(stores, mode, { durability: "strict" });
            let result;
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
                        reject(error);
                    }
                },
            );
        });
    }

    const nameOf = (userId) => `vinyl-vault-${userId}`;

    vault.database = {
        ask,
        run,
        openSession: () => open("vinyl-vault", (database) => database.createObjectStore("session")),
        openUser: (userId) =>
            open(nameOf(userId), (database) => {
                database.createObjectStore("records", { keyPath: "uid" });
                database
                    .createObjectStore("outbox", { keyPath: "seq", autoIncrement: true })
                    .createIndex("record", "record_id");
                database.createObjectStore("notices", { keyPath: "uid" });
                database.createObjectStore("meta");
            }),
        /** Deletes a collector's data in this browser. */
        removeUser: (userId) => ask(indexedDB.deleteDatabase(nameOf(userId))),
    };
})();
