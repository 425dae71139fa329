/**
 * Synchronises the collection with the server, and reports the state.
 *
 * It runs after an edit, when the network is back, when the page becomes visible, and every half minute while it is
 * visible. After a failure it waits longer each time, and at least as long as the server asks for. One tab synchronises
 * at a time: kernel/exchange.js holds a lock. In browsers with background sync, the service worker sends the edits of a
 * closed tab.
 */

import "../kernel/database.js";
import "../kernel/session.js";
import "../kernel/exchange.js";
import * as auth from "./auth.js";
import * as collection from "./collection.js";
import { BACKOFF_MS, SYNC_DELAY_MS, SYNC_INTERVAL_MS, SYNC_TAG } from "./config.js";
import { Offline, Problem, readProblem } from "./errors.js";

/**
 * @typedef {object} Status
 * @property {"saved"|"waiting"|"syncing"|"offline"|"failed"|"signed-out"} state
 * @property {number} waiting  operations that are not sent yet
 * @property {number} conflicts
 * @property {number} refused
 * @property {Date|null} lastSync
 * @property {unknown} error
 */

const { exchange } = globalThis.vault;
/** @typedef {{response?: Response, pausedUntil?: number}} Refusal */

/** @type {Set<(status: Status) => void>} */
const listeners = new Set();

/** @type {Promise<void>|null} */
let running = null;
/** @type {ReturnType<typeof setTimeout>|undefined} */
let timer;
let failures = 0;
/** The server wants no request until then (`Retry-After`), in milliseconds since 1970. */
let pausedUntil = 0;
/** @type {unknown} */
let error = null;
/** @type {Date|null} */
let lastSync = null;

/** @returns {Status} */
export function status() {
    const counts = collection.outstanding();
    return { state: stateFor(counts.waiting), ...counts, lastSync, error };
}

/** @param {number} waiting @returns {Status["state"]} */
function stateFor(waiting) {
    if (!auth.current() || auth.isEnded()) return "signed-out";
    if (navigator.onLine === false || error instanceof Offline) return "offline";
    if (error) return "failed";
    if (running) return waiting ? "syncing" : "saved";
    return waiting ? "waiting" : "saved";
}

/** @param {(status: Status) => void} listener @returns {() => void} unsubscribes */
export function subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
}

const notify = () => listeners.forEach((listener) => listener(status()));
const isVisible = () => document.visibilityState === "visible";

/** Synchronises now and from now on. */
export function start() {
    collection.subscribe(({ origin }) => {
        if (origin === "here") schedule();
        notify();
    });
    auth.subscribe(notify);
    addEventListener("online", now);
    addEventListener("offline", notify);
    document.addEventListener("visibilitychange", () => isVisible() && now());
    setInterval(() => isVisible() && failures === 0 && now(), SYNC_INTERVAL_MS);
    now();
}

function schedule(delay = SYNC_DELAY_MS) {
    clearTimeout(timer);
    timer = setTimeout(now, Math.max(delay, pausedUntil - Date.now()));
    requestBackgroundSync();
}

/**
 * Synchronises at once, or when the server's pause is over. Resolves when that has succeeded, failed or been postponed:
 * see {@link status}.
 */
export async function now() {
    if (Date.now() < pausedUntil) {
        schedule(0);
        return notify();
    }
    clearTimeout(timer);
    // The present run may already have read the outbox: another one follows it.
    const run = (running ?? Promise.resolve()).then(runOnce);
    running = run;
    await run;
    if (running === run) running = null;
    notify();
}

async function runOnce() {
    const user = collection.ownerId();
    if (!user || auth.isEnded()) return;
    notify();
    try {
        await exchange.synchronise(user, (uids) => {
            if (collection.ownerId() !== user) return undefined;
            collection.announce(uids, "server");
            return collection.reload(uids, "server");
        });
        [failures, pausedUntil, error, lastSync] = [0, 0, null, new Date()];
    } catch (cause) {
        await handleFailure(cause);
    }
}

/** @param {unknown} cause */
async function handleFailure(cause) {
    const { response: answer, pausedUntil: until = 0 } = /** @type {Refusal} */ (cause);
    pausedUntil = until;
    if (answer) error = await readProblem(answer);
    else if (until) error ??= pausedByAnother(until);
    else error = cause instanceof TypeError ? new Offline(cause) : cause;
    const problem = error instanceof Problem ? error : null;
    if (problem?.status === 401) {
        // `auth.isEnded()` reports it.
        error = null;
        return;
    }
    failures += 1;
    const wait = Math.min(BACKOFF_MS.last, BACKOFF_MS.first * 2 ** (failures - 1));
    schedule(wait * (0.5 + Math.random() / 2));
}

/** Another page or the service worker was refused. @param {number} until */
function pausedByAnother(until) {
    const seconds = Math.ceil((until - Date.now()) / 1000);
    const headers = { "retry-after": String(seconds) };
    return new Problem(new Response(null, { status: 429, headers }), { code: "rate_limited" });
}

/** Only Chromium has background sync. In other browsers the next visit sends the edits. */
async function requestBackgroundSync() {
    if (!collection.outstanding().waiting || !("serviceWorker" in navigator)) return;
    const registration = await navigator.serviceWorker.getRegistration();
    await registration?.sync?.register(SYNC_TAG).catch(() => {});
}
