// A pressing as the vault tells it from Discogs, as fields of a record. Pure.

const SAME = [
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

/** @param {object} found a candidate or a release of `/api/discogs` @returns {object} what Discogs does not tell is absent */
export function fromPressing(found) {
    const fields = { ...Object.fromEntries(SAME.map((name) => [name, found[name]])), discogs_id: found.id };
    return Object.fromEntries(
        Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== ""),
    );
}

/** Records before CDs and the rest; among equals the order stays, which is by likelihood. @param {object[]} candidates */
export const vinylFirst = (candidates) => {
    const isVinyl = ({ formats = [] }) => formats.includes("Vinyl");
    return [...candidates].sort((one, other) => isVinyl(other) - isVinyl(one));
};

/** What of it a record has no value for yet. */
export const missingIn = (album, fields) =>
    Object.fromEntries(
        Object.entries(fields).filter(
            ([name]) =>
                album[name] === undefined ||
                album[name] === null ||
                album[name] === "" ||
                name === "discogs_id" ||
                name === "master_id",
        ),
    );
