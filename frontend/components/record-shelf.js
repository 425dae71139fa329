/**
 * `<record-shelf>`: a grid or list of thousands of records, of which only the visible ones are in the document.
 *
 * `records` are the shown ones, `mode` is "grid" or "list", `selecting` adds a checkbox to each record. A change of the
 * checkboxes fires the event `pick`.
 */

import { el, setStyle } from "../js/ui/dom.js";
import { makeRecordCard } from "./record-card.js";
import { gridLayout, listLayout, rowTop } from "./shelf-layout.js";

/** @typedef {import("../js/models/fields.js").Album} Album */
/** @typedef {import("./shelf-layout.js").Layout} Layout */
/** @typedef {"grid"|"list"} Mode */

/** The rows above and below the visible ones that are drawn too. */
const OVERSCAN = 2;

export class RecordShelf extends HTMLElement {
    /** @type {Album[]} */
    #records = [];
    /** @type {Mode} */
    #mode = "grid";
    #isSelecting = false;
    /** The drawn records by their index. @type {Map<number, {node: HTMLLIElement, record: Album}>} */
    #cells = new Map();
    /** @type {Layout} */
    #layout = { columns: 1, width: 0, height: 1, gapX: 0, gapY: 0 };
    #list = el("ul", { class: "shelf-list" });
    #frame = 0;
    #listening = new AbortController();
    #observer = new ResizeObserver(() => this.#measure());
    /** The index of a record that must get the focus back after it is drawn again, or -1. */
    #refocus = -1;
    /** The uids of the selected records. @type {Set<string>} */
    picked = new Set();

