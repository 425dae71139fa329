/* Who is signed in, and requests in their name. See database.js for why this is no module. */
(() => {
    const vault = (globalThis.vault ??= {});
    const { ask, run } = vault.database;

    /** Refreshed this long before its end, so that no request sets out with a token that dies on the way. */
    const EARLY_MS = 30_000;
    const LOCK = "vinyl-vault-refresh";
    /** As in config.js. */
    const CHANNEL = "vinyl-vault";

    let opening;
    const database = () => (opening ??= vault.database.openSession());

    /**
     * @typedef {{access_token: string, refresh_token: string, expires_at: number, user: object, retry_key?: string,
     *     ended?: boolean}} Session
     * `ended`: the server knows it no more; whose data is in this browser stays known.
     */

    /** @returns {Promise<Session|null>} */
    const load = async () =>
        run(await database(), ["session"], "readonly", (store) => ask(store.get("current")).then((it) => it ?? null));
    const save = async (session) => {
        await run(await database(), ["session"], "readwrite", (store) => ask(store.put(session, "current")));
        return session;
    };
    const clear = async () => run(await database(), ["session"], "readwrite", (store) => ask(store.delete("current")));

    /** Keeps what the server answered to a sign-in or a refresh. */
    const keep = (answer) =>
        save({
            access_token: answer.access_token,
            refresh_token: answer.refresh_token,
            expires_at: Date.now() + answer.expires_in * 1000,
            user: answer.user,
        });

    /** Tells every page, for this may be the service worker. */
    const tell = (event) => {
        const channel = new BroadcastChannel(CHANNEL);
        channel.postMessage({ kind: "auth", event });
        channel.close();
    };

    /** 128 bits. `crypto.randomUUID` is not there on pages without HTTPS. */
    const secret = () =>
        Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

    /** Runs `work` when no other tab or worker is in it. Where there are no locks, at once. */
    const exclusively = (name, work) => (navigator.locks ? navigator.locks.request(name, work) : work());

    /**
     * Exchanges the refresh token, once over all tabs: it is valid once, and a second use would end the session.
     * @param {string} stale the access token that will not do
     * @returns {Promise<Session|null>} null: the session has ended
     */
    const refresh = (stale) =>
        exclusively(LOCK, async () => {
            const session = await load();
            if (!session || session.ended) return null;
            if (session.access_token !== stale) return session; // another tab was faster
            // Kept until an answer comes: should it be lost on the way, the same refresh is asked for again, not a second one.
            const retryKey = session.retry_key ?? secret();
            if (!session.retry_key) await save({ ...session, retry_key: retryKey });
            const response = await fetch("/api/auth/refresh", {
                method: "POST",
                headers: { "content-type": "application/json" },
                body: JSON.stringify({ refresh_token: session.refresh_token, retry_key: retryKey }),
            });
            if (response.ok) return keep(await response.json());
            if (response.status === 401 || response.status === 400) {
                await save({ ...session, ended: true });
                tell("ended");
                return null;
            }
            throw Object.assign(new Error("The session could not be renewed."), { response });
        });

    /** A session with a fresh access token; null if nobody is signed in. */
    async function fresh() {
        const session = await load();
        if (!session || session.ended) return null;
        return Date.now() < session.expires_at - EARLY_MS ? session : refresh(session.access_token);
    }

    /**
     * `fetch` in the collector's name; a token that expired meanwhile is renewed without anybody noticing.
     * @param {string} path
     * @param {RequestInit} [init]
     * @returns {Promise<Response>} 401 if nobody is signed in
     */
    async function fetchAs(path, init = {}) {
        const send = (session) => {
            const headers = new Headers(init.headers);
            if (session) headers.set("authorization", `Bearer ${session.access_token}`);
            return fetch(path, { ...init, headers });
        };
        const session = await fresh();
        const response = await send(session);
        if (response.status !== 401 || !session) return response;
        const renewed = await refresh(session.access_token);
        return renewed ? send(renewed) : response;
    }

    vault.session = { load, save, keep, clear, refresh, fetch: fetchAs, exclusively };
})();
