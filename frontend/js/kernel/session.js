/* The session, and requests with its access token. database.js says why this is not a module. */
(() => {
    const vault = (globalThis.vault ??= /** @type {Vault} */ ({}));
    const { ask, run } = vault.database;

    /** A token is refreshed this long before it expires, so that it does not expire while a request is on its way. */
    const REFRESH_EARLY_MS = 30_000;
    const LOCK = "vinyl-vault-refresh";
    /** The same name as in models/config.js. */
    const CHANNEL = "vinyl-vault";

    /** @type {Promise<IDBDatabase>|undefined} */
    let opened;
    const database = () => (opened ??= vault.database.openSession());

    /** @type {Vault["session"]["load"]} */
    const load = async () =>
        run(await database(), ["session"], "readonly", async (store) => (await ask(store.get("current"))) ?? null);

    /** @type {Vault["session"]["save"]} */
    const save = async (session) => {
        await run(await database(), ["session"], "readwrite", (store) => ask(store.put(session, "current")));
        return session;
    };

    const clear = async () => run(await database(), ["session"], "readwrite", (store) => ask(store.delete("current")));

    /** Stores the answer to a sign-in or a refresh. @type {Vault["session"]["saveAnswer"]} */
    const saveAnswer = (answer) =>
        save({
            access_token: answer.access_token,
            refresh_token: answer.refresh_token,
            expires_at: Date.now() + answer.expires_in * 1000,
            user: answer.user,
        });

    /** Informs every page; this code may run in the service worker. @param {"ended"} event */
    const announce = (event) => {
        const channel = new BroadcastChannel(CHANNEL);
        channel.postMessage({ kind: "auth", event });
        channel.close();
    };

    /** 128 random bits in hexadecimal. `crypto.randomUUID` does not exist on pages without HTTPS. */
    const randomKey = () =>
        Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

    /**
     * Runs `work` when no other tab or worker runs work of this name. Without the Web Locks API it runs at once.
     * @type {Vault["session"]["runExclusively"]}
     */
    const runExclusively = (name, work) => (navigator.locks ? navigator.locks.request(name, work) : work());

    /**
     * Exchanges the refresh token. It is valid once, and a second use would end the session: so one tab at a time.
     * `stale` is the access token to replace. Resolves with null if the session has ended.
     * @type {Vault["session"]["refresh"]}
     */
    const refresh = (stale) =>
        runExclusively(LOCK, async () => {
            const session = await load();
            if (!session || session.ended) return null;
            // Another tab has already refreshed it.
            if (session.access_token !== stale) return session;
            // Stored until an answer arrives: if the answer is lost, the same refresh is repeated, which the server
            // allows.
            const retryKey = session.retry_key ?? randomKey();
            if (!session.retry_key) await save({ ...session, retry_key: retryKey });
            const response = await fetch("/api/auth/refresh", {
                method: "POST",
                headers: { "content-type": "application/json" },
                body: JSON.stringify({ refresh_token: session.refresh_token, retry_key: retryKey }),
            });
            if (response.ok) return saveAnswer(await response.json());
            if (response.status === 401 || response.status === 400) {
                await save({ ...session, ended: true });
                announce("ended");
                return null;
            }
            throw Object.assign(new Error("The session could not be refreshed."), { response });
        });

    /** The session with a valid access token; null if no user is signed in. */
    async function loadFresh() {
        const session = await load();
        if (!session || session.ended) return null;
        const isFresh = Date.now() < session.expires_at - REFRESH_EARLY_MS;
        return isFresh ? session : refresh(session.access_token);
    }

    /**
     * Whether a 401 is for a wrong password: then another access token does not help, and would cost a second guess.
     * @param {Response} response
     */
    async function isWrongPassword(response) {
        const problem = await response
            .clone()
            .json()
            .catch(() => null);
        return problem?.code === "bad_credentials";
    }

    /**
     * `fetch` with the access token. If the server answers that it has expired, it is refreshed and the request is
     * repeated. The answer is a 401 if no user is signed in.
     * @type {Vault["session"]["fetch"]}
     */
    const fetchSignedIn = async (path, init = {}) => {
        /** @param {VaultSession|null} session */
        const send = (session) => {
            const headers = new Headers(init.headers);
            if (session) headers.set("authorization", `Bearer ${session.access_token}`);
            return fetch(path, { ...init, headers });
        };
        const session = await loadFresh();
        const response = await send(session);
        if (response.status !== 401 || !session || (await isWrongPassword(response))) return response;
        const renewed = await refresh(session.access_token);
        return renewed ? send(renewed) : response;
    };

    vault.session = { load, save, saveAnswer, clear, refresh, fetch: fetchSignedIn, runExclusively };
})();
