/** Pressings from Discogs as fields of a record. */

/** @typedef {import("./fields.js").AlbumFields} AlbumFields */
/**
 * A candidate or a release of `/api/discogs`. It has the names of our fields.
 * @typedef {Partial<AlbumFields> & {id: number, artist: string, album: string, formats?: string[], thumb?: string}}
 * Candidate
 */
/** @typedef {Partial<AlbumFields> & Pick<AlbumFields, "artist"|"album">} PressingFields */

/** @type {(keyof Candidate & keyof AlbumFields)[]} */
const COPIED = [
    "artist",
    "album",
    "year",
    "label",
    "catno",
    "format",
    "country",
    "genre",
    "style",
    "barcode",
    "master_id",
    "cover",
];

/** @param {unknown} value */
const isEmpty = (value) => value === undefined || value === null || value === "";

/** @param {Candidate} candidate @returns {PressingFields} without the fields that Discogs does not know */
export function toFields(candidate) {
    const fields = { ...Object.fromEntries(COPIED.map((name) => [name, candidate[name]])), discogs_id: candidate.id };
    const known = Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
    return /** @type {PressingFields} */ (/** @type {unknown} */ (known));
}

/**
 * Sorts vinyl before CDs and the rest. Candidates of one kind keep their order, which is by likelihood.
 * @template {{formats?: string[]}} T
 * @param {T[]} candidates
 * @returns {T[]}
 */
export const sortVinylFirst = (candidates) => {
    /** @param {T} candidate */
    const isVinyl = ({ formats = [] }) => Number(formats.includes("Vinyl"));
    return [...candidates].sort((one, other) => isVinyl(other) - isVinyl(one));
};

/**
 * The fields that the album lacks. The ids at Discogs are always taken, because they name the chosen pressing.
 * @param {object} album
 * @param {Partial<AlbumFields>} fields
 * @returns {Partial<AlbumFields>}
 */
export const pickMissing = (album, fields) => {
    const values = /** @type {Record<string, unknown>} */ (album);
    const isTaken = (/** @type {string} */ name) =>
        isEmpty(values[name]) || name === "discogs_id" || name === "master_id";
    return Object.fromEntries(Object.entries(fields).filter(([name]) => isTaken(name)));
};

/** The fields that most releases at Discogs have. */
const EXPECTED = ["cover", "year", "format", "label", "catno", "country", "genre", "style"];

/** Whether the album lacks fields that Discogs may know. @param {object} album */
export const isIncomplete = (album) => {
    const values = /** @type {Record<string, unknown>} */ (album);
    return EXPECTED.some((name) => isEmpty(values[name]));
};
