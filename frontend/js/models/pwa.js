/** The installation of the web app, and its new versions. */

/**
 * What happens, and what a listener receives:
 * - `update`: a new version is ready; a function that activates it, after which the page reloads.
 * - `install`: the app can be installed; a function that asks the user, and resolves with whether they agreed.
 * - `taken-over`: records of an earlier application were taken over; their number.
 * @typedef {object} PwaEvents
 * @property {() => void} update
 * @property {() => Promise<boolean>} install
 * @property {{count: number}} taken-over
 */
/** @typedef {(detail: any) => void} Listener */

/** @type {Record<keyof PwaEvents, Set<Listener>>} */
const listeners = { update: new Set(), install: new Set(), "taken-over": new Set() };
/** The last detail of each event, for listeners that subscribe later. @type {Map<keyof PwaEvents, unknown>} */
const emitted = new Map();

/**
 * @template {keyof PwaEvents} E
 * @param {E} event
 * @param {(detail: PwaEvents[E]) => void} listener is called at once if the event has already happened
 * @returns {() => void} unsubscribes
 */
export function on(event, listener) {
    listeners[event].add(listener);
    if (emitted.has(event)) listener(/** @type {PwaEvents[E]} */ (emitted.get(event)));
    return () => listeners[event].delete(listener);
}

/** @template {keyof PwaEvents} E @param {E} event @param {PwaEvents[E]} detail */
export function emit(event, detail) {
    emitted.set(event, detail);
    for (const listener of listeners[event]) listener(detail);
}

addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    emit("install", async () => {
        await event.prompt();
        return (await event.userChoice).outcome === "accepted";
    });
});

/**
 * Browsers refuse a service worker without HTTPS, except on this machine. Then only the start without a network is
 * missing.
 */
export async function register() {
    if (!("serviceWorker" in navigator)) return;
    const registration = await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
    // The first worker that controls this page replaces no older version: the page need not reload.
    let hasWorker = Boolean(navigator.serviceWorker.controller);
    navigator.serviceWorker.addEventListener("controllerchange", () => {
        if (hasWorker) location.reload();
        hasWorker = true;
    });
    // A new worker takes over the pages that are open. This page missed that if it was still loading.
    if (!hasWorker) navigator.serviceWorker.ready.then(({ active }) => active?.postMessage("claim"));
    /** @param {ServiceWorker} worker */
    const offerUpdate = (worker) => emit("update", () => worker.postMessage("activate"));
    if (registration.waiting && hasWorker) offerUpdate(registration.waiting);
    registration.addEventListener("updatefound", () => {
        const worker = registration.installing;
        worker?.addEventListener("statechange", () => {
            if (worker.state === "installed" && navigator.serviceWorker.controller) offerUpdate(worker);
        });
    });
    document.addEventListener("visibilitychange", () => {
        // Offline the update fails; the next visit tries again.
        if (document.visibilityState === "visible") registration.update().catch(() => {});
    });
}
