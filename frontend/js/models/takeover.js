/**
 * Takes over the collection that an earlier application kept in `localStorage`: a list of `{artist, album, genre,
 * cover, price}`.
 *
 * It happens once, without loss and without duplicates: a record's uid is computed from its content and its number
 * among equal records. So two tabs, or a tab that is closed half-way, make the same records. The old text is stored in
 * the database, and the key is removed only when both are durable.
 */

import { OLD_COLLECTION_KEY } from "./config.js";
import { checkValue } from "./field-checks.js";
import { ALBUM_FIELDS } from "./fields.js";
import { hashToUuid } from "./uuid.js";

/** @typedef {import("./fields.js").Patch} Patch */

/** @type {Record<string, string>} */
const CURRENCIES = { "€": "EUR", $: "USD", "£": "GBP", "¥": "JPY" };
const TEXT_FIELDS = ["artist", "album", "genre"];
/** Longer values do not fit into `custom`. */
const LONGEST_CUSTOM = 5_000;

/**
 * Reads "€12.50", "12,50 EUR" or 12.5.
 * @param {unknown} value
 * @returns {{price: number, price_currency?: string}|undefined}
 */
export function parsePrice(value) {
    if (typeof value === "number") return Number.isFinite(value) && value >= 0 ? { price: value } : undefined;
    const pattern = /^\s*([€$£¥]|[A-Z]{3})?\s*(\d+(?:[.,]\d{1,2})?)\s*([€$£¥]|[A-Z]{3})?\s*$/;
    const match = pattern.exec(String(value ?? ""));
    if (!match) return undefined;
    const mark = match[1] ?? match[3];
    const price = Number(match[2].replace(",", "."));
    return mark ? { price, price_currency: CURRENCIES[mark] ?? mark } : { price };
}

/**
 * Converts one old record. Values that fit no field go to `custom`, under their old names.
 * @param {unknown} old
 * @returns {Patch}
 */
export function toAlbum(old) {
    /** @type {Patch} */
    const album = { artist: "Unknown artist", album: "Untitled" };
    /** @type {Record<string, unknown>} */
    const custom = {};
    const isObject = old !== null && typeof old === "object" && !Array.isArray(old);
    for (const [field, value] of Object.entries(isObject ? old : { value: old })) {
        if (value === null || value === undefined || value === "") continue;
        if (TEXT_FIELDS.includes(field) || field === "cover") {
            const text = typeof value === "string" && field !== "cover" ? value.trim() : value;
            if (text === "") continue;
            (isAllowed(field, text) ? album : custom)[field] = text;
        } else if (field === "price" && parsePrice(value)) {
            Object.assign(album, parsePrice(value), { price_source: "earlier collection" });
        } else custom[field] = value;
    }
    // A picture in the text is too long for `custom`. The old text, which is stored, has it.
    for (const [field, value] of Object.entries(custom)) {
        if (JSON.stringify(value).length > LONGEST_CUSTOM) custom[field] = "too long; stored on the device that had it";
    }
    if (Object.keys(custom).length) album.custom = custom;
    return album;
}

/** @param {string} field @param {unknown} value */
const isAllowed = (field, value) => checkValue(ALBUM_FIELDS[field], value) === undefined;

/**
 * @param {string} text the value of the key
 * @param {number} owner
 * @returns {Patch[]|null} albums with uids; null if the text is not a collection
 */
export function toAlbums(text, owner) {
    let old;
    try {
        old = JSON.parse(text);
    } catch {
        return null;
    }
    if (!Array.isArray(old)) return null;
    /** @type {Map<string, number>} */
    const seen = new Map();
    return old.map((record) => {
        const content = JSON.stringify(record);
        const number = seen.get(content) ?? 0;
        seen.set(content, number + 1);
        return { ...toAlbum(record), uid: hashToUuid(`${OLD_COLLECTION_KEY} ${owner} ${number} ${content}`) };
    });
}

/**
 * @param {{id: number}} user
 * @param {{addMany: (albums: Patch[]) => Promise<unknown>}} collection
 * @param {(text: string) => Promise<void>} storeText stores the old text
 * @returns {Promise<number>} the number of records
 */
export async function takeOver(user, collection, storeText) {
    const text = localStorage.getItem(OLD_COLLECTION_KEY);
    const albums = text === null ? null : toAlbums(text, user.id);
    if (text === null || !albums) return 0;
    await storeText(text);
    await collection.addMany(albums);
    // If the other application has written meanwhile, the next start takes that over.
    if (localStorage.getItem(OLD_COLLECTION_KEY) === text) localStorage.removeItem(OLD_COLLECTION_KEY);
    return albums.length;
}
