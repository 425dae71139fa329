/** A row of figures: each a number, its name and perhaps a note. */

import { el } from "./dom.js";

/** @typedef {[string, string, (string|false)?]} Figure */

/** @param {Figure[]} figures */
export const makeFigureList = (figures) =>
    el(
        "ul",
        { class: "figures" },
        figures.map(([figure, name, note]) =>
            el(
                "li",
                {},
                el("span", { class: "figure" }, figure),
                el("span", { class: "overline" }, name),
                note && el("span", { class: "fine soft" }, note),
            ),
        ),
    );
