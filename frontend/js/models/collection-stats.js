/** Counts and values of a collection, offline: the shape of `GET /api/collection/stats`. */

import { listed } from "./text.js";

const LONGEST = 100;

/** Counts of copies, largest first. */
function counted(albums, valuesOf) {
    const counts = new Map();
    for (const album of albums) {
        for (const name of valuesOf(album)) counts.set(name, (counts.get(name) ?? 0) + (album.quantity ?? 1));
    }
    return [...counts]
        .map(([name, count]) => ({ name, count }))
        .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}

function summed(albums, amount, currency) {
    const sums = new Map();
    for (const album of albums) {
        if (album[amount] === undefined || album[amount] === null) continue;
        const code = album[currency] ?? "";
        const sum = sums.get(code) ?? { currency: code, albums: 0, total: 0 };
        sum.albums += 1;
        sum.total += album[amount] * (album.quantity ?? 1);
        sums.set(code, sum);
    }
    return [...sums.values()]
        .map((sum) => ({ ...sum, total: Math.round(sum.total * 100) / 100 }))
        .sort((a, b) => b.total - a.total);
}

function growth(albums) {
    const months = new Map();
    for (const album of albums) {
        const month = album.created_at.slice(0, 7);
        months.set(month, (months.get(month) ?? 0) + (album.quantity ?? 1));
    }
    let total = 0;
    return [...months]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([month, added]) => ({ month, added, total: (total += added) }));
}

/** @param {object[]} albums not in the trash */
export function statistics(albums) {
    return {
        total: albums.length,
        copies: albums.reduce((sum, album) => sum + (album.quantity ?? 1), 0),
        by_genre: counted(albums, (album) => listed(album.genre)),
        by_style: counted(albums, (album) => listed(album.style)),
        by_decade: counted(albums, (album) => (album.year ? [String(Math.floor(album.year / 10) * 10)] : [])),
        by_format: counted(albums, (album) => listed(album.format)),
        by_label: counted(albums, (album) => listed(album.label)).slice(0, LONGEST),
        by_artist: counted(albums, (album) => [album.artist]).slice(0, LONGEST),
        by_country: counted(albums, (album) => listed(album.country)),
        value: summed(albums, "price", "price_currency"),
        spent: summed(albums, "purchase_price", "purchase_currency"),
        growth: growth(albums),
    };
}
