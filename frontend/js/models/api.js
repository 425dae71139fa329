/** Requests to the API. A refusal throws a {@link Problem}, a missing answer throws {@link Offline}. */

import "../kernel/database.js";
import "../kernel/session.js";
import { TIMEOUT_MS } from "./config.js";
import { Offline, readProblem } from "./errors.js";

const { session } = globalThis.vault;

/**
 * @typedef {object} RequestOptions
 * @property {string} [method]
 * @property {unknown} [json]  becomes the body
 * @property {BodyInit} [body]
 * @property {Record<string, string>} [headers]
 * @property {Record<string, unknown>} [query]  null, undefined and empty values are left out
 * @property {AbortSignal} [signal]
 * @property {boolean} [anonymous]  without the access token
 * @property {number} [timeout]  in milliseconds; 0 for streams, which have none
 */

/**
 * @param {string} path `/api/…`
 * @param {RequestOptions} [options]
 * @returns {Promise<Response>} with a status of 2xx or 304
 */
export async function request(path, options = {}) {
    const { method = "GET", json, headers = {}, query, signal, anonymous = false, timeout = TIMEOUT_MS } = options;
    const init = {
        method,
        headers: json === undefined ? headers : { "content-type": "application/json", ...headers },
        body: json === undefined ? options.body : JSON.stringify(json),
        // The browser's cache would keep answers after a sign-out.
        cache: /** @type {const} */ ("no-store"),
        signal: joinSignals(signal, timeout),
    };
    let response;
    try {
        response = await (anonymous ? fetch : session.fetch)(path + formatQuery(query), init);
    } catch (error) {
        if (signal?.aborted) throw signal.reason;
        const answer = /** @type {{response?: Response}} */ (error).response;
        throw answer ? await readProblem(answer) : new Offline(error);
    }
    if (response.ok || response.status === 304) return response;
    throw await readProblem(response);
}

/** @param {AbortSignal|undefined} signal @param {number} timeout */
function joinSignals(signal, timeout) {
    const deadline = timeout ? AbortSignal.timeout(timeout) : undefined;
    return signal && deadline ? AbortSignal.any([signal, deadline]) : (signal ?? deadline);
}

/**
 * Sends a {@link request} and reads the JSON document of the answer. A 204 has no document: the result is then
 * undefined.
 * @param {string} path
 * @param {RequestOptions} [options]
 * @returns {Promise<any>} the document, as docs/openapi.json describes it
 */
export async function call(path, options) {
    const response = await request(path, options);
    return response.status === 204 ? undefined : response.json();
}

/** @param {Record<string, unknown>} [query] @returns {string} "?a=1&b=2", or an empty string */
export function formatQuery(query = {}) {
    const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
    return given.length ? `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : "";
}
