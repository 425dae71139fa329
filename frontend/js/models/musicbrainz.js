/** Lookups at MusicBrainz. They go through the vault, which asks once a second for all. */

import { call } from "./api.js";

/** @typedef {import("./fields.js").Album} Album */
/** @typedef {{mbid: string, by: string, fields: Partial<Album>}} FoundRecord */

/**
 * Finds a record by its number at Discogs, its barcode, its catalogue number or its names.
 * @param {Album} album
 * @returns {Promise<FoundRecord|null>} null if it is not there, or not certain
 */
export async function findRecord({ discogs_id, barcode, catno, artist, album, year }) {
    const query = { discogs_id, barcode: isBarcode(barcode) ? barcode : undefined, catno, artist, album, year };
    return (await call("/api/musicbrainz/release", { query })).match;
}

/** Whether it has as many digits as a barcode: users note other numbers too. @param {string|undefined} text */
const isBarcode = (text) =>
    [8, 12, 13].includes((text ?? "").replace(/[\s.-]/g, "").length) && /^[\d\s.-]+$/.test(text ?? "");

/**
 * The release at MusicBrainz whose cover it is.
 * @param {string|null|undefined} cover an address
 * @returns {string|null} null if it is not a cover of the Cover Art Archive
 */
export const releaseOfCover = (cover) => /^\/cache\/images\/mb-([0-9a-f-]{36})-/.exec(cover ?? "")?.[1] ?? null;
