// A pressing as Discogs tells of it, as fields of a record of ours. Pure.

const first = (value) => (Array.isArray(value) ? value[0] : value);
const joined = (value) => (Array.isArray(value) ? [...new Set(value.filter(Boolean).map(nameOf))].join(", ") : value);
const nameOf = (value) => (typeof value === "object" ? value.name : value);
const whole = (value) => Number.parseInt(value, 10) || undefined;

/** "Artist - Title", as Discogs writes a search result, taken apart at the first dash between spaces. */
function titled({ artist, artists, title = "", album }) {
    if (album) return { artist: artist ?? joined(artists), album };
    if (artist ?? artists) return { artist: artist ?? joined(artists), album: title };
    const at = title.indexOf(" - ");
    return at < 0 ? { artist: undefined, album: title } : { artist: title.slice(0, at), album: title.slice(at + 3) };
}

/** @returns {object} fields of an album; what Discogs does not tell is absent */
export function fromPressing(found) {
    const { artist, album } = titled(found);
    const barcode = [found.barcode ?? found.barcodes].flat().find((code) => code && /^[\d\s-]{8,20}$/.test(code));
    const fields = {
        // "Prince (2)" is Discogs' way to tell two of a name apart.
        artist: artist?.replace(/ \(\d+\)(?=,|$)/g, "").replace(/\*$/, ""),
        album,
        year: whole(found.year),
        label: nameOf(first(found.label ?? found.labels) ?? "") || undefined,
        catno: first(found.catno ?? found.labels?.map?.((label) => label.catno)),
        format: joined(found.format ?? found.formats?.map?.((format) => (typeof format === "object" ? [format.name, ...(format.descriptions ?? [])].join(", ") : format))),
        country: found.country,
        genre: joined(found.genre ?? found.genres),
        style: joined(found.style ?? found.styles),
        barcode,
        discogs_id: whole(found.id ?? found.discogs_id),
        master_id: whole(found.master_id),
        cover: found.cover ?? found.cover_image ?? undefined,
    };
    return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== ""));
}
