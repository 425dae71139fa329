// <record-shelf>: thousands of records, of which only those in sight are in the document. `records` is what it shows,
// `mode` is "grid" or "list", `selecting` adds a tick box to each. Fires `pick` when the ticks change.

import { el, style } from "../js/ui/dom.js";
import { recordCard } from "./record-card.js";

const OVERSCAN = 2;
const LIST_ROW = 68;

class RecordShelf extends HTMLElement {
    #records = [];
    #mode = "grid";
    #selecting = false;
    #cells = new Map();
    #layout = { columns: 1, width: 0, height: 1, gapX: 0, gapY: 0 };
    #list = el("ul", { class: "shelf-list" });
    #frame = 0;
    #signals = new AbortController();
    /** The uids that are ticked. */
    picked = new Set();

    connectedCallback() {
        this.append(this.#list);
        this.#signals = new AbortController();
        const { signal } = this.#signals;
        addEventListener("scroll", () => this.#soon(), { passive: true, signal });
        this.#list.addEventListener("keydown", (event) => this.#walk(event), { signal });
        this.#list.addEventListener("change", (event) => this.#tick(event), { signal });
        this.observer = new ResizeObserver(() => this.#measure());
        this.observer.observe(this);
        this.#measure();
    }

    disconnectedCallback() {
        this.#signals.abort();
        this.observer.disconnect();
    }

    get records() {
        return this.#records;
    }
    set records(records) {
        this.#records = records;
        this.#settle();
    }

    get mode() {
        return this.#mode;
    }
    set mode(mode) {
        this.#mode = mode;
        this.dataset.mode = mode;
        this.#measure(true);
    }

    set selecting(on) {
        this.#selecting = on;
        this.toggleAttribute("data-selecting", on);
        if (!on) this.picked.clear();
        this.#clear();
        this.#paint();
    }

    pickAll() {
        for (const record of this.#records) this.picked.add(record.uid);
        this.#clear();
        this.#paint();
        this.dispatchEvent(new Event("pick"));
    }

    #measure(anew = false) {
        const width = this.clientWidth;
        if (!width) return;
        const layout = this.#mode === "list" ? listLayout(width) : gridLayout(width);
        if (!anew && JSON.stringify(layout) === JSON.stringify(this.#layout)) return;
        const first = this.#firstInSight();
        this.#layout = layout;
        style(this.#list, { "--cell-width": `${layout.width}px`, "--cell-height": `${layout.height}px` });
        this.#clear();
        this.#settle();
        if (first > 0)
            scrollTo({
                top: this.#top() + Math.floor(first / layout.columns) * (layout.height + layout.gapY),
                behavior: "instant",
            });
    }

    #top() {
        return this.getBoundingClientRect().top + scrollY;
    }

    #firstInSight() {
        const { columns, height, gapY } = this.#layout;
        const above = scrollY - this.#top();
        return above <= 0 ? 0 : Math.floor(above / (height + gapY)) * columns;
    }

    #settle() {
        const { columns, height, gapY } = this.#layout;
        const rows = Math.ceil(this.#records.length / columns);
        style(this.#list, { height: `${Math.max(0, rows * (height + gapY) - gapY)}px` });
        this.#paint();
    }

    #clear() {
        for (const cell of this.#cells.values()) cell.node.remove();
        this.#cells.clear();
    }

    #soon() {
        if (this.#frame) return;
        this.#frame = requestAnimationFrame(() => {
            this.#frame = 0;
            this.#paint();
        });
    }

    #paint() {
        if (!this.#layout.width) return;
        const { columns, height, gapY } = this.#layout;
        const step = height + gapY;
        const top = this.getBoundingClientRect().top;
        const from = Math.max(0, Math.floor(-top / step) - OVERSCAN) * columns;
        const to = Math.min(this.#records.length, (Math.ceil((innerHeight - top) / step) + OVERSCAN) * columns);
        const focused = this.#list.contains(document.activeElement)
            ? Number(document.activeElement.closest("li")?.dataset.index)
            : -1;

        for (const [index, cell] of this.#cells) {
            const keep = (index >= from && index < to) || (index === focused && index < this.#records.length);
            if (keep && this.#records[index] === cell.record) continue;
            if (index === focused && this.#records[index]?.uid === cell.record.uid) this.#refocus = index;
            cell.node.remove();
            this.#cells.delete(index);
        }
        let after = null;
        for (let index = to - 1; index >= from; index -= 1) {
            const cell = this.#cells.get(index) ?? this.#make(index);
            // In the order of the records, so that Tab and screen readers walk as the eye does.
            if (cell.node.nextSibling !== after || cell.node.parentNode !== this.#list)
                this.#list.insertBefore(cell.node, after);
            after = cell.node;
        }
        if (this.#refocus >= 0)
            this.#cells.get(this.#refocus)?.node.querySelector("a, input")?.focus({ preventScroll: true });
        this.#refocus = -1;
    }

    #refocus = -1;

    #make(index) {
        const record = this.#records[index];
        const { columns, width, height, gapX, gapY } = this.#layout;
        const node = el(
            "li",
            {
                class: "shelf-item",
                "aria-setsize": this.#records.length,
                "aria-posinset": index + 1,
                dataset: { index, uid: record.uid },
            },
            recordCard(record, { list: this.#mode === "list" }),
            this.#selecting &&
                el(
                    "label",
                    { class: "pick" },
                    el("input", {
                        type: "checkbox",
                        checked: this.picked.has(record.uid),
                        "aria-label": `Select ${record.album} by ${record.artist}`,
                    }),
                ),
        );
        if (this.#selecting) node.querySelector("a").tabIndex = -1;
        style(node, {
            "--x": `${(index % columns) * (width + gapX)}px`,
            "--y": `${Math.floor(index / columns) * (height + gapY)}px`,
        });
        const cell = { node, record };
        this.#cells.set(index, cell);
        return cell;
    }

    #tick(event) {
        const { uid } = event.target.closest("li").dataset;
        if (event.target.checked) this.picked.add(uid);
        else this.picked.delete(uid);
        this.dispatchEvent(new Event("pick"));
    }

    #walk(event) {
        const item = event.target.closest("li");
        if (!item || event.altKey || event.ctrlKey || event.metaKey) return;
        const index = Number(item.dataset.index);
        const { columns } = this.#layout;
        const last = this.#records.length - 1;
        const to = {
            ArrowRight: index + 1,
            ArrowLeft: index - 1,
            ArrowDown: index + columns,
            ArrowUp: index - columns,
            Home: 0,
            End: last,
        }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        this.focusAt(Math.max(0, Math.min(last, to)));
    }

    focusAt(index) {
        if (!this.#cells.has(index)) {
            const { columns, height, gapY } = this.#layout;
            scrollTo({
                top: this.#top() + Math.floor(index / columns) * (height + gapY) - innerHeight / 3,
                behavior: "instant",
            });
            this.#paint();
        }
        const target = this.#cells.get(index)?.node.querySelector(this.#selecting ? "input" : "a");
        target?.focus();
        target?.scrollIntoView({ block: "nearest" });
    }
}

function gridLayout(width) {
    const narrow = width < 560;
    const gapX = narrow ? 16 : 24;
    const wanted = narrow ? 150 : 178;
    const columns = Math.max(2, Math.floor((width + gapX) / (wanted + gapX)));
    const cell = Math.floor((width - gapX * (columns - 1)) / columns);
    // Two lines of words and a detail under the square; in rem, so that larger text has its room.
    const words = 4.7 * parseFloat(getComputedStyle(document.documentElement).fontSize);
    return { columns, width: cell, height: Math.round(cell + words), gapX, gapY: 14 };
}

function listLayout(width) {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    return { columns: 1, width, height: Math.round((width < 720 ? LIST_ROW + 18 : LIST_ROW) * rem), gapX: 0, gapY: 0 };
}

customElements.define("record-shelf", RecordShelf);
