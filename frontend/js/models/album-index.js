/** All albums in memory, indexed so that a search takes a few milliseconds. It uses no database and no network. */

import { foldText, numberKey, sortKey, splitWords } from "./text.js";
import { formatNamesOf, valuesOf } from "./values.js";

/** @typedef {import("./fields.js").Album} Album */
/** @typedef {string|number|null|undefined|(string|number)[]} FilterValue one value, several, or null for "has none" */
/** @typedef {Record<string, FilterValue>} Filters by facet; undefined and "" do not filter */
/** @typedef {{value: string|number, count: number}} FacetValue */
/** @typedef {{record: Album, artist: string, album: string, haystack: string}} Entry an album and its sort keys */
/**
 * @typedef {object} AlbumQuery
 * @property {string} [q]  each word must begin a word of the album's texts
 * @property {Filters} [filters]
 * @property {string} [sort]  artist, album, year, added, updated, rating or price; "-" before it reverses the order
 * @property {boolean} [wanted]  the albums that the user looks for, instead of those they own
 * @property {boolean} [trashed]  the albums in the trash, owned or wanted
 */
/** @typedef {Partial<Pick<Album, "barcode"|"catno"|"artist"|"album"|"discogs_id"|"master_id">>} OwnedQuestion */
/** @typedef {{exact: Album[], other_pressings: Album[], wanted: Album[], near: Album[]}} OwnedAnswer */

/** The fields that `q` searches. @type {(keyof Album)[]} */
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

/** The facets, and an album's values of each. @type {Record<string, (album: Album) => (string|number)[]>} */
const FACETS = {
    genre: (album) => valuesOf(album, "genre"),
    style: (album) => valuesOf(album, "style"),
    decade: (album) => (album.year ? [Math.floor(album.year / 10) * 10] : []),
    format: formatNamesOf,
    label: (album) => valuesOf(album, "label"),
    country: (album) => (album.country ? [album.country] : []),
    artist: (album) => [album.artist],
    crate: (album) => (album.crate ? [album.crate] : []),
    rating: (album) => [album.rating ?? 0],
    condition: (album) => (album.media_condition ? [album.media_condition] : []),
    tag: (album) => album.tags ?? [],
};

/**
 * The sort keys; the server sorts in the same way.
 * @type {Record<string, (entry: Entry) => string|number|undefined>}
 */
const SORT_KEYS = {
    artist: (entry) => entry.artist,
    album: (entry) => entry.album,
    year: (entry) => entry.record.year,
    added: (entry) => entry.record.created_at,
    updated: (entry) => entry.record.updated_at,
    rating: (entry) => entry.record.rating,
    price: (entry) => entry.record.price,
};

const NEAR_SHOWN = 20;

/** @param {string|number} a @param {string|number} b */
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Albums without a value are last in both directions.
 * @param {string} sort
 * @returns {(a: Entry, b: Entry) => number}
 */
function comparatorOf(sort) {
    const isDescending = sort.startsWith("-");
    const keyOf = SORT_KEYS[isDescending ? sort.slice(1) : sort] ?? SORT_KEYS.artist;
    const direction = isDescending ? -1 : 1;
    /** @param {Entry} a @param {Entry} b */
    const byKey = (a, b) => {
        const [left = null, right = null] = [keyOf(a), keyOf(b)];
        if (left === null || right === null) return Number(left === null) - Number(right === null);
        return direction * compare(left, right);
    };
    return (a, b) =>
        byKey(a, b) || compare(a.artist, b.artist) || compare(a.album, b.album) || compare(a.record.uid, b.record.uid);
}

/** The values of a facet are compared without case and accents. @param {string|number} value */
const facetKey = (value) => (typeof value === "string" ? foldText(value) : value);

export class AlbumIndex {
    /** @type {Map<string, Entry>} */
    #entries = new Map();
    /** The sorted entries by sort order; emptied by each change. @type {Map<string, Entry[]>} */
    #sorted = new Map();

