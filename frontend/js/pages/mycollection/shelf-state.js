/** What the records page shows. It is stored in the address, so that the back button and bookmarks work. */

/** @typedef {import("../../models/album-index.js").Filters} Filters */

/** The facets that can filter, with their labels. @type {Record<string, string>} */
export const FILTERS = {
    genre: "Genre",
    style: "Style",
    decade: "Decade",
    format: "Format",
    label: "Label",
    country: "Country",
    crate: "Crate",
    condition: "Condition",
    rating: "Rating",
    tag: "Tag",
};
/** @type {Record<string, string>} */
export const SORTS = {
    artist: "Artist",
    album: "Album",
    "-year": "Year, newest first",
    year: "Year, oldest first",
    "-added": "Recently added",
    "-updated": "Recently changed",
    "-rating": "Best rated",
    "-price": "Most valuable",
};
/** The value of a filter for "has none", in the address and in the selects. */
export const NONE = "none";

export const state = {
    q: "",
    /** @type {Filters} */
    filters: {},
    sort: "artist",
    mode: /** @type {"grid"|"list"} */ (localStorage.getItem("shelf") === "list" ? "list" : "grid"),
    isTrash: false,
    isWanted: false,
};

export function readAddress() {
    const query = new URLSearchParams(location.search);
    const sort = query.get("sort") ?? "";
    state.q = query.get("q") ?? "";
    state.sort = sort in SORTS ? sort : "artist";
    state.isTrash = query.has("trash");
    state.isWanted = query.has("wanted");
    const names = Object.keys(FILTERS).filter((name) => query.has(name));
    state.filters = Object.fromEntries(names.map((name) => [name, parseFilter(name, query.get(name) ?? "")]));
}

/** @param {string} name @param {string} text */
export function parseFilter(name, text) {
    if (text === NONE) return null;
    return name === "decade" || name === "rating" ? Number(text) : text;
}

export function writeAddress() {
    const query = new URLSearchParams();
    if (state.q) query.set("q", state.q);
    for (const [name, value] of Object.entries(state.filters)) query.set(name, String(value ?? NONE));
    if (state.sort !== "artist") query.set("sort", state.sort);
    if (state.isTrash) query.set("trash", "");
    if (state.isWanted) query.set("wanted", "");
    const text = query.toString();
    history.replaceState(null, "", text ? `?${text}` : location.pathname);
}
