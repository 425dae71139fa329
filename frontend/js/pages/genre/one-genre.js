/** One genre: its records, which can be filtered by style and decade. */

import * as collection from "../../models/collection.js";
import "../../../components/record-shelf.js";
import { announce } from "../../../components/notices.js";
import { paletteAt } from "../../ui/artwork.js";
import { button, el, replace, setStyle } from "../../ui/dom.js";
import { formatCount, formatNumber } from "../../ui/format.js";

/** @typedef {import("../../models/album-index.js").FacetValue} FacetValue */

const STYLES_SHOWN = 14;

export class OneGenre {
    #shelf = document.createElement("record-shelf");
    #chips = el("div", { class: "stack tight" });
    #status = el("p", { class: "soft" });
    /** @type {import("../../models/album-index.js").Filters} */
    #filters;

    /** @param {HTMLElement} place @param {string} name */
    constructor(place, name) {
        this.#filters = { genre: name };
        this.#shelf.mode = "grid";
        document.title = `${name} · Vinyl Vault`;
        replace(place, this.#makeHead(name), this.#chips, this.#shelf);
    }

    /** The head has the colours of the genre's divider. @param {string} name */
    #makeHead(name) {
        const index = collection.facets({ only: ["genre"] }).genre.findIndex(({ value }) => value === name);
        const { ground, ink, first } = paletteAt(Math.max(0, index));
        const back = el("p", {}, el("a", { href: "/genre.html" }, "All genres"));
        const head = el("header", { class: "genre-head" }, back, el("h1", {}, name), this.#status);
        return setStyle(head, { "--ground": ground, "--ink": ink, "--stripe": first });
    }

    draw() {
        const records = collection.query({ filters: this.#filters });
        this.#status.textContent = formatCount(records.length, "record");
        this.#shelf.records = records;
        const { style, decade } = collection.facets({ filters: this.#filters, only: ["style", "decade"] });
        const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.key : undefined;
        const decades = decade.toSorted((a, b) => Number(a.value) - Number(b.value));
        replace(
            this.#chips,
            this.#makeChips("decade", "Decade", decades, (value) => `${value}s`),
            this.#makeChips("style", "Style", style.slice(0, STYLES_SHOWN), String),
        );
        /** @type {HTMLElement|null} */
        const again = focused ? this.#chips.querySelector(`[data-key="${CSS.escape(focused)}"]`) : null;
        again?.focus();
    }

    /**
     * @param {"decade"|"style"} facet
     * @param {string} title
     * @param {FacetValue[]} values
     * @param {(value: string|number) => string} format
     */
    #makeChips(facet, title, values, format) {
        if (values.length <= 1 && this.#filters[facet] === undefined) return null;
        const chips = values.map(({ value, count }) => {
            const isOn = this.#filters[facet] === value;
            const toggle = () => {
                this.#filters[facet] = isOn ? undefined : value;
                this.draw();
                announce(this.#status.textContent ?? "");
            };
            const state = { "aria-pressed": String(isOn), dataset: { key: `${facet}:${value}` } };
            const figure = el("span", { class: "fine" }, formatNumber(count));
            return button({ class: "chip", ...state, onclick: toggle }, format(value), figure);
        });
        return el("div", { class: "chips", role: "group", "aria-label": title }, chips);
    }
}
