/** The errors of the app in words for the user. */

import { Invalid, Offline, Problem, UnsentEdits } from "../models/errors.js";
import { formatWait } from "./format.js";

/**
 * @typedef {object} ErrorText
 * @property {string} text
 * @property {Record<string, string>} fields  the message for each field at fault
 * @property {string} [requestId]
 * @property {number} [retryAfter]  in seconds
 */

/** Also the errors that a document of the vault names, not an answer. @type {Record<string, string>} */
const OF_DISCOGS_ACCOUNTS = {
    discogs_user_not_found: "Discogs has no user with this name. Check how it is written.",
    discogs_private: "This collection at Discogs is private. Make it public there, or give a token of your own.",
    discogs_token_rejected: "Discogs does not accept the token (any more). Give a new one.",
};

/** @type {Record<string, string>} */
const BY_CODE = {
    ...OF_DISCOGS_ACCOUNTS,
    offline: "You are offline, or the vault cannot be reached. Your changes are saved on this device and sent later.",
    invalid_input: "Something is not right yet. See the marked fields.",
    bad_credentials: "The email or the password is wrong. Check both and try again.",
    registration_closed: "This vault takes no new accounts.",
    busy: "Too many people sign in right now. Try again in a moment.",
    email_taken: "There is already an account with this email. Sign in instead.",
    unauthenticated: "Your session has ended. Sign in again; everything on this device is kept.",
    not_found: "This no longer exists. It may have been removed on another device.",
    version_conflict: "This was changed on another device in the meantime. Look at the new version and try again.",
    body_too_large: "That is too large. Try it in smaller parts.",
    rate_limited: "Too many requests. Wait a moment and try again.",
    request_timeout: "Sending took too long. Nothing is lost; try again with a better connection.",
    unavailable: "The vault is busy right now. Nothing is lost; try again in a moment.",
    storage_full: "The vault’s disk is full. Your changes are saved on this device; the operator must make room.",
    too_many_answers: "Other answers to you are not finished yet. Wait for one of them, and ask again.",
    discogs_busy: "Discogs accepts no more requests right now. Add it by hand, or try again in a moment.",
    discogs_failed: "Discogs does not answer right now. Add it by hand; you can fill in the rest later.",
    musicbrainz_busy: "MusicBrainz takes one request a second, and others wait. Try again in a moment.",
    musicbrainz_failed: "MusicBrainz does not answer right now. Try again later.",
    provider_refused: "The assistant’s provider refused the key or the question. Check the key in the settings.",
    provider_busy: "The assistant’s provider is busy. Try again in a moment.",
    provider_failed: "The assistant’s provider cannot be reached. Try again later.",
    provider_timeout: "The assistant did not answer in time. Ask again.",
    answer_cut_off: "The answer was cut off. Ask again.",
    key_unreadable: "Your key is not for this vault’s present provider. Save it again in the settings.",
    schema_newer: "The vault is being updated: you can read, but not change anything. Try again later.",
};

/** For answers whose code is not listed. @type {Record<number, string>} */
const BY_STATUS = {
    401: BY_CODE.unauthenticated,
    408: BY_CODE.request_timeout,
    404: BY_CODE.not_found,
    412: BY_CODE.version_conflict,
    413: BY_CODE.body_too_large,
    429: BY_CODE.rate_limited,
    503: BY_CODE.unavailable,
    507: "Your vault is full. Your changes are saved on this device.",
};

/** The codes of budgets of a day. With the status 507, the first one is the account's storage. */
const BUDGETS = ["quota_exceeded", "installation_quota_exceeded"];
const FULL = 507;

const SERVER_FAULT = "The vault has a problem. Nothing is lost; try again in a moment.";
const UNKNOWN_FAULT = "Something went wrong. Try again.";

/** @param {unknown} error @returns {ErrorText} */
export function describeError(error) {
    const problem = error instanceof Problem ? error : null;
    const faults = error instanceof Problem || error instanceof Invalid ? error.errors : [];
    const { retryAfter, requestId } = problem ?? {};
    const text = textOf(error);
    return {
        text: retryAfter ? `${text} (${capitalise(formatWait(retryAfter))}.)` : text,
        fields: Object.fromEntries(faults.map(({ field, message }) => [lastPart(field), message])),
        requestId,
        retryAfter,
    };
}

/** An error that a document of the vault names. @param {{code: string, reason: string}} error */
export const describeCode = ({ code, reason }) => OF_DISCOGS_ACCOUNTS[code] ?? reason;

/** @param {string} text */
const capitalise = (text) => text.charAt(0).toLocaleUpperCase() + text.slice(1);

/** @param {unknown} error */
function textOf(error) {
    if (error instanceof UnsentEdits) {
        if (error.count === 1) return "One change has not been sent to the vault yet.";
        return `${error.count} changes have not been sent to the vault yet.`;
    }
    const hasCode = error instanceof Problem || error instanceof Offline || error instanceof Invalid;
    const known = hasCode ? BY_CODE[error.code] : undefined;
    if (known) return known;
    // The answer says whether questions or lookups are used up, and by whom.
    if (error instanceof Problem && BUDGETS.includes(error.code) && error.status !== FULL) return error.message;
    if (error instanceof Problem) {
        return BY_STATUS[error.status] ?? (error.status >= 500 ? SERVER_FAULT : error.message);
    }
    return error instanceof Error && error.message ? error.message : UNKNOWN_FAULT;
}

/** `ops[3].patch.year` is about `year`. @param {string} field */
const lastPart = (field) => field.split(".").at(-1) ?? field;

/** The status of the server's answer; undefined if there was none. @param {unknown} error */
export const statusOf = (error) => (error instanceof Problem ? error.status : undefined);
