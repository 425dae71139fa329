/**
 * Takes over the collection that an earlier application kept in `localStorage`: an array of `{artist, album, genre, cover, price}`.
 *
 * Once, without loss and without duplicates: a record's uid follows from its content and its place among equals, so two tabs, or a tab that
 * was closed half-way, make the same records. The old text is kept in the database; the key is removed only when all that is durable.
 */

import { OLD_COLLECTION_KEY } from "./config.js";
import { ALBUM } from "./fields.js";
import { uuidOf } from "./uuid.js";

const CURRENCIES = { "€": "EUR", $: "USD", "£": "GBP", "¥": "JPY" };
const FIELDS = ["artist", "album", "genre"];

/** "€12.50", "12,50 EUR", 12.5; undefined if it is no amount. */
export function priceOf(value) {
    if (typeof value === "number") return Number.isFinite(value) && value >= 0 ? { price: value } : undefined;
    const match = /^\s*([€$£¥]|[A-Z]{3})?\s*(\d+(?:[.,]\d{1,2})?)\s*([€$£¥]|[A-Z]{3})?\s*$/.exec(String(value ?? ""));
    if (!match) return undefined;
    const mark = match[1] ?? match[3];
    return { price: Number(match[2].replace(",", ".")), ...(mark ? { price_currency: CURRENCIES[mark] ?? mark } : {}) };
}

/** One old record as an album. What fits into no field goes to `custom`, under its old name. */
export function albumOf(old) {
    const album = { artist: "Unknown artist", album: "Untitled" };
    const custom = {};
    const keep = (field, value) =>
        value !== undefined && ALBUM[field]?.(value) === undefined ? (album[field] = value) : (custom[field] = value);
    const record = old && typeof old === "object" && !Array.isArray(old) ? old : { value: old };
    for (const [field, value] of Object.entries(record)) {
        if (value === null || value === undefined || value === "") continue;
        if (FIELDS.includes(field)) keep(field, typeof value === "string" ? value.trim() || undefined : value);
        else if (field === "cover") keep("cover", value);
        else if (field === "price" && priceOf(value))
            Object.assign(album, priceOf(value), { price_source: "earlier collection" });
        else custom[field] = value;
    }
    const kept = Object.fromEntries(Object.entries(custom).filter(([, value]) => value !== undefined));
    // Pictures within the text are too large for a field; the old text, which is kept, has them.
    for (const field of Object.keys(kept)) {
        if (JSON.stringify(kept[field]).length > 5_000) kept[field] = "too long; kept on the device that held it";
    }
    if (Object.keys(kept).length) album.custom = kept;
    return album;
}

/**
 * @param {string} text what the key holds
 * @param {number} owner
 * @returns {object[]|null} albums with uids; null if it is no collection
 */
export function albumsOf(text, owner) {
    let old;
    try {
        old = JSON.parse(text);
    } catch {
        return null;
    }
    if (!Array.isArray(old)) return null;
    const seen = new Map();
    return old.map((record) => {
        const content = JSON.stringify(record);
        const place = seen.get(content) ?? 0;
        seen.set(content, place + 1);
        return { ...albumOf(record), uid: uuidOf(`${OLD_COLLECTION_KEY} ${owner} ${place} ${content}`) };
    });
}

/**
 * @param {{id: number}} user
 * @param {{addMany: (albums: object[]) => Promise<object[]>}} collection
 * @param {(text: string) => Promise<void>} preserve keeps the old text
 * @returns {Promise<number>} how many records there were
 */
export async function takeOver(user, collection, preserve) {
    const text = localStorage.getItem(OLD_COLLECTION_KEY);
    const albums = text === null ? null : albumsOf(text, user.id);
    if (!albums) return 0;
    await preserve(text);
    await collection.addMany(albums);
    // Another application may have written meanwhile: that is for the next time.
    if (localStorage.getItem(OLD_COLLECTION_KEY) === text) localStorage.removeItem(OLD_COLLECTION_KEY);
    return albums.length;
}
