/** Lookups at Discogs, through the vault: no key ever reaches the browser. */

import { call } from "./api.js";

export { isBarcode, normaliseBarcode } from "./barcode.js";

const DISCOGS = "/api/discogs";
/** Answers of this page's life: going back a letter while typing asks nobody. */
const KEPT = 100;
const answers = new Map();

/**
 * The best match for `artist` and `album`; a page of candidates for `q`, `barcode` or `catno`.
 * @param {{artist?: string, album?: string, q?: string, barcode?: string, catno?: string}} question
 * @param {{signal?: AbortSignal}} [options]
 */
export const search = (question, options) => kept(`${DISCOGS}/search`, { query: question, ...options });

/** Candidates while typing. @param {string} text @param {{signal?: AbortSignal}} [options] @returns {Promise<object[]>} */
export async function suggest(text, options) {
    const q = text.trim().replace(/\s+/g, " ");
    return q.length < 3 ? [] : (await search({ q }, options)).items;
}

/** A pressing: tracklist, labels, formats. @param {number} id @param {{signal?: AbortSignal}} [options] */
export const release = (id, options) => kept(`${DISCOGS}/releases/${encodeURIComponent(id)}`, options);

/** @param {number} id @param {{currency?: string, signal?: AbortSignal}} [options] */
export const price = (id, { currency, signal } = {}) => call(`${DISCOGS}/price`, { query: { id, currency }, signal });

async function kept(path, { query, signal } = {}) {
    const key = JSON.stringify([path, query]);
    if (answers.has(key)) return answers.get(key);
    const answer = await call(path, { query, signal });
    answers.set(key, answer);
    if (answers.size > KEPT) answers.delete(answers.keys().next().value);
    return answer;
}
