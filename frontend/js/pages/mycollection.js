/** The records page: search, filter, sort, and change several records at once. */

import { openAddDialog } from "../../components/load-on-demand.js";
import { announce } from "../../components/notices.js";
import "../../components/record-shelf.js";
import * as collection from "../models/collection.js";
import { el, find } from "../ui/dom.js";
import { formatCount, formatNumber } from "../ui/format.js";
import { drawBulk, isSelecting, setSelecting } from "./mycollection/bulk.js";
import { drawEmptyShelf } from "./mycollection/empty-shelf.js";
import { watchFilling } from "./mycollection/filling.js";
import { drawChosen, drawFilters, panel } from "./mycollection/filters.js";
import { readAddress, SORTS, state, writeAddress } from "./mycollection/shelf-state.js";
import { drawWorth } from "./mycollection/worth.js";
import { openPage } from "./open-page.js";

/** Time without a change before the filters or the address are updated. */
const DELAY_MS = 200;

const shelf = /** @type {import("../../components/record-shelf.js").RecordShelf} */ (find("record-shelf"));
const search = /** @type {HTMLInputElement} */ (find("#search"));
const sort = /** @type {HTMLSelectElement} */ (find("#sort"));
const trashToggle = find("#trash");
const modeButtons = /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("#modes button"));
const whichButtons = /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("#which button"));

/** @type {ReturnType<typeof setTimeout>|undefined} */
let addressTimer;
/** @type {ReturnType<typeof setTimeout>|undefined} */
let filterTimer;

openPage(() => {
    readAddress();
    // A fast user has typed before the page was ready.
    state.q ||= search.value;
    search.value = state.q;
    panel.hidden = !Object.keys(state.filters).length;
    wireSearch();
    wireSort();
    wireModes();
    wireSelection();
    shelf.mode = state.mode;
    drawAll();
    collection.subscribe(drawAll);
    watchFilling();
    const query = new URLSearchParams(location.search);
    if (query.has("add")) openAddDialog();
    if (query.has("search")) search.focus();
});

function drawAll() {
    drawShelf();
    if (!panel.hidden) drawFilters(drawAll);
}

/** Draws everything but the filters, which take longer. */
function drawShelf() {
    const { q, filters, sort: order, isTrash, isWanted } = state;
    const records = isTrash ? collection.trash() : collection.query({ q, filters, sort: order, wanted: isWanted });
    const total = isWanted ? collection.wants().length : collection.count();
    shelf.records = records;
    const status = describeShelf(records.length, total);
    find("#status").textContent = status;
    announce(status);
    drawWorth(records);
    drawEmptyShelf(records.length, total, clearQuery);
    drawChosen(drawAll);
    trashToggle.textContent = isTrash ? "Back to the shelf" : "Trash";
    trashToggle.hidden = !isTrash && !collection.trash().length;
    for (const which of whichButtons) {
        which.setAttribute("aria-pressed", String(!isTrash && (which.value === "wanted") === isWanted));
    }
    clearTimeout(addressTimer);
    addressTimer = setTimeout(writeAddress, DELAY_MS);
}

/** @param {number} shown @param {number} total */
function describeShelf(shown, total) {
    if (state.isTrash) return `${formatCount(shown, "record")} in the trash`;
    const all = formatCount(total, state.isWanted ? "wanted record" : "record");
    return shown === total ? all : `${formatNumber(shown)} of ${all}`;
}

function clearQuery() {
    Object.assign(state, { q: "", filters: {} });
    search.value = "";
    drawAll();
    search.focus();
}

function wireSearch() {
    search.addEventListener("input", () => {
        state.q = search.value;
        scrollTo({ top: 0, behavior: "instant" });
        drawShelf();
        clearTimeout(filterTimer);
        if (!panel.hidden) filterTimer = setTimeout(() => drawFilters(drawAll), DELAY_MS);
    });
    search.form?.addEventListener("submit", (event) => {
        event.preventDefault();
        shelf.focusRecord(0);
    });
    search.addEventListener("keydown", (event) => {
        if (event.key !== "ArrowDown" || !shelf.records.length) return;
        event.preventDefault();
        shelf.focusRecord(0);
    });
    find("#filter").addEventListener("click", () => {
        panel.hidden = !panel.hidden;
        drawChosen(drawAll);
        if (!panel.hidden) drawFilters(drawAll);
    });
}

function wireSort() {
    sort.replaceChildren(...Object.entries(SORTS).map(([value, name]) => el("option", { value }, name)));
    sort.value = state.sort;
    sort.addEventListener("change", () => {
        state.sort = sort.value;
        drawShelf();
    });
}

function wireModes() {
    const draw = () => {
        for (const mode of modeButtons) mode.setAttribute("aria-pressed", String(mode.value === state.mode));
    };
    for (const mode of modeButtons) {
        mode.addEventListener("click", () => {
            state.mode = mode.value === "list" ? "list" : "grid";
            localStorage.setItem("shelf", state.mode);
            shelf.mode = state.mode;
            draw();
        });
    }
    draw();
}

function wireSelection() {
    for (const which of whichButtons) {
        which.addEventListener("click", () => {
            // The filters of one shelf may fit no record of the other.
            Object.assign(state, { isWanted: which.value === "wanted", isTrash: false, filters: {} });
            setSelecting(false);
            drawAll();
        });
    }
    trashToggle.addEventListener("click", () => {
        state.isTrash = !state.isTrash;
        setSelecting(false);
        drawAll();
    });
    find("#select").addEventListener("click", () => setSelecting(!isSelecting()));
    shelf.addEventListener("pick", drawBulk);
    document.addEventListener("keydown", (event) => {
        const isHere = isSelecting() && !document.querySelector("dialog[open]");
        if (event.key === "Escape" && isHere) setSelecting(false);
    });
}
