/** Constants of the web app. Nothing here is secret, and nothing must be set. */

/** How long after an edit its synchronisation starts: edits in quick succession go together. */
export const SYNC_DELAY_MS = 150;
/** How often a visible page asks for what other devices did. */
export const SYNC_INTERVAL_MS = 30_000;
/** Between attempts that failed: doubled each time, with jitter. */
export const BACKOFF_MS = { first: 1_000, last: 300_000 };

/** The key under which an earlier application kept its collection. */
export const OLD_COLLECTION_KEY = "vinylVaultCollection";

/** What a request may take before it counts as lost. Not for streams. */
export const TIMEOUT_MS = 30_000;

/** Tabs tell each other what changed over this channel. */
export const CHANNEL = "vinyl-vault";

/** The tag of background sync; `sw.js` knows it, too. */
export const SYNC_TAG = "vinyl-vault-sync";
