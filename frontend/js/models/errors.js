/** The errors of the web app. `ui/error-text.js` puts them into words for the user. */

/** There is no network, or the server does not answer. */
export class Offline extends Error {
    name = "Offline";
    code = "offline";

    /** @param {unknown} [cause] */
    constructor(cause) {
        super("The vault cannot be reached.", { cause });
    }
}

/** The input is at fault. Nothing was stored; what was typed is still in the form. */
export class Invalid extends Error {
    name = "Invalid";
    code = "invalid_input";

    /** @param {Fault[]} errors */
    constructor(errors) {
        super(errors.map(({ field, message }) => `${field} ${message}`).join("; "));
        this.errors = errors;
    }
}

/** A sign-out would lose edits that the server has not received. */
export class UnsentEdits extends Error {
    name = "UnsentEdits";
    code = "unsent_edits";

    /** @param {number} count */
    constructor(count) {
        super(`Unsent edits: ${count}.`);
        this.count = count;
    }
}

/** A refusal by the server: an RFC 9457 problem. */
export class Problem extends Error {
    name = "Problem";

    /** @param {Response} response @param {Record<string, any>} document */
    constructor(response, document) {
        super(document.detail || document.title || `The vault answered with status ${response.status}.`);
        this.status = response.status;
        /** @type {string} a stable code; /api/docs lists them */
        this.code = document.code ?? "unknown";
        /** @type {Fault[]} */
        this.errors = document.errors ?? [];
        /** @type {string|undefined} the id of the request in the operator's log */
        this.requestId = document.request_id;
        /** @type {number|undefined} in seconds */
        this.retryAfter = Number(response.headers.get("retry-after")) || undefined;
    }
}

/** @param {Response} response @returns {Promise<Problem>} */
export async function readProblem(response) {
    const document = await response.json().catch(() => ({}));
    return new Problem(response, document && typeof document === "object" ? document : {});
}
