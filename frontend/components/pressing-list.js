// Pressings that Discogs knows, to choose one from; what is owned already is marked.

import * as collection from "../js/models/collection.js";
import { el, icon } from "../js/ui/dom.js";
import { summary } from "../js/ui/album-fields.js";
import { fromPressing, vinylFirst } from "../js/models/pressing.js";
import { attribution } from "./attribution.js";
import { sleeve } from "./sleeve.js";

const SHOWN = 12;

/**
 * @param {object[]} items candidates, the likeliest first
 * @param {(fields: object) => void} choose
 * @returns {Node[]}
 */
export function pressings(items, choose) {
    const list = el(
        "ul",
        { class: "pressings", "aria-label": "Pressings that Discogs knows" },
        vinylFirst(items)
            .slice(0, SHOWN)
            .map((item) => pressing(item, choose)),
    );
    list.addEventListener("keydown", (event) => {
        const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
        if (!step) return;
        event.preventDefault();
        event.target.closest("li")[step]?.querySelector("button").focus();
    });
    return [el("h3", { class: "overline" }, "Is it one of these?"), list, attribution()];
}

function pressing(item, choose) {
    const fields = fromPressing(item);
    const { exact, other_pressings: others, wanted = [] } = collection.owned(fields);
    const mark = exact.length
        ? "You own this"
        : others.length
          ? "You own another pressing"
          : wanted.length
            ? "You want this"
            : "";
    return el(
        "li",
        {},
        el(
            "button",
            { type: "button", onclick: () => choose(fields) },
            sleeve({ ...fields, cover: item.thumb ?? item.cover }, { plain: true }),
            el(
                "span",
                { class: "words" },
                el("strong", {}, fields.album),
                " ",
                el("span", {}, fields.artist),
                el("span", { class: "fine soft" }, summary(fields)),
                mark && el("span", { class: "mark" }, icon("owned"), mark),
            ),
        ),
    );
}
