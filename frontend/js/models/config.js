/** The constants of the web app. None is secret. */

/** Time from an edit to its synchronisation: edits in quick succession are sent together. */
export const SYNC_DELAY_MS = 150;
/** How often a visible page asks for the changes of other devices. */
export const SYNC_INTERVAL_MS = 30_000;
/** Time between failed attempts: doubled each time, with jitter. */
export const BACKOFF_MS = { first: 1_000, last: 300_000 };

/** The `localStorage` key of the earlier application's collection. */
export const OLD_COLLECTION_KEY = "vinylVaultCollection";

/** A request that takes longer has failed. Streams have no such limit. */
export const TIMEOUT_MS = 30_000;

/** The BroadcastChannel on which tabs announce changes. */
export const CHANNEL = "vinyl-vault";

/** The tag of background sync; `sw.js` has the same. */
export const SYNC_TAG = "vinyl-vault-sync";
