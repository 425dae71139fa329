// "You already own this, and two other pressings": before money is spent or a record is entered twice.

import * as collection from "../js/models/collection.js";
import { el, icon } from "../js/ui/dom.js";
import { number } from "../js/ui/format.js";
import { summary } from "../js/ui/album-fields.js";
import { albumHref } from "./record-card.js";

const SHOWN = 4;
const SMALL = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

const spelled = (count) => SMALL[count] ?? number(count);

/** @param {HTMLElement} place @param {object} question as `collection.owned` takes it @returns {boolean} whether something was found */
export function showOwned(place, question) {
    const { exact, other_pressings: others, wanted = [] } = collection.owned(question);
    place.hidden = !exact.length && !others.length && !wanted.length;
    if (place.hidden) {
        place.replaceChildren();
        return false;
    }
    place.className = "notice own";
    place.replaceChildren(
        icon("owned"),
        el(
            "p",
            {},
            el(
                "strong",
                {},
                [
                    exact.length + others.length > 0 && sentence(exact.length, others.length),
                    wanted.length > 0 && "It is on your list of wants.",
                ]
                    .filter(Boolean)
                    .join(" "),
            ),
        ),
        list([...exact, ...others, ...wanted]),
    );
    return true;
}

function sentence(exact, others) {
    const copies = exact > 1 ? `You already own this ${spelled(exact)} times` : "You already own this";
    if (!exact)
        return others === 1
            ? "You own another pressing of this."
            : `You own ${spelled(others)} other pressings of this.`;
    return others ? `${copies}, and ${spelled(others)} other pressing${others === 1 ? "" : "s"}.` : `${copies}.`;
}

function list(albums) {
    return el(
        "ul",
        { class: "fine" },
        albums
            .slice(0, SHOWN)
            .map((album) =>
                el(
                    "li",
                    {},
                    el(
                        "a",
                        { href: albumHref(album.uid), target: "_blank" },
                        summary(album) || `${album.artist} – ${album.album}`,
                        el("span", { class: "unseen" }, " (opens a new tab)"),
                    ),
                ),
            ),
        albums.length > SHOWN && el("li", {}, `and ${albums.length - SHOWN} more`),
    );
}