    connectedCallback() {
        this.append(this.#list);
        this.#listening = new AbortController();
        const { signal } = this.#listening;
        addEventListener("scroll", () => this.#paintSoon(), { passive: true, signal });
        this.#list.addEventListener("keydown", (event) => this.#moveFocus(event), { signal });
        this.#list.addEventListener("change", (event) => this.#pick(event), { signal });
        this.#observer.observe(this);
        this.#measure();
    }

    disconnectedCallback() {
        this.#listening.abort();
        this.#observer.disconnect();
    }

    get records() {
        return this.#records;
    }
    set records(records) {
        this.#records = records;
        this.#resize();
    }

    /** The records on the screen. @returns {Album[]} */
    get visible() {
        const { columns, height, gapY } = this.#layout;
        const top = this.getBoundingClientRect().top;
        const rowOf = (/** @type {number} */ y) => Math.max(0, Math.floor((y - top) / (height + gapY)));
        return this.#records.slice(rowOf(0) * columns, (rowOf(innerHeight) + 1) * columns);
    }

    get mode() {
        return this.#mode;
    }
    set mode(mode) {
        this.#mode = mode;
        this.dataset.mode = mode;
        this.#measure(true);
    }

    /** @param {boolean} isOn */
    set selecting(isOn) {
        this.#isSelecting = isOn;
        this.toggleAttribute("data-selecting", isOn);
        if (!isOn) this.picked.clear();
        this.#repaint();
    }

    pickAll() {
        for (const record of this.#records) this.picked.add(record.uid);
        this.#repaint();
        this.dispatchEvent(new Event("pick"));
    }

    /** Computes the layout for the present width. The first visible record stays visible. */
    #measure(isForced = false) {
        const width = this.clientWidth;
        if (!width) return;
        const layout = this.#mode === "list" ? listLayout(width) : gridLayout(width);
        if (!isForced && JSON.stringify(layout) === JSON.stringify(this.#layout)) return;
        const first = this.#firstVisible();
        this.#layout = layout;
        setStyle(this.#list, { "--cell-width": `${layout.width}px`, "--cell-height": `${layout.height}px` });
        this.#removeCells();
        this.#resize();
        if (first > 0) scrollTo({ top: this.#top() + rowTop(layout, first), behavior: "instant" });
    }

    #top() {
        return this.getBoundingClientRect().top + scrollY;
    }

    #firstVisible() {
        const { columns, height, gapY } = this.#layout;
        const above = scrollY - this.#top();
        return above <= 0 ? 0 : Math.floor(above / (height + gapY)) * columns;
    }

    /** Sets the height for the number of records. */
    #resize() {
        const { columns, height, gapY } = this.#layout;
        const rows = Math.ceil(this.#records.length / columns);
        setStyle(this.#list, { height: `${Math.max(0, rows * (height + gapY) - gapY)}px` });
        this.#paint();
    }

    #removeCells() {
        for (const cell of this.#cells.values()) cell.node.remove();
        this.#cells.clear();
    }

    #repaint() {
        this.#removeCells();
        this.#paint();
    }

    #paintSoon() {
        if (this.#frame) return;
        this.#frame = requestAnimationFrame(() => {
            this.#frame = 0;
            this.#paint();
        });
    }

    /** Draws the visible records and removes the others. */
    #paint() {
        if (!this.#layout.width) return;
        const { columns, height, gapY } = this.#layout;
        const step = height + gapY;
        const top = this.getBoundingClientRect().top;
        const from = Math.max(0, Math.floor(-top / step) - OVERSCAN) * columns;
        const visibleEnd = (Math.ceil((innerHeight - top) / step) + OVERSCAN) * columns;
        const to = Math.min(this.#records.length, visibleEnd);
        this.#removeOutside(from, to);
        /** @type {Element|null} */
        let next = null;
        for (let index = to - 1; index >= from; index -= 1) {
            const { node } = this.#cells.get(index) ?? this.#makeCell(index);
            // The order in the document is the order of the records: the Tab key and screen readers follow it.
            if (node.nextSibling !== next || node.parentNode !== this.#list) this.#list.insertBefore(node, next);
            next = node;
        }
        if (this.#refocus >= 0) this.#focusTarget(this.#refocus, "a, input")?.focus({ preventScroll: true });
        this.#refocus = -1;
    }

    /** Removes the cells outside of a range, except the one with the focus. @param {number} from @param {number} to */
    #removeOutside(from, to) {
        const active = document.activeElement;
        const focusedItem = active && this.#list.contains(active) ? active.closest("li") : null;
        const focused = focusedItem ? Number(focusedItem.dataset.index) : -1;
        for (const [index, cell] of this.#cells) {
            const record = this.#records[index];
            const isKept = (index >= from && index < to) || (index === focused && index < this.#records.length);
            if (isKept && record === cell.record) continue;
            if (index === focused && record?.uid === cell.record.uid) this.#refocus = index;
            cell.node.remove();
            this.#cells.delete(index);
        }
    }

    /** @param {number} index */
    #makeCell(index) {
        const record = this.#records[index];
        const { columns, width, gapX } = this.#layout;
        const node = el(
            "li",
            {
                class: "shelf-item",
                "aria-setsize": this.#records.length,
                "aria-posinset": index + 1,
                dataset: { index, uid: record.uid },
            },
            makeRecordCard(record, { isList: this.#mode === "list" }),
            this.#isSelecting && this.#makeCheckbox(record),
        );
        const link = node.querySelector("a");
        if (this.#isSelecting && link) link.tabIndex = -1;
        const position = [(index % columns) * (width + gapX), rowTop(this.#layout, index)];
        setStyle(node, { "--x": `${position[0]}px`, "--y": `${position[1]}px` });
        const cell = { node, record };
        this.#cells.set(index, cell);
        return cell;
    }

    /** @param {Album} record */
    #makeCheckbox(record) {
        const checked = this.picked.has(record.uid);
        const label = `Select ${record.album} by ${record.artist}`;
        return el("label", { class: "pick" }, el("input", { type: "checkbox", checked, "aria-label": label }));
    }

    /** @param {Event} event of a checkbox */
    #pick({ target }) {
        if (!(target instanceof HTMLInputElement)) return;
        const uid = target.closest("li")?.dataset.uid ?? "";
        if (target.checked) this.picked.add(uid);
        else this.picked.delete(uid);
        this.dispatchEvent(new Event("pick"));
    }

    /** Moves the focus by the arrow keys, Home and End. @param {KeyboardEvent} event */
    #moveFocus(event) {
        const item = event.target instanceof Element ? event.target.closest("li") : null;
        if (!item || event.altKey || event.ctrlKey || event.metaKey) return;
        const index = Number(item.dataset.index);
        const { columns } = this.#layout;
        const last = this.#records.length - 1;
        /** @type {Record<string, number>} */
        const targets = {
            ArrowRight: index + 1,
            ArrowLeft: index - 1,
            ArrowDown: index + columns,
            ArrowUp: index - columns,
            Home: 0,
            End: last,
        };
        const target = targets[event.key];
        if (target === undefined) return;
        event.preventDefault();
        this.focusRecord(Math.max(0, Math.min(last, target)));
    }

    /** @param {number} index @param {string} selector @returns {HTMLElement|null|undefined} */
    #focusTarget(index, selector) {
        return this.#cells.get(index)?.node.querySelector(selector);
    }

    /** Focuses a record, and scrolls to it. @param {number} index */
    focusRecord(index) {
        if (!this.#cells.has(index)) {
            const top = this.#top() + rowTop(this.#layout, index) - innerHeight / 3;
            scrollTo({ top, behavior: "instant" });
            this.#paint();
        }
        const target = this.#focusTarget(index, this.#isSelecting ? "input" : "a");
        target?.focus();
        target?.scrollIntoView({ block: "nearest" });
    }
}

customElements.define("record-shelf", RecordShelf);
