/** Prices of records as Discogs says them now. Each is stored with its day and its source. */

import * as collection from "./collection.js";
import { fetchPrice } from "./discogs.js";
import { Problem } from "./errors.js";

/** @typedef {import("./fields.js").Album} Album */

/** Answers about one record: no such release, no such currency. After another refusal, the next one is refused too. */
const OF_ONE_RECORD = [404, 422];

/** The currency of most of the user's amounts. */
export function usualCurrency() {
    const { value, spent } = collection.stats();
    return value[0]?.currency || spent[0]?.currency || "EUR";
}

/** Whether Discogs may be asked for the price: one that the user has typed stays. @param {Album} album */
export const isAskable = ({ discogs_id: id, price, price_source: source }) =>
    Boolean(id) && ((price ?? null) === null || /discogs/i.test(source ?? ""));

/**
 * Asks for the price of a record, and stores it. Without an offer, the status says why.
 * @param {Album} album with a release number
 */
export async function refreshPrice(album) {
    const found = await fetchPrice(album.discogs_id ?? 0, album.price_currency ?? usualCurrency());
    // The suggestion for the grade of this copy is better than the lowest offer.
    const offer = found.suggestions?.grades?.[album.media_condition ?? ""] ?? found.price;
    if (offer) {
        const { value, currency, at, source } = offer;
        await collection.edit(album.uid, {
            price: value,
            price_currency: currency,
            price_at: at,
            price_source: source,
        });
    }
    return { status: found.status, offer };
}

/**
 * Asks for the prices of several records, one after the other, and ends when Discogs cannot be asked further.
 * @param {Album[]} albums with release numbers
 * @param {(done: number) => void} onProgress
 * @returns {Promise<{priced: number, error?: unknown}>} `error`: why it ended early
 */
export async function refreshPrices(albums, onProgress) {
    let priced = 0;
    for (const [index, album] of albums.entries()) {
        onProgress(index);
        try {
            const { offer } = await refreshPrice(album);
            if (offer) priced += 1;
        } catch (error) {
            if (!(error instanceof Problem && OF_ONE_RECORD.includes(error.status))) return { priced, error };
        }
    }
    return { priced };
}
