/** What the records page shows instead of records. */

import "../../../components/vinyl-record.js";
import { openAddDialog } from "../../../components/load-on-demand.js";
import { button, el, find, replace } from "../../ui/dom.js";
import { icon } from "../../ui/icons.js";
import { state } from "./shelf-state.js";

const section = find("#nothing");

/**
 * Shows why there are no records, or hides the section.
 * @param {number} shown the number of shown records
 * @param {number} total the number without search and filters
 * @param {() => void} clear removes search and filters
 */
export function drawEmptyShelf(shown, total, clear) {
    section.hidden = shown > 0;
    if (shown) return;
    if (state.isTrash) replace(section, el("h2", {}, "The trash is empty."));
    else if (total) replace(section, ...noMatch(clear));
    else if (state.isWanted) replace(section, ...noWants());
    else replace(section, ...noRecords());
}

const noWants = () => [
    el("vinyl-record", { artist: "Wanted", album: "dead or alive" }),
    el("h2", {}, "Are you looking for a record?"),
    el(
        "p",
        { class: "soft" },
        "Keep your want list here. In the shop you see it at once, and one tap moves a record to your shelf.",
    ),
    button({ class: "button", onclick: () => openAddDialog() }, icon("plus"), "Look for a record"),
];

const noRecords = () => [
    el("vinyl-record", { artist: "Side A", album: "Track one" }),
    el("h2", {}, "Your shelf is empty."),
    el("p", { class: "soft" }, "Add records by name, number or camera, or import a whole list."),
    el(
        "div",
        { class: "row" },
        button({ class: "button", onclick: () => openAddDialog() }, icon("plus"), "Add a record"),
        el("a", { class: "button quiet", href: "/settings.html#import" }, "Import a list"),
        el("a", { class: "button quiet", href: "/settings.html#discogs" }, "Bring your Discogs collection"),
    ),
];

/** @param {() => void} clear */
function noMatch(clear) {
    const { q, filters } = state;
    const alsoFilters = Object.keys(filters).length ? " and fits these filters" : "";
    const text = q ? `No record has words that begin with “${q}”${alsoFilters}.` : "No record fits these filters.";
    const add = () => openAddDialog({ album: q });
    return [
        el("h2", {}, "Nothing found."),
        el("p", { class: "soft" }, text),
        el(
            "div",
            { class: "row" },
            button({ class: "button quiet", onclick: clear }, "Show all records"),
            q && button({ class: "button", onclick: add }, icon("plus"), "Add it"),
        ),
    ];
}
