/** The filling of records: the vault asks Discogs for the covers and fields that records lack. */

import { call } from "./api.js";

/** @typedef {{id: number, artist: string, album: string, code: string, reason: string}} Failure */
/**
 * @typedef {object} Enrichment
 * @property {"idle"|"running"|"paused"|"waiting"} state  waiting: for Discogs' limit, or for an outage to end
 * @property {number} total  of the next four
 * @property {number} filled
 * @property {number} waiting
 * @property {number} nothing  records without a release number, or whose release gives nothing that they lack
 * @property {number} failed
 * @property {number} seconds_left
 * @property {string|null} error  why the last attempt failed
 * @property {Failure[]} failures  the first 100
 */

const PATH = "/api/collection/enrichment";

/** @returns {Promise<Enrichment>} */
export const fetchEnrichment = () => call(PATH);

/** @param {"start"|"pause"|"retry"} action @returns {Promise<Enrichment>} */
export const steerEnrichment = (action) => call(PATH, { method: "POST", json: { action } });
