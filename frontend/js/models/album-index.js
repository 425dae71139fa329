/** The albums in memory, found and ordered in a few milliseconds. Pure: it knows neither databases nor the network. */

import { fold, listed, numberKey, shelfKey, words } from "./text.js";

/** What `q` looks into. */
const SEARCHED = [
    "artist",
    "album",
    "genre",
    "style",
    "label",
    "catno",
    "country",
    "format",
    "barcode",
    "year",
    "notes",
];

/** The facets, and an album's values of each. @type {Record<string, (album: object) => (string|number)[]>} */
const FACETS = {
    genre: (album) => listed(album.genre),
    style: (album) => listed(album.style),
    decade: (album) => (album.year ? [Math.floor(album.year / 10) * 10] : []),
    format: (album) => listed(album.format),
    label: (album) => listed(album.label),
    country: (album) => listed(album.country),
    artist: (album) => [album.artist],
    crate: (album) => (album.crate ? [album.crate] : []),
    rating: (album) => [album.rating ?? 0],
    condition: (album) => (album.media_condition ? [album.media_condition] : []),
    tag: (album) => album.tags ?? [],
};

/** As the server orders; what has no value stands last either way. */
const ORDERS = {
    artist: (entry) => entry.artist,
    album: (entry) => entry.album,
    year: (entry) => entry.record.year,
    added: (entry) => entry.record.created_at,
    updated: (entry) => entry.record.updated_at,
    rating: (entry) => entry.record.rating,
    price: (entry) => entry.record.price,
};

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

function comparator(sort) {
    const descending = sort.startsWith("-");
    const key = ORDERS[descending ? sort.slice(1) : sort] ?? ORDERS.artist;
    const way = descending ? -1 : 1;
    return (a, b) => {
        const [left, right] = [key(a), key(b)];
        const missing = (left === undefined || left === null) - (right === undefined || right === null);
        return (
            missing ||
            (left === undefined || left === null ? 0 : way * compare(left, right)) ||
            compare(a.artist, b.artist) ||
            compare(a.album, b.album) ||
            compare(a.record.uid, b.record.uid)
        );
    };
}

/** Facets are compared as they are typed, but for case. */
const facetKey = (value) => (typeof value === "string" ? fold(value) : value);

export class Shelf {
    #entries = new Map();
    #orders = new Map();

