/** Installing, and new versions. */

const listeners = { update: new Set(), install: new Set(), "taken-over": new Set() };
/** What happened before somebody listened. */
const missed = new Map();

/**
 * - `update`: a new version is ready; called with a function that activates it and reloads.
 * - `install`: the app can be installed; called with a function that asks the collector and resolves with whether they did.
 * - `taken-over`: records of an earlier application were taken over; called with `{count}`.
 * @param {"update"|"install"|"taken-over"} event
 * @param {(detail: any) => void} listener
 * @returns {() => void} ends it
 */
export function on(event, listener) {
    listeners[event].add(listener);
    if (missed.has(event)) listener(missed.get(event));
    return () => listeners[event].delete(listener);
}

export function emit(event, detail) {
    missed.set(event, detail);
    for (const listener of listeners[event]) listener(detail);
}

addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    emit("install", async () => {
        await event.prompt();
        return (await event.userChoice).outcome === "accepted";
    });
});

/** Pages that are not on HTTPS or this machine have no service worker; everything but offline start works there. */
export async function register() {
    if (!("serviceWorker" in navigator)) return;
    const registration = await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
    // The first worker takes over silently: nothing old is in use.
    const hadWorker = Boolean(navigator.serviceWorker.controller);
    let reloading = false;
    navigator.serviceWorker.addEventListener("controllerchange", () => {
        if (hadWorker && !reloading) location.reload();
        reloading = true;
    });
    const ready = (worker) => emit("update", () => worker.postMessage("activate"));
    if (registration.waiting && hadWorker) ready(registration.waiting);
    registration.addEventListener("updatefound", () => {
        const worker = registration.installing;
        worker.addEventListener("statechange", () => {
            if (worker.state === "installed" && navigator.serviceWorker.controller) ready(worker);
        });
    });
    document.addEventListener(
        "visibilitychange",
        () => document.visibilityState === "visible" && registration.update().catch(() => {}),
    );
}
