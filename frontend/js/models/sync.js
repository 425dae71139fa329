/**
 * Keeps the collection and the server together, and says how things stand.
 *
 * When: after an edit, when the network comes back, when the page is looked at, and every half minute then. What failed is tried again,
 * later each time. One tab at a time (kernel/exchange.js holds the lock); where the browser has background sync, the service worker
 * sends what a closed tab left.
 */

import "../kernel/database.js";
import "../kernel/session.js";
import "../kernel/exchange.js";
import * as auth from "./auth.js";
import * as collection from "./collection.js";
import { BACKOFF_MS, SYNC_DELAY_MS, SYNC_INTERVAL_MS, SYNC_TAG } from "./config.js";
import { Offline, problemOf } from "./errors.js";

const { exchange } = globalThis.vault;
const listeners = new Set();

let running = null;
let timer = null;
let failures = 0;
let error = null;
let lastSync = null;

/**
 * @typedef {{state: "saved"|"waiting"|"syncing"|"offline"|"failed"|"signed-out", waiting: number, conflicts: number, refused: number,
 *     lastSync: Date|null, error: Error|null}} Status
 */

/** @returns {Status} */
export function status() {
    const counts = collection.outstanding();
    return { state: state(counts), ...counts, lastSync, error };
}

function state({ waiting }) {
    if (!auth.current() || auth.isEnded()) return "signed-out";
    if (navigator.onLine === false || error instanceof Offline) return "offline";
    if (error) return "failed";
    if (running) return waiting ? "syncing" : "saved";
    return waiting ? "waiting" : "saved";
}

/** @param {(status: Status) => void} listener @returns {() => void} ends it */
export function subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
}

const tell = () => listeners.forEach((listener) => listener(status()));

/** Synchronises from now on. */
export function start() {
    collection.subscribe(({ origin }) => {
        if (origin === "here") soon();
        tell();
    });
    auth.subscribe(tell);
    addEventListener("online", now);
    addEventListener("offline", tell);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && now());
    setInterval(() => document.visibilityState === "visible" && failures === 0 && now(), SYNC_INTERVAL_MS);
    now();
}

function soon(delay = SYNC_DELAY_MS) {
    clearTimeout(timer);
    timer = setTimeout(now, delay);
    askForBackgroundSync();
}

/** Synchronises at once. Resolves when that is done or has failed: see {@link status}. */
export function now() {
    clearTimeout(timer);
    // What was edited after the present run read the outbox needs another.
    running = (running ?? Promise.resolve()).then(once);
    const mine = running;
    return mine.then(() => {
        if (running === mine) running = null;
        tell();
    });
}

async function once() {
    const user = collection.ownerId();
    if (!user || auth.isEnded()) return;
    tell();
    try {
        await exchange.synchronise(user, (uids) => {
            if (collection.ownerId() !== user) return undefined;
            collection.announce(uids, "server");
            return collection.reload(uids, "server");
        });
        [failures, error, lastSync] = [0, null, new Date()];
    } catch (cause) {
        await failed(cause);
    }
}

async function failed(cause) {
    error = cause.response ? await problemOf(cause.response) : cause instanceof TypeError ? new Offline(cause) : cause;
    if (error.status === 401) {
        error = null; // auth says it
        return;
    }
    failures += 1;
    const wait = Math.min(BACKOFF_MS.last, BACKOFF_MS.first * 2 ** (failures - 1));
    soon(Math.max((error.retryAfter ?? 0) * 1000, wait * (0.5 + Math.random() / 2)));
}

/** Chromium only; elsewhere the next visit sends. */
async function askForBackgroundSync() {
    if (!collection.outstanding().waiting || !("serviceWorker" in navigator)) return;
    const registration = await navigator.serviceWorker.getRegistration();
    await registration?.sync?.register(SYNC_TAG).catch(() => {});
}
