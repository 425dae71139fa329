/** Counts and values of a collection, computed offline, in the shape of `GET /api/collection/stats`. */

import { formatOf, valuesOf } from "./values.js";

/** @typedef {import("./fields.js").Album} Album */
/** @typedef {{name: string, count: number}} Count */
/** @typedef {{currency: string, albums: number, total: number}} Sum */
/** @typedef {{month: string, added: number, total: number}} Month */

/** The longest list of labels or artists. */
export const LONGEST_LIST = 100;

/** @param {Album} album */
const copiesOf = (album) => album.quantity ?? 1;

/** @param {Album[]} albums @param {(album: Album) => string[]} read @returns {Count[]} copies, the most first */
function countCopies(albums, read) {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const album of albums) {
        for (const name of read(album)) counts.set(name, (counts.get(name) ?? 0) + copiesOf(album));
    }
    const list = [...counts].map(([name, count]) => ({ name, count }));
    return list.sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}

/**
 * Sums for each currency, the largest first.
 * @param {Album[]} albums
 * @param {"price"|"purchase_price"} amountField
 * @param {"price_currency"|"purchase_currency"} currencyField
 * @returns {Sum[]}
 */
function sumAmounts(albums, amountField, currencyField) {
    /** @type {Map<string, Sum>} */
    const sums = new Map();
    for (const album of albums) {
        const amount = album[amountField] ?? null;
        if (amount === null) continue;
        const currency = album[currencyField] ?? "";
        const sum = sums.get(currency) ?? { currency, albums: 0, total: 0 };
        sum.albums += 1;
        sum.total += amount * copiesOf(album);
        sums.set(currency, sum);
    }
    const rounded = [...sums.values()].map((sum) => ({ ...sum, total: Math.round(sum.total * 100) / 100 }));
    return rounded.sort((a, b) => b.total - a.total);
}

/** The worth of albums, by currency. @param {Album[]} albums */
export const sumPrices = (albums) => sumAmounts(albums, "price", "price_currency");

/** @param {Album[]} albums @returns {Month[]} the months in which copies were added */
function countByMonth(albums) {
    /** @type {Map<string, number>} */
    const months = new Map();
    for (const album of albums) {
        const month = album.created_at.slice(0, 7);
        months.set(month, (months.get(month) ?? 0) + copiesOf(album));
    }
    let total = 0;
    const sorted = [...months].sort(([a], [b]) => (a < b ? -1 : 1));
    return sorted.map(([month, added]) => ({ month, added, total: (total += added) }));
}

/** The carrier, or the text of a format without one. @param {Album} album @returns {string[]} */
function carrierOf(album) {
    const name = formatOf(album).carrier ?? album.format;
    return name ? [name] : [];
}

/** @param {Album} album @returns {string[]} */
const decadeOf = (album) => (album.year ? [String(Math.floor(album.year / 10) * 10)] : []);

/** @param {Album[]} albums without those in the trash */
export const computeStats = (albums) => ({
    total: albums.length,
    copies: albums.reduce((sum, album) => sum + copiesOf(album), 0),
    by_genre: countCopies(albums, (album) => valuesOf(album, "genre")),
    by_style: countCopies(albums, (album) => valuesOf(album, "style")),
    by_decade: countCopies(albums, decadeOf),
    by_format: countCopies(albums, carrierOf),
    by_label: countCopies(albums, (album) => valuesOf(album, "label")).slice(0, LONGEST_LIST),
    by_artist: countCopies(albums, (album) => [album.artist]).slice(0, LONGEST_LIST),
    by_country: countCopies(albums, (album) => (album.country ? [album.country] : [])),
    value: sumPrices(albums),
    spent: sumAmounts(albums, "purchase_price", "purchase_currency"),
    growth: countByMonth(albums),
});
