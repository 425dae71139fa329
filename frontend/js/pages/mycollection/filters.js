/** The filters of the records page. Each value shows how many records it would leave. */

import * as collection from "../../models/collection.js";
import { MEDIA_CONDITIONS } from "../../models/fields.js";
import { button, find, focusedName, replace } from "../../ui/dom.js";
import { field } from "../../ui/form.js";
import { formatGrade, formatNumber } from "../../ui/format.js";
import { icon } from "../../ui/icons.js";
import { FILTERS, NONE, parseFilter, state } from "./shelf-state.js";

/** @typedef {import("../../models/album-index.js").FacetValue} FacetValue */

/** The values that a filter offers. */
const VALUES_SHOWN = 200;

export const panel = find("#filters");
/** @type {HTMLElement} */
const toggle = find("#filter");

/** Draws the selects. @param {() => void} onChange draws the shelf */
export function drawFilters(onChange) {
    const { q, filters, isWanted } = state;
    const facets = collection.facets({ q, filters, wanted: isWanted, only: Object.keys(FILTERS) });
    const focused = focusedName();
    const shown = Object.keys(FILTERS).filter((name) => facets[name].length || name in filters);
    replace(
        panel,
        shown.map((name) => makeSelect(name, facets[name], onChange)),
    );
    if (focused && focused in FILTERS) find(`[name="${focused}"]`, panel).focus();
}

/** @param {string} name @param {FacetValue[]} values @param {() => void} onChange */
function makeSelect(name, values, onChange) {
    const chosen = state.filters[name];
    const options = sortValues(name, values)
        .slice(0, VALUES_SHOWN)
        .map(({ value, count }) => [String(value), `${formatValue(name, value)} (${formatNumber(count)})`]);
    const isMissing = !options.some(([value]) => value === String(chosen));
    if (isMissing && (typeof chosen === "string" || typeof chosen === "number")) {
        options.unshift([String(chosen), `${formatValue(name, chosen)} (0)`]);
    }
    /** @param {{target: HTMLInputElement}} event */
    const choose = ({ target }) => {
        if (target.value === "") delete state.filters[name];
        else state.filters[name] = parseFilter(name, target.value);
        scrollTo({ top: 0, behavior: "instant" });
        onChange();
    };
    const none = name === "rating" ? [] : [[NONE, "Not set"]];
    return field({
        name,
        label: FILTERS[name],
        type: "select",
        options: [["", "Any"], ...options, ...none],
        value: chosen === undefined ? "" : (chosen ?? NONE),
        onchange: choose,
    });
}

/** @param {string} name @param {FacetValue[]} values */
function sortValues(name, values) {
    if (name === "decade" || name === "rating") return values.toSorted((a, b) => Number(b.value) - Number(a.value));
    if (name !== "condition") return values;
    /** @param {FacetValue} each */
    const rank = ({ value }) => MEDIA_CONDITIONS.indexOf(String(value));
    return values.toSorted((a, b) => rank(a) - rank(b));
}

/** @param {string} name @param {string|number} value */
function formatValue(name, value) {
    if (name === "decade") return `${value}s`;
    if (name === "rating") return value === 0 ? "Not rated" : "★".repeat(Number(value));
    if (name === "condition") return formatGrade(String(value));
    if (name === "crate") return collection.crates().find(({ uid }) => uid === value)?.name ?? "A removed crate";
    return String(value);
}

/** Draws the chosen filters, each as a button that removes it. @param {() => void} onChange draws the shelf */
export function drawChosen(onChange) {
    const chips = Object.entries(state.filters).map(([name, value]) => {
        const isValue = typeof value === "string" || typeof value === "number";
        const text = isValue ? formatValue(name, value) : `${FILTERS[name]}: not set`;
        const clear = () => {
            delete state.filters[name];
            onChange();
            toggle.focus();
        };
        const label = `Remove the filter ${FILTERS[name]}: ${text}`;
        return button({ class: "chip", onclick: clear, "aria-label": label }, text, icon("close"));
    });
    replace(find("#chosen"), chips);
    toggle.setAttribute("aria-expanded", String(!panel.hidden));
    find(".count", toggle).textContent = chips.length ? ` ${chips.length}` : "";
    toggle.setAttribute("aria-label", chips.length ? `Filters, ${chips.length} set` : "Filters");
}
