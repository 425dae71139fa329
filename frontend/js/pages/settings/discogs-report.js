/** The report of an import from Discogs: what would be done, what was done, what failed, and what is gone there. */

import * as collection from "../../models/collection.js";
import { el } from "../../ui/dom.js";
import { describeCode } from "../../ui/error-text.js";
import { makeFigureList } from "../../ui/figures.js";
import { formatCount, formatNumber } from "../../ui/format.js";
import { icon } from "../../ui/icons.js";
import { albumLink, shelfLink } from "../../ui/links.js";

/** @typedef {import("../../models/discogs-account.js").DiscogsImport} DiscogsImport */

/** @type {Record<string, string>} */
const ACTIONS = { add: "is added", fill: "gets missing fields", none: "stays as it is" };

/** @param {import("../../models/discogs-account.js").Preview["items"]} items */
export const makeItems = (items) =>
    el(
        "details",
        {},
        el("summary", {}, "The first records"),
        el(
            "ul",
            { class: "ledger" },
            items.map(({ artist, album, year, action }) => {
                const name = [`${artist} – ${album}`, year && `(${year})`].filter(Boolean).join(" ");
                return el("li", {}, name, el("span", { class: "fine soft" }, ` ${ACTIONS[action] ?? ""}`));
            }),
        ),
    );

/** @param {DiscogsImport} found */
export const makeCounts = ({ records, added, updated, wants }) => [
    makeFigureList([
        [formatNumber(records), "at Discogs", wants > 0 && formatCount(wants, "wanted record")],
        [formatNumber(added), "added last time"],
        [formatNumber(updated), "got missing fields"],
    ]),
    added > 0 && el("p", {}, el("a", { href: shelfLink({ sort: "-added" }) }, "Show them on the shelf")),
];

/** @param {DiscogsImport["state"]} state @param {{code: string, reason: string}} error */
export function makeFault(state, error) {
    const text = describeCode(error);
    return el(
        "div",
        { class: state === "failed" ? "notice bad" : "notice" },
        icon("warning"),
        el("p", {}, text, " What was imported stays."),
    );
}

/** @param {DiscogsImport["gone"]} gone */
export function makeGone(gone) {
    const items = gone.map(({ id, artist, album }) => {
        const uid = collection.uidOf(id);
        const name = `${artist} – ${album}`;
        return el("li", {}, uid ? el("a", { href: albumLink(uid) }, name) : name);
    });
    return el(
        "details",
        { open: gone.length <= 5 },
        el("summary", {}, `No longer at Discogs: ${formatCount(gone.length, "record")}`),
        el("p", { class: "soft" }, "They stay here until you remove them."),
        el("ul", { class: "ledger" }, items),
    );
}
