/** The collection of a Discogs user, which the vault imports and follows. */

import { call } from "./api.js";

/** @typedef {{id: number, artist: string, album: string}} GoneAlbum */
/**
 * @typedef {object} DiscogsImport
 * @property {"idle"|"running"|"waiting"|"failed"} state  waiting: for Discogs' limit, or for an outage to end
 * @property {string|null} username  null: no collection is followed
 * @property {boolean} has_token
 * @property {boolean} follow  the collection is read again every day
 * @property {number} pages
 * @property {number} pages_read
 * @property {number} records
 * @property {number} added
 * @property {number} updated
 * @property {number} unchanged
 * @property {number} [rejected]
 * @property {number} wants
 * @property {GoneAlbum[]} gone  the first 100 that Discogs has no longer
 * @property {string|null} started_at
 * @property {string|null} finished_at
 * @property {string|null} next_at
 * @property {{code: string, reason: string}} [error]
 */
/** @typedef {{artist: string, album: string, year: number|null, action: "add"|"fill"|"none"}} PreviewItem */
/**
 * What an import would do, computed for the first page of the collection.
 * @typedef {object} Preview
 * @property {string} username
 * @property {number} records
 * @property {number} wants
 * @property {number} compared
 * @property {number} added
 * @property {number} updated
 * @property {number} unchanged
 * @property {PreviewItem[]} items
 */
/** @typedef {{username?: string, token?: string, follow?: boolean}} Target  empty: what is followed already */

const PATH = "/api/collection/import/discogs";

/** @returns {Promise<DiscogsImport>} */
export const fetchImport = () => call(PATH);

/** @param {Target} target @returns {Promise<Preview>} */
export const previewImport = (target) => call(PATH, { method: "POST", json: { ...target, dry_run: true } });

/** @param {Target} target @returns {Promise<DiscogsImport>} */
export const startImport = (target) => call(PATH, { method: "POST", json: target });

/** Forgets the user name and the token. The records stay. */
export const stopFollowing = () => call(PATH, { method: "DELETE" });
