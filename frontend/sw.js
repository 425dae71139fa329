/*
 * The service worker: it lets the web app start without a network.
 *
 * The component `assets` writes `self.PRECACHE` and `self.LAZY` before this text: the hashes of all files by path. A
 * file is cached under its path and its hash. So a new version fetches only the files that changed, and no page mixes
 * two versions: this worker serves its own files until the user activates the new version.
 *
 * Answers of the API are never cached: they belong to one user, and IndexedDB stores the part that is needed offline.
 */

importScripts("/js/kernel/database.js", "/js/kernel/session.js", "/js/kernel/exchange.js");

const worker = /** @type {ServiceWorkerGlobalScope & typeof globalThis} */ (/** @type {unknown} */ (self));

const APP = "vinyl-vault-app";
const COVERS = "vinyl-vault-covers";
const COVER_PATH = "/cache/images/";
/** The page that is shown when the requested one is not cached. */
const OFFLINE = "/offline.html";

/** Covers beyond this size are deleted, the oldest first. It is enough for some thousand covers. */
const COVERS_BYTES = 100 * 1024 * 1024;
/** The size is computed only after this many new covers, because that reads every cached answer. */
const COVERS_BETWEEN_CHECKS = 40;

/** The same names as in models/config.js. */
const SYNC_TAG = "vinyl-vault-sync";
const CHANNEL = "vinyl-vault";

/** @param {string} path @param {string} hash */
const cacheKey = (path, hash) => `${path}?hash=${hash}`;

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("message", (event) => {
    if (event.data === "activate") worker.skipWaiting();
    if (event.data === "claim") event.waitUntil(worker.clients.claim());
});
worker.addEventListener("sync", (event) => {
    if (event.tag === SYNC_TAG) event.waitUntil(synchronise());
});
worker.addEventListener("fetch", (event) => {
    const url = new URL(event.request.url);
    if (event.request.method !== "GET" || url.origin !== worker.location.origin) return;
    const answer = answerRequest(event.request, url);
    if (answer) event.respondWith(answer);
});

async function install() {
    const cache = await caches.open(APP);
    /** @type {[string, string][]} */
    const missing = [];
    for (const [path, hash] of Object.entries(worker.PRECACHE)) {
        if (!(await cache.match(cacheKey(path, hash)))) missing.push([path, hash]);
    }
    await Promise.all(missing.map(([path, hash]) => fetchAndCache(cache, path, hash)));
}

/**
 * Caches a file if its hash is the listed one: during an update the server may already serve the next version.
 * @param {Cache} cache
 * @param {string} path
 * @param {string} hash
 */
async function fetchAndCache(cache, path, hash) {
    const response = await fetch(path, { cache: "no-cache" });
    if (!response.ok) throw new Error(`${path}: status ${response.status}`);
    const digest = await crypto.subtle.digest("SHA-256", await response.clone().arrayBuffer());
    const found = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (found !== hash) throw new Error(`${path}: the server has another version of this file`);
    await cache.put(cacheKey(path, hash), response.clone());
    return response;
}

async function activate() {
    const cache = await caches.open(APP);
    const files = Object.entries({ ...worker.PRECACHE, ...worker.LAZY });
    const wanted = new Set(files.map(([path, hash]) => cacheKey(path, hash)));
    for (const request of await cache.keys()) {
        const { pathname, search } = new URL(request.url);
        if (!wanted.has(pathname + search)) await cache.delete(request);
    }
    await worker.clients.claim();
}

/**
 * @param {Request} request
 * @param {URL} url
 * @returns {Promise<Response>|undefined} undefined: the browser asks the network, as without a service worker
 */
function answerRequest(request, { pathname }) {
    if (pathname.startsWith(COVER_PATH)) return answerCover(request);
    const path = pathname === "/" ? "/index.html" : pathname;
    if (path in worker.PRECACHE || path in worker.LAZY) return answerFile(request, path);
    if (request.mode === "navigate" && !/^\/(api|system)\//.test(path))
        return fetch(request).catch(() => answerFile(request, OFFLINE));
    return undefined;
}

/** @param {Request} request @param {string} path */
async function answerFile(request, path) {
    const cache = await caches.open(APP);
    const hash = worker.PRECACHE[path] ?? worker.LAZY[path];
    const cached = await cache.match(cacheKey(path, hash));
    if (cached) return cached;
    return path in worker.LAZY ? fetchAndCache(cache, path, hash) : fetch(request);
}

let newCovers = 0;

/** @param {Request} request */
async function answerCover(request) {
    const cache = await caches.open(COVERS);
    const cached = await cache.match(request);
    if (cached) return cached;
    const response = await fetch(request);
    if (response.ok && response.status === 200) {
        // If the disk is full, the cover is shown without being cached.
        await cache.put(request, response.clone()).catch(() => {});
        newCovers += 1;
        if (newCovers % COVERS_BETWEEN_CHECKS === 0) trimCovers(cache);
    }
    return response;
}

/** Deletes the oldest covers until the rest fits. @param {Cache} cache */
async function trimCovers(cache) {
    const requests = await cache.keys();
    const sizes = await Promise.all(
        requests.map(async (request) => {
            const response = await cache.match(request);
            return Number(response?.headers.get("content-length")) || (await response?.blob())?.size || 0;
        }),
    );
    let total = sizes.reduce((sum, size) => sum + size, 0);
    for (let oldest = 0; total > COVERS_BYTES; oldest += 1) {
        await cache.delete(requests[oldest]);
        total -= sizes[oldest];
    }
}

/** Sends the edits of a tab that was closed too early. If this fails, the browser repeats it later. */
async function synchronise() {
    const session = await worker.vault.session.load();
    if (!session || session.ended) return;
    const owner = session.user.id;
    const channel = new BroadcastChannel(CHANNEL);
    await worker.vault.exchange.synchronise(owner, (uids) =>
        channel.postMessage({ kind: "records", owner, uids, origin: "server" }),
    );
    channel.close();
}
