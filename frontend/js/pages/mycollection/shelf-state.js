// What is looked at on the shelf. It stands in the address, so it can be gone back to.

export const FILTERS = {
    genre: "Genre",
    decade: "Decade",
    format: "Format",
    label: "Label",
    country: "Country",
    crate: "Crate",
    condition: "Condition",
    rating: "Rating",
    tag: "Tag",
};
export const SORTS = {
    artist: "Artist",
    album: "Album",
    "-year": "Year, newest first",
    year: "Year, oldest first",
    "-added": "Latest added",
    "-updated": "Latest changed",
    "-rating": "Best rated",
    "-price": "Most valuable",
};

export const state = {
    q: "",
    filters: {},
    sort: "artist",
    mode: localStorage.getItem("shelf") ?? "grid",
    trashed: false,
    wanted: false,
};

export function readAddress() {
    const asked = new URLSearchParams(location.search);
    state.q = asked.get("q") ?? "";
    state.sort = asked.get("sort") in SORTS ? asked.get("sort") : "artist";
    state.trashed = asked.has("trash");
    state.wanted = asked.has("wanted");
    state.filters = Object.fromEntries(
        Object.keys(FILTERS)
            .filter((name) => asked.has(name))
            .map((name) => [name, valueOf(name, asked.get(name))]),
    );
}

export const valueOf = (name, text) =>
    text === "none" ? null : name === "decade" || name === "rating" ? Number(text) : text;

export function writeAddress() {
    const asked = new URLSearchParams();
    if (state.q) asked.set("q", state.q);
    for (const [name, value] of Object.entries(state.filters)) asked.set(name, value ?? "none");
    if (state.sort !== "artist") asked.set("sort", state.sort);
    if (state.trashed) asked.set("trash", "");
    if (state.wanted) asked.set("wanted", "");
    const query = asked.toString();
    history.replaceState(null, "", query ? `?${query}` : location.pathname);
}
