/** What can go wrong, in words that a collector understands. */

/** No network, or the server does not answer. */
export class Offline extends Error {
    constructor(cause) {
        super("You are offline, or the vault cannot be reached.", { cause });
        this.name = "Offline";
        this.code = "offline";
    }
}

/** Input at fault: nothing was stored, and nothing of what was typed is lost. */
export class Invalid extends Error {
    /** @param {{field: string, message: string}[]} errors */
    constructor(errors) {
        super(errors.map(({ field, message }) => `${field} ${message}`).join("; "));
        this.name = "Invalid";
        this.code = "invalid_input";
        this.errors = errors;
    }
}

/** Signing out would lose edits that no server has seen yet. */
export class UnsentEdits extends Error {
    /** @param {number} count */
    constructor(count) {
        super(
            count === 1
                ? "One change has not been saved to the vault yet."
                : `${count} changes have not been saved to the vault yet.`,
        );
        this.name = "UnsentEdits";
        this.code = "unsent_edits";
        this.count = count;
    }
}

/** The server's refusal: an RFC 9457 problem. */
export class Problem extends Error {
    /** @param {Response} response @param {object} document */
    constructor(response, document) {
        super(document.detail || document.title || `The vault answered with status ${response.status}.`);
        this.name = "Problem";
        this.status = response.status;
        /** @type {string} stable; listed in /api/docs */
        this.code = document.code ?? "unknown";
        /** @type {{field: string, message: string}[]} */
        this.errors = document.errors ?? [];
        /** @type {string|undefined} finds the request in the operator's log */
        this.requestId = document.request_id;
        /** @type {number|undefined} with `version_conflict` */
        this.version = document.version;
        /** @type {number|undefined} seconds */
        this.retryAfter = Number(response.headers.get("retry-after")) || undefined;
    }
}

/** @param {Response} response @returns {Promise<Problem>} */
export async function problemOf(response) {
    const document = await response.json().catch(() => ({}));
    return new Problem(response, document && typeof document === "object" ? document : {});
}

const WORDS = {
    offline:
        "You are offline, or the vault cannot be reached. What you changed is kept on this device and goes out by itself.",
    invalid_input: "Something is not right yet; see the marked fields.",
    bad_credentials: "That email and password do not belong together. Check both, or set a new password.",
    email_taken: "There is an account with this email already. Sign in instead.",
    unauthenticated: "Your session has ended. Sign in again; everything on this device is kept.",
    not_found: "This is not there any more. It may have been removed on another device.",
    version_conflict: "Somebody changed this in the meantime. Look at the new version and try again.",
    body_too_large: "That is too large to be taken. Try it in smaller parts.",
    rate_limited: "That was a lot at once. Wait a moment and try again.",
    discogs_busy: "Discogs lets nobody ask more just now. Add it by hand, or try again in a moment.",
    discogs_failed: "Discogs does not answer just now. Add it by hand; the rest can be filled in later.",
    provider_refused: "The assistant's provider did not take the key or the question. Look at the key in the settings.",
    provider_busy: "The assistant's provider is busy. Try again in a moment.",
    provider_failed: "The assistant's provider cannot be reached. Try again later.",
    provider_timeout: "The assistant fell silent. Ask again.",
    answer_cut_off: "The answer broke off. Ask again.",
    quota_exceeded: "The questions of today are used up. Tomorrow there are new ones.",
    key_unreadable: "Your key cannot be read any more. Store it anew in the settings.",
    schema_newer: "The vault is being updated: it can be read, but not changed. Try again later.",
};

const BY_STATUS = {
    401: "unauthenticated",
    404: "not_found",
    412: "version_conflict",
    413: "body_too_large",
    429: "rate_limited",
};

/**
 * What to tell the collector.
 * @param {unknown} error
 * @returns {{text: string, fields: Record<string, string>, requestId?: string, retryAfter?: number}} `fields`: the message for each input at fault
 */
export function inWords(error) {
    const fields = Object.fromEntries((error?.errors ?? []).map(({ field, message }) => [lastPart(field), message]));
    let text = WORDS[error?.code] ?? WORDS[BY_STATUS[error?.status]];
    if (!text && error?.status >= 500) text = "The vault has a problem. Nothing is lost; try again in a moment.";
    if (error?.retryAfter) text = `${text ?? error.message} (In ${error.retryAfter} s.)`;
    const known =
        text ?? (error instanceof Error && error.message ? error.message : "Something went wrong. Try again.");
    return { text: known, fields, requestId: error?.requestId, retryAfter: error?.retryAfter };
}

/** `ops[3].patch.year` is about `year`. */
const lastPart = (field) => field.split(".").at(-1);
