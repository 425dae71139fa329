// The globals of the service worker.

/** Hashes by path; the component `assets` writes both before the text of `sw.js`. */
declare var PRECACHE: Record<string, string>;
declare var LAZY: Record<string, string>;

interface ServiceWorkerGlobalScopeEventMap {
    sync: ExtendableEvent & { tag: string };
}
