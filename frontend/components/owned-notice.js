/** "You already own this, and two other pressings": shown before a record is bought or added twice. */

import * as collection from "../js/models/collection.js";
import { summarise } from "../js/ui/album-fields.js";
import { el } from "../js/ui/dom.js";
import { formatNumber } from "../js/ui/format.js";
import { icon } from "../js/ui/icons.js";
import { albumLink } from "../js/ui/links.js";

/** @typedef {import("../js/models/fields.js").Album} Album */

const SHOWN = 4;
const NUMERALS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/** @param {number} count */
const spell = (count) => NUMERALS[count] ?? formatNumber(count);

/**
 * Fills the notice, or hides it if the user neither owns nor wants the record.
 * @param {HTMLElement} notice
 * @param {import("../js/models/album-index.js").OwnedQuestion} question
 * @returns {boolean} whether the notice is shown
 */
export function fillOwnedNotice(notice, question) {
    const { exact, other_pressings: others, wanted } = collection.findOwned(question);
    notice.hidden = !exact.length && !others.length && !wanted.length;
    notice.replaceChildren();
    if (notice.hidden) return false;
    const sentences = [
        exact.length + others.length > 0 && describeOwned(exact.length, others.length),
        wanted.length > 0 && "It is on your want list.",
    ];
    notice.className = "notice own";
    notice.append(
        icon("owned"),
        el("p", {}, el("strong", {}, sentences.filter(Boolean).join(" "))),
        listAlbums([...exact, ...others, ...wanted]),
    );
    return true;
}

/** @param {number} exact @param {number} others */
function describeOwned(exact, others) {
    if (!exact)
        return others === 1 ? "You own another pressing of this." : `You own ${spell(others)} other pressings of this.`;
    const copies = exact > 1 ? `You already own this ${spell(exact)} times` : "You already own this";
    return others ? `${copies}, and ${spell(others)} other pressing${others === 1 ? "" : "s"}.` : `${copies}.`;
}

/** @param {Album[]} albums */
function listAlbums(albums) {
    /** @param {Album} album */
    const link = (album) =>
        el(
            "a",
            { href: albumLink(album.uid), target: "_blank" },
            summarise(album) || `${album.artist} – ${album.album}`,
            el("span", { class: "unseen" }, " (opens a new tab)"),
        );
    return el(
        "ul",
        { class: "fine" },
        albums.slice(0, SHOWN).map((album) => el("li", {}, link(album))),
        albums.length > SHOWN && el("li", {}, `and ${albums.length - SHOWN} more`),
    );
}
