/*
 * The service worker: the app without a network.
 *
 * Before this text the component `assets` writes `self.PRECACHE` and `self.LAZY`: the hashes of all files by path. A file is kept under
 * its path and hash, so a new version fetches only what changed, and pages never mix two versions: the present worker serves its own
 * files until the new one is told to take over.
 *
 * Answers of the API are never kept: they are the collector's, and IndexedDB holds what is needed of them.
 */

importScripts("/js/kernel/database.js", "/js/kernel/session.js", "/js/kernel/exchange.js");

const APP = "vinyl-vault-app";
const COVERS = "vinyl-vault-covers";
const COVER_PATH = "/cache/images/";
/** The page that says that there is no network. */
const OFFLINE = "/offline.html";

/** Covers beyond this go, those kept longest first. A phone keeps some thousand. */
const COVERS_BYTES = 100 * 1024 * 1024;
/** Adding up what is kept takes a moment: only after so many new ones. */
const COVERS_BETWEEN_CHECKS = 40;

/** As in config.js. */
const SYNC_TAG = "vinyl-vault-sync";
const CHANNEL = "vinyl-vault";

const keyOf = (path, hash) => `${path}?hash=${hash}`;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => event.data === "activate" && self.skipWaiting());
self.addEventListener("sync", (event) => event.tag === SYNC_TAG && event.waitUntil(synchronise()));
self.addEventListener("fetch", (event) => {
    const url = new URL(event.request.url);
    if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
    const answer = answerTo(event.request, url);
    if (answer) event.respondWith(answer);
});

async function install() {
    const cache = await caches.open(APP);
    const missing = [];
    for (const [path, hash] of Object.entries(self.PRECACHE)) {
        if (!(await cache.match(keyOf(path, hash)))) missing.push([path, hash]);
    }
    await Promise.all(missing.map(([path, hash]) => keep(cache, path, hash)));
}

/** Keeps a file if it is the one that the list means: during an update the server may have another already. */
async function keep(cache, path, hash) {
    const response = await fetch(path, { cache: "no-cache" });
    if (!response.ok) throw new Error(`${path}: status ${response.status}`);
    const digest = await crypto.subtle.digest("SHA-256", await response.clone().arrayBuffer());
    const found = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (found !== hash) throw new Error(`${path} is of another version`);
    await cache.put(keyOf(path, hash), response.clone());
    return response;
}

async function activate() {
    const cache = await caches.open(APP);
    const wanted = new Set(Object.entries({ ...self.PRECACHE, ...self.LAZY }).map(([path, hash]) => keyOf(path, hash)));
    for (const request of await cache.keys()) {
        const { pathname, search } = new URL(request.url);
        if (!wanted.has(pathname + search)) await cache.delete(request);
    }
    await self.clients.claim();
}

/** The answer to a request; undefined where the network alone knows. */
function answerTo(request, { pathname }) {
    if (pathname.startsWith(COVER_PATH)) return cover(request);
    const path = pathname === "/" ? "/index.html" : pathname;
    if (path in self.PRECACHE || path in self.LAZY) return file(request, path);
    if (request.mode === "navigate" && !/^\/(api|system)\//.test(path))
        return fetch(request).catch(() => file(request, OFFLINE));
    return undefined;
}

async function file(request, path) {
    const cache = await caches.open(APP);
    const hash = self.PRECACHE[path] ?? self.LAZY[path];
    const kept = await cache.match(keyOf(path, hash));
    if (kept) return kept;
    return path in self.LAZY ? keep(cache, path, hash) : fetch(request);
}

let newCovers = 0;

async function cover(request) {
    const cache = await caches.open(COVERS);
    const kept = await cache.match(request);
    if (kept) return kept;
    const response = await fetch(request);
    if (response.ok && response.status === 200) {
        await cache.put(request, response.clone()).catch(() => {}); // no room: it is shown all the same
        newCovers += 1;
        if (newCovers % COVERS_BETWEEN_CHECKS === 0) trim(cache);
    }
    return response;
}

/** Deletes what was kept first until the rest fits. */
async function trim(cache) {
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

/** Sends what a closed tab left. If it fails, the browser asks again later. */
async function synchronise() {
    const session = await self.vault.session.load();
    if (!session || session.ended) return;
    const owner = session.user.id;
    const channel = new BroadcastChannel(CHANNEL);
    await self.vault.exchange.synchronise(owner, (uids) =>
        channel.postMessage({ kind: "records", owner, uids, origin: "server" }),
    );
    channel.close();
}
