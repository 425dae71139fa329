/** The pressings that Discogs found, to choose from. Owned ones are marked. */

import * as collection from "../js/models/collection.js";
import { sortVinylFirst, toFields } from "../js/models/pressing.js";
import { summarise } from "../js/ui/album-fields.js";
import { button, el } from "../js/ui/dom.js";
import { icon } from "../js/ui/icons.js";
import { makeAttribution } from "./attribution.js";
import { makeSleeve } from "./sleeve.js";

/** @typedef {import("../js/models/pressing.js").Candidate} Candidate */
/** @typedef {import("../js/models/pressing.js").PressingFields} PressingFields */

const SHOWN = 12;
/** @type {Record<string, "nextElementSibling"|"previousElementSibling">} */
const ARROWS = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" };

/**
 * @param {Candidate[]} candidates the most likely first
 * @param {(fields: PressingFields) => void} onChoose
 */
export function makePressingList(candidates, onChoose) {
    const shown = sortVinylFirst(candidates).slice(0, SHOWN);
    const list = el(
        "ul",
        { class: "pressings", "aria-label": "Pressings at Discogs" },
        shown.map((candidate) => makeItem(candidate, onChoose)),
    );
    list.addEventListener("keydown", moveFocus);
    return [el("h3", { class: "overline" }, "Is it one of these?"), list, makeAttribution()];
}

/** @param {KeyboardEvent} event */
function moveFocus(event) {
    const direction = ARROWS[event.key];
    if (!direction || !(event.target instanceof Element)) return;
    event.preventDefault();
    event.target.closest("li")?.[direction]?.querySelector("button")?.focus();
}

/** @param {PressingFields} fields */
function describeOwned(fields) {
    const { exact, other_pressings: others, wanted } = collection.findOwned(fields);
    if (exact.length) return "You own this";
    if (others.length) return "You own another pressing";
    return wanted.length ? "You want this" : "";
}

/** @param {Candidate} candidate @param {(fields: PressingFields) => void} onChoose */
function makeItem(candidate, onChoose) {
    const fields = toFields(candidate);
    const mark = describeOwned(fields);
    const words = el(
        "span",
        { class: "words" },
        el("strong", {}, fields.album),
        " ",
        el("span", {}, fields.artist),
        el("span", { class: "fine soft" }, summarise(fields)),
        mark && el("span", { class: "mark" }, icon("owned"), mark),
    );
    const cover = makeSleeve({ ...fields, cover: candidate.thumb ?? candidate.cover }, { isPlain: true });
    return el("li", {}, button({ onclick: () => onChoose(fields) }, cover, words));
}
