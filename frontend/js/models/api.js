/** Requests to the API. A refusal is a {@link Problem}, no answer at all an {@link Offline}. */

import "../kernel/database.js";
import "../kernel/session.js";
import { TIMEOUT_MS } from "./config.js";
import { Offline, problemOf } from "./errors.js";

const { session } = globalThis.vault;

/**
 * @param {string} path `/api/…`
 * @param {{method?: string, json?: unknown, body?: BodyInit, headers?: Record<string, string>, query?: Record<string, unknown>,
 *     signal?: AbortSignal, anonymous?: boolean, timeout?: number}} [options]
 *     `json` becomes the body; `query` leaves out what is null or empty; `timeout: 0` for streams
 * @returns {Promise<Response>} a 2xx or 304
 */
export async function request(path, options = {}) {
    const { method = "GET", json, headers = {}, query, signal, anonymous = false, timeout = TIMEOUT_MS } = options;
    const body = json === undefined ? options.body : JSON.stringify(json);
    const all = json === undefined ? headers : { "content-type": "application/json", ...headers };
    const signals = [signal, timeout ? AbortSignal.timeout(timeout) : undefined].filter(Boolean);
    const init = { method, headers: all, body, signal: signals.length > 1 ? AbortSignal.any(signals) : signals[0] };
    let response;
    try {
        response = await (anonymous ? fetch : session.fetch)(path + queryString(query), init);
    } catch (error) {
        if (signal?.aborted) throw signal.reason;
        throw error?.response ? await problemOf(error.response) : new Offline(error);
    }
    if (response.ok || response.status === 304) return response;
    throw await problemOf(response);
}

/**
 * As {@link request}, answered with the document; undefined where there is none (204).
 * @param {string} path
 * @param {Parameters<typeof request>[1]} [options]
 */
export async function call(path, options) {
    const response = await request(path, options);
    return response.status === 204 ? undefined : response.json();
}

/** @param {Record<string, unknown>} [query] */
export function queryString(query = {}) {
    const set = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
    return set.length ? `?${new URLSearchParams(set.map(([name, value]) => [name, String(value)]))}` : "";
}
