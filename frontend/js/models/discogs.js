/** Lookups at Discogs. They go through the vault, so the browser needs no key. */

import { call } from "./api.js";

/** @typedef {import("./pressing.js").Candidate} Candidate */
/** @typedef {{artist?: string, album?: string, q?: string, barcode?: string, catno?: string}} Search */
/** @typedef {{position?: string, title: string, duration?: string, heading?: boolean}} Track */
/** @typedef {{value: number, currency: string, at: string, source: string}} Offer */
/** @typedef {{price?: Offer, suggestions?: {grades?: Record<string, Offer>}, status: string}} PriceAnswer */

const DISCOGS = "/api/discogs";
/** Answers that are kept until the page is closed: deleting a typed letter needs no second request. */
const KEPT_ANSWERS = 100;
/** @type {Map<string, any>} */
const answers = new Map();

/**
 * The best match for `artist` and `album`, or a page of candidates for `q`, `barcode` or `catno`.
 * @param {Search} search
 * @param {{signal?: AbortSignal}} [options]
 * @returns {Promise<{items: Candidate[]}>}
 */
export const searchReleases = (search, options) => callOnce(`${DISCOGS}/search`, { query: search, ...options });

/** Candidates for a text that is still being typed. @param {string} text @param {{signal?: AbortSignal}} [options] */
export async function suggestReleases(text, options) {
    const q = text.trim().replace(/\s+/g, " ");
    return q.length < 3 ? [] : (await searchReleases({ q }, options)).items;
}

/** @param {number} id @returns {Promise<Candidate & {tracklist: Track[]}>} */
export const fetchRelease = (id) => callOnce(`${DISCOGS}/releases/${encodeURIComponent(id)}`);

/** @param {number} id @param {string} currency @returns {Promise<PriceAnswer>} */
export const fetchPrice = (id, currency) => call(`${DISCOGS}/price`, { query: { id, currency } });

/** @param {string} path @param {{query?: Search, signal?: AbortSignal}} [options] */
async function callOnce(path, { query, signal } = {}) {
    const key = JSON.stringify([path, query]);
    if (answers.has(key)) return answers.get(key);
    const answer = await call(path, { query, signal });
    answers.set(key, answer);
    if (answers.size > KEPT_ANSWERS) answers.delete([...answers.keys()][0]);
    return answer;
}
