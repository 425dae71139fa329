// The filters of the shelf, each value with how many records it would leave.

import * as collection from "../../models/collection.js";
import { MEDIA_CONDITIONS } from "../../models/fields.js";
import { el, icon, replace } from "../../ui/dom.js";
import { field } from "../../ui/form.js";
import { grade, number } from "../../ui/format.js";
import { FILTERS, state, valueOf } from "./shelf-state.js";

const CHOICES = 200;

export const panel = document.querySelector("#filters");

/** @param {() => void} show draws the shelf anew */
export function showFilters(show) {
    const facets = collection.facets({
        q: state.q,
        filters: state.filters,
        wanted: state.wanted,
        only: Object.keys(FILTERS),
    });
    const crates = new Map(collection.crates().map(({ uid, name }) => [uid, name]));
    const focused = document.activeElement?.name;
    const selects = Object.entries(FILTERS)
        .filter(([name]) => facets[name].length || name in state.filters)
        .map(([name, title]) => {
            const chosen = state.filters[name];
            const options = ordered(name, facets[name])
                .slice(0, CHOICES)
                .map(({ value, count }) => [String(value), `${wordFor(name, value, crates)} (${number(count)})`]);
            if (chosen !== undefined && chosen !== null && !options.some(([value]) => value === String(chosen)))
                options.unshift([String(chosen), `${wordFor(name, chosen, crates)} (0)`]);
            return field({
                name,
                label: title,
                type: "select",
                options: [["", "Any"], ...options, ...(name === "rating" ? [] : [["none", "Not set"]])],
                value: chosen === undefined ? "" : chosen === null ? "none" : String(chosen),
                onchange: ({ target }) => {
                    if (target.value === "") delete state.filters[name];
                    else state.filters[name] = valueOf(name, target.value);
                    scrollTo({ top: 0, behavior: "instant" });
                    show();
                },
            });
        });
    replace(panel, selects);
    if (focused && focused in FILTERS) panel.querySelector(`[name="${focused}"]`)?.focus();
}

const ordered = (name, values) =>
    name === "decade"
        ? values.toSorted((a, b) => b.value - a.value)
        : name === "rating"
          ? values.toSorted((a, b) => b.value - a.value)
          : name === "condition"
            ? values.toSorted((a, b) => MEDIA_CONDITIONS.indexOf(a.value) - MEDIA_CONDITIONS.indexOf(b.value))
            : values;

function wordFor(name, value, crates) {
    if (name === "decade") return `${value}s`;
    if (name === "rating") return value === 0 ? "Not rated" : "★".repeat(value);
    if (name === "condition") return grade(value);
    if (name === "crate") return crates.get(value) ?? "A removed crate";
    return value;
}

/** What is chosen, to be taken away again. @param {() => void} show */
export function showChosen(show) {
    const crates = new Map(collection.crates().map(({ uid, name }) => [uid, name]));
    const chips = Object.entries(state.filters).map(([name, value]) => {
        const text = value === null ? `${FILTERS[name]}: not set` : wordFor(name, value, crates);
        const clear = () => {
            delete state.filters[name];
            show();
            document.querySelector("#filter").focus();
        };
        return el(
            "button",
            {
                type: "button",
                class: "chip",
                onclick: clear,
                "aria-label": `Remove the filter ${FILTERS[name]}: ${text}`,
            },
            text,
            icon("close"),
        );
    });
    replace(document.querySelector("#chosen"), chips);
    for (const which of document.querySelectorAll("#which button"))
        which.setAttribute("aria-pressed", String(!state.trashed && (which.value === "wanted") === state.wanted));
    const button = document.querySelector("#filter");
    button.setAttribute("aria-expanded", String(!panel.hidden));
    button.querySelector(".count").textContent = chips.length ? ` ${chips.length}` : "";
    button.setAttribute("aria-label", chips.length ? `Filters, ${chips.length} set` : "Filters");
    document.querySelector("#trash").textContent = state.trashed ? "Back to the shelf" : "Trash";
    document.querySelector("#trash").hidden = !state.trashed && !collection.trash().length;
}