    /** @param {object} record an album, in the trash or not; replaces the one with its uid */
    put(record) {
        const searched = SEARCHED.map((field) => record[field]).concat(record.tags ?? []);
        this.#entries.set(record.uid, {
            record,
            artist: shelfKey(record.artist),
            album: fold(record.album),
            haystack: ` ${words(searched.join(" ")).join(" ")}`,
        });
        this.#orders.clear();
    }

    /** @param {string} uid */
    delete(uid) {
        if (this.#entries.delete(uid)) this.#orders.clear();
    }

    clear() {
        this.#entries.clear();
        this.#orders.clear();
    }

    /** @param {string} uid */
    get = (uid) => this.#entries.get(uid)?.record;

    /** Sorted once for each order, until something changes. */
    #ordered(sort) {
        let entries = this.#orders.get(sort);
        if (!entries) this.#orders.set(sort, (entries = [...this.#entries.values()].sort(comparator(sort))));
        return entries;
    }

    /**
     * @param {{q?: string, filters?: Record<string, unknown>, sort?: string, trashed?: boolean}} [query]
     *     `q`: each word must begin a word of a text field; `filters`: a facet's value, or several of which one must hold, or null
     *     for "has none"; `sort`: artist, album, year, added, updated, rating, price, with `-` before it for the other way round;
     *     `wanted`: what is looked for, not what is owned; `trashed`: what is in the trash, of either
     * @returns {object[]}
     */
    query({ q = "", filters = {}, sort = "artist", wanted = false, trashed = false } = {}) {
        const matches = matcher(q, filters);
        const found = [];
        for (const entry of this.#ordered(sort)) {
            const { deleted_at: deleted, wanted: isWanted = false } = entry.record;
            const isHere = deleted ? trashed : !trashed && isWanted === wanted;
            if (isHere && matches(entry)) found.push(entry.record);
        }
        return found;
    }

    /**
     * How many records each value of each facet would leave, largest first; a facet's own filter does not count for it, so that
     * others of its values can be chosen.
     * @param {{q?: string, filters?: Record<string, unknown>, wanted?: boolean, only?: string[]}} [query] `only`: these facets
     * @returns {Record<string, {value: string|number, count: number}[]>}
     */
    facets({ q = "", filters = {}, wanted = false, only = Object.keys(FACETS) } = {}) {
        const result = {};
        for (const name of only) {
            const { [name]: _, ...others } = filters;
            const counts = new Map();
            for (const record of this.query({ q, filters: others, wanted })) {
                for (const value of FACETS[name](record)) {
                    const known = counts.get(facetKey(value));
                    if (known) known.count += 1;
                    else counts.set(facetKey(value), { value, count: 1 });
                }
            }
            result[name] = [...counts.values()].sort((a, b) => b.count - a.count || compare(a.value, b.value));
        }
        return result;
    }

    /**
     * "Do I own this?"
     * @param {{barcode?: string, catno?: string, artist?: string, album?: string, discogs_id?: number, master_id?: number}} question
     * @returns {{exact: object[], other_pressings: object[], wanted: object[], near: object[]}} `wanted`: of the first two, what is looked for
     */
    owned(question) {
        const [barcode, catno] = [numberKey(question.barcode), numberKey(question.catno)];
        const [artist, album] = [shelfKey(question.artist).trim(), fold(question.album).trim()];
        const asked = words(`${question.artist ?? ""} ${question.album ?? ""}`);
        const isTitled = (entry) => artist !== "" && album !== "" && entry.artist === artist && entry.album === album;
        const agrees = (entry) => (!artist || entry.artist === artist) && (!album || entry.album === album);
        const isExact = (entry) =>
            (question.discogs_id && entry.record.discogs_id === question.discogs_id) ||
            (barcode && numberKey(entry.record.barcode) === barcode) ||
            (catno && numberKey(entry.record.catno) === catno && agrees(entry)) ||
            (!barcode && !catno && !question.discogs_id && isTitled(entry));
        const living = this.#ordered("artist").filter((entry) => !entry.record.deleted_at);
        const exact = living.filter(isExact);
        const masters = new Set([question.master_id, ...exact.map((entry) => entry.record.master_id)].filter(Boolean));
        const rest = living.filter((entry) => !exact.includes(entry));
        const others = rest.filter((entry) => isTitled(entry) || masters.has(entry.record.master_id));
        const near = asked.length ? rest.filter((entry) => !others.includes(entry) && holds(entry, asked)) : [];
        const records = (entries, wanted = false) =>
            entries.map((entry) => entry.record).filter((record) => Boolean(record.wanted) === wanted);
        return {
            exact: records(exact),
            other_pressings: records(others),
            wanted: records([...exact, ...others], true),
            near: records(near).slice(0, 20),
        };
    }
}

const holds = (entry, asked) => asked.every((word) => entry.haystack.includes(` ${word}`));

function matcher(q, filters) {
    const asked = words(q);
    const wanted = Object.entries(filters)
        .filter(
            ([name, value]) =>
                name in FACETS && value !== undefined && value !== "" && !(Array.isArray(value) && !value.length),
        )
        .map(([name, value]) => ({
            values: FACETS[name],
            of: value === null ? null : new Set([value].flat().map(facetKey)),
        }));
    return (entry) =>
        holds(entry, asked) &&
        wanted.every(({ values, of }) => {
            const has = values(entry.record);
            return of === null ? has.length === 0 : has.some((value) => of.has(facetKey(value)));
        });
}