    /** Adds an album, or replaces the one with its uid. @param {Album} record */
    put(record) {
        const texts = [...SEARCHED.map((field) => record[field]), ...(record.tags ?? [])];
        this.#entries.set(record.uid, {
            record,
            artist: sortKey(record.artist),
            album: foldText(record.album),
            haystack: ` ${splitWords(texts.join(" ")).join(" ")}`,
        });
        this.#sorted.clear();
    }

    /** @param {string} uid */
    delete(uid) {
        if (this.#entries.delete(uid)) this.#sorted.clear();
    }

    clear() {
        this.#entries.clear();
        this.#sorted.clear();
    }

    /** The album, which may be in the trash. @param {string} uid */
    get = (uid) => this.#entries.get(uid)?.record;

    /** @param {string} sort */
    #sortedBy(sort) {
        let entries = this.#sorted.get(sort);
        if (!entries) {
            entries = [...this.#entries.values()].sort(comparatorOf(sort));
            this.#sorted.set(sort, entries);
        }
        return entries;
    }

    /** @param {AlbumQuery} [query] @returns {Album[]} */
    query({ q = "", filters = {}, sort = "artist", wanted = false, trashed = false } = {}) {
        const matches = matcherOf(q, filters);
        const found = [];
        for (const entry of this.#sortedBy(sort)) {
            const { deleted_at: deletedAt, wanted: isWanted = false } = entry.record;
            const isHere = deletedAt ? trashed : !trashed && isWanted === wanted;
            if (isHere && matches(entry)) found.push(entry.record);
        }
        return found;
    }

    /**
     * Counts for each value of each facet how many albums a filter by it would leave, the most first. The facet's own
     * filter is ignored, so that its other values can be chosen.
     * @param {Pick<AlbumQuery, "q"|"filters"|"wanted"> & {only?: string[]}} [query] `only`: these facets
     * @returns {Record<string, FacetValue[]>}
     */
    facets({ q = "", filters = {}, wanted = false, only = Object.keys(FACETS) } = {}) {
        /** @type {Record<string, FacetValue[]>} */
        const result = {};
        for (const name of only) {
            const { [name]: _, ...others } = filters;
            const albums = this.query({ q, filters: others, wanted });
            result[name] = countValues(albums.flatMap(FACETS[name]));
        }
        return result;
    }

    /**
     * "Do I own this?" `exact` has the same number or title, `other_pressings` the same title or master release, `near`
     * the same words. `wanted` are those of the first two that the user looks for.
     * @param {OwnedQuestion} question
     * @returns {OwnedAnswer}
     */
    findOwned(question) {
        const match = ownedMatcherOf(question);
        const present = this.#sortedBy("artist").filter((entry) => !entry.record.deleted_at);
        const exact = present.filter(match.isExact);
        const masters = new Set([question.master_id, ...exact.map((entry) => entry.record.master_id)].filter(Boolean));
        const rest = present.filter((entry) => !exact.includes(entry));
        const others = rest.filter((entry) => match.isTitled(entry) || masters.has(entry.record.master_id));
        const near = rest.filter((entry) => !others.includes(entry) && match.isNear(entry));
        /** @param {Entry[]} entries */
        const recordsOf = (entries, wanted = false) =>
            entries.map((entry) => entry.record).filter((record) => Boolean(record.wanted) === wanted);
        return {
            exact: recordsOf(exact),
            other_pressings: recordsOf(others),
            wanted: recordsOf([...exact, ...others], true),
            near: recordsOf(near).slice(0, NEAR_SHOWN),
        };
    }
}

/** @param {OwnedQuestion} question @returns {Record<"isExact"|"isTitled"|"isNear", (entry: Entry) => boolean>} */
function ownedMatcherOf(question) {
    const [barcode, catno] = [numberKey(question.barcode), numberKey(question.catno)];
    const [artist, album] = [sortKey(question.artist).trim(), foldText(question.album).trim()];
    const words = splitWords(`${question.artist ?? ""} ${question.album ?? ""}`);
    const hasNumber = Boolean(barcode || catno || question.discogs_id);
    /** @param {Entry} entry */
    const isTitled = (entry) => artist !== "" && album !== "" && entry.artist === artist && entry.album === album;
    /** A catalogue number is not unique: what else is known must not differ. @param {Entry} entry */
    const agrees = (entry) => (!artist || entry.artist === artist) && (!album || entry.album === album);
    return {
        isTitled,
        isExact: (entry) =>
            (Boolean(question.discogs_id) && entry.record.discogs_id === question.discogs_id) ||
            (barcode !== "" && numberKey(entry.record.barcode) === barcode) ||
            (catno !== "" && numberKey(entry.record.catno) === catno && agrees(entry)) ||
            (!hasNumber && isTitled(entry)),
        isNear: (entry) => words.length > 0 && containsWords(entry, words),
    };
}

/** @param {Entry} entry @param {string[]} words */
const containsWords = (entry, words) => words.every((word) => entry.haystack.includes(` ${word}`));

/** @param {(string|number)[]} values @returns {FacetValue[]} */
function countValues(values) {
    /** @type {Map<string|number, FacetValue>} */
    const counts = new Map();
    for (const value of values) {
        const known = counts.get(facetKey(value));
        if (known) known.count += 1;
        else counts.set(facetKey(value), { value, count: 1 });
    }
    return [...counts.values()].sort((a, b) => b.count - a.count || compare(a.value, b.value));
}

/** @param {FilterValue} value */
const isEmptyFilter = (value) => value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

/** @param {string} q @param {Filters} filters @returns {(entry: Entry) => boolean} */
function matcherOf(q, filters) {
    const words = splitWords(q);
    const tests = Object.entries(filters)
        .filter(([name, value]) => name in FACETS && !isEmptyFilter(value))
        .map(([name, value]) => facetTest(FACETS[name], value ?? null));
    return (entry) => containsWords(entry, words) && tests.every((test) => test(entry.record));
}

/**
 * @param {(album: Album) => (string|number)[]} read
 * @param {string|number|null|(string|number)[]} wanted
 * @returns {(album: Album) => boolean}
 */
function facetTest(read, wanted) {
    if (wanted === null) return (album) => read(album).length === 0;
    const keys = new Set([wanted].flat().map(facetKey));
    return (album) => read(album).some((value) => keys.has(facetKey(value)));
}
