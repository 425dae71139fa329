/** The list of all genres. */

import * as collection from "../../models/collection.js";
import "../../../components/vinyl-record.js";
import { paletteAt } from "../../ui/artwork.js";
import { el, replace, setStyle } from "../../ui/dom.js";
import { formatCount } from "../../ui/format.js";
import { genreLink, shelfLink } from "../../ui/links.js";

/** @typedef {import("../../models/album-index.js").FacetValue} FacetValue */

/** The artists that a divider names. */
const ARTISTS_SHOWN = 3;

/** @param {HTMLElement} place */
export function drawGenres(place) {
    const genres = collection.facets({ only: ["genre"] }).genre;
    const without = collection.query({ filters: { genre: null } }).length;
    if (!genres.length) return drawEmpty(place, without);
    replace(
        place,
        el("h1", {}, "Browse by genre"),
        el("p", { class: "soft" }, formatCount(genres.length, "genre")),
        el("ul", { class: "dividers" }, genres.map(makeDivider)),
        without > 0 &&
            el(
                "p",
                {},
                el("a", { href: shelfLink({ genre: "none" }) }, `${formatCount(without, "record")} without a genre`),
            ),
    );
}

/** @param {HTMLElement} place @param {number} without the number of records without a genre */
function drawEmpty(place, without) {
    const text = without
        ? "None of your records has a genre yet. Select some of your records and set it, or find them at Discogs."
        : "Your genres appear here when your records have some.";
    replace(
        place,
        el("h1", {}, "Genres"),
        el(
            "section",
            { class: "empty" },
            el("vinyl-record", { artist: "No genre", album: "yet" }),
            el("p", { class: "soft" }, text),
            el("a", { class: "button", href: shelfLink() }, "To your records"),
        ),
    );
}

/** @param {FacetValue} genre @param {number} index */
function makeDivider({ value, count }, index) {
    const { ground, ink, first } = paletteAt(index);
    const name = String(value);
    const facets = collection.facets({ filters: { genre: name }, only: ["artist"] });
    const artists = facets.artist.slice(0, ARTISTS_SHOWN).map((artist) => artist.value);
    const card = el(
        "span",
        { class: "divider-card" },
        el("span", {}, artists.join(", ")),
        el("span", { class: "numbers" }, formatCount(count, "record")),
    );
    const node = el(
        "li",
        { class: "divider" },
        el("a", { href: genreLink(name) }, el("span", { class: "divider-tab" }, name), card),
    );
    return setStyle(node, { "--ground": ground, "--ink": ink, "--stripe": first, "--shift": String(index % 4) });
}
