// The whole shelf: found, filtered, sorted, and handled by the armful.

import * as collection from "../models/collection.js";
import "../../components/vinyl-record.js";
import "../../components/record-shelf.js";
import { openAdd } from "../../components/load-on-demand.js";
import { announce } from "../../components/notices.js";
import { bulk, selecting, showBulk } from "./mycollection/bulk.js";
import { panel, showChosen, showFilters } from "./mycollection/filters.js";
import { readAddress, SORTS, state, writeAddress } from "./mycollection/shelf-state.js";
import { el, icon, replace } from "../ui/dom.js";
import { counted, number } from "../ui/format.js";
import { page } from "./open-page.js";

const shelf = document.querySelector("record-shelf");
const search = document.querySelector("#search");
const status = document.querySelector("#status");
const nothing = document.querySelector("#nothing");

page(() => {
    readAddress();
    // Who was faster than the page has typed already.
    state.q ||= search.value;
    search.value = state.q;
    panel.hidden = !Object.keys(state.filters).length;
    wire();
    shelf.mode = state.mode;
    show({ facets: !panel.hidden });
    collection.subscribe(() => show({ facets: !panel.hidden }));
    const asked = new URLSearchParams(location.search);
    if (asked.has("add")) openAdd();
    if (asked.has("search")) search.focus();
});

let address;
function show({ facets = true, told = true } = {}) {
    const { q, filters, sort, wanted } = state;
    const records = state.trashed ? collection.trash() : collection.query({ q, filters, sort, wanted });
    shelf.records = records;
    const total = wanted ? collection.query({ wanted }).length : collection.count();
    const kind = wanted ? ["wanted record", "wanted records"] : ["record"];
    status.textContent = state.trashed
        ? `${counted(records.length, "record")} in the trash`
        : records.length === total
          ? counted(total, ...kind)
          : `${number(records.length)} of ${counted(total, ...kind)}`;
    if (told) announce(status.textContent);
    showNothing(records, total);
    showChosen(show);
    if (facets && !panel.hidden) showFilters(show);
    clearTimeout(address);
    address = setTimeout(writeAddress, 200);
}

function wire() {
    search.addEventListener("input", () => {
        state.q = search.value;
        scrollTo({ top: 0, behavior: "instant" });
        show({ facets: false });
        clearTimeout(wire.later);
        if (!panel.hidden) wire.later = setTimeout(() => showFilters(show), 200);
    });
    search.form.addEventListener("submit", (event) => {
        event.preventDefault();
        shelf.focusAt(0);
    });
    search.addEventListener("keydown", (event) => {
        if (event.key !== "ArrowDown" || !shelf.records.length) return;
        event.preventDefault();
        shelf.focusAt(0);
    });
    const sort = document.querySelector("#sort");
    sort.replaceChildren(...Object.entries(SORTS).map(([value, name]) => el("option", { value }, name)));
    sort.value = state.sort;
    sort.addEventListener("change", () => {
        state.sort = sort.value;
        show({ facets: false });
    });
    for (const button of document.querySelectorAll("#modes button")) {
        button.addEventListener("click", () => {
            state.mode = button.value;
            localStorage.setItem("shelf", state.mode);
            shelf.mode = state.mode;
            showModes();
        });
    }
    showModes();
    for (const button of document.querySelectorAll("#which button")) {
        button.addEventListener("click", () => {
            // What is filtered on one shelf may not even be there on the other.
            Object.assign(state, { wanted: button.value === "wanted", trashed: false, filters: {} });
            selecting(false);
            show();
        });
    }
    document.querySelector("#filter").addEventListener("click", () => {
        panel.hidden = !panel.hidden;
        showChosen(show);
        if (!panel.hidden) showFilters(show);
    });
    document.querySelector("#select").addEventListener("click", () => selecting(bulk.hidden));
    shelf.addEventListener("pick", showBulk);
    document.addEventListener(
        "keydown",
        (event) =>
            event.key === "Escape" && !bulk.hidden && !document.querySelector("dialog[open]") && selecting(false),
    );
    document.querySelector("#trash").addEventListener("click", () => {
        state.trashed = !state.trashed;
        selecting(false);
        show();
    });
}

function showModes() {
    for (const button of document.querySelectorAll("#modes button"))
        button.setAttribute("aria-pressed", String(button.value === state.mode));
}

function showNothing(records, total) {
    nothing.hidden = records.length > 0;
    if (records.length) return;
    if (state.trashed) return replace(nothing, el("h2", {}, "The trash is empty."));
    if (!total && state.wanted) {
        return replace(
            nothing,
            el("vinyl-record", { artist: "Wanted", album: "dead or alive" }),
            el("h2", {}, "Nothing you are looking for?"),
            el(
                "p",
                { class: "soft" },
                "Keep what you hunt for here. In the shop you see it at once, and one tap moves it to your shelf.",
            ),
            el(
                "button",
                { type: "button", class: "button", onclick: () => openAdd() },
                icon("plus"),
                "Look for a record",
            ),
        );
    }
    if (!total) {
        return replace(
            nothing,
            el("vinyl-record", { artist: "Side A", album: "Track one" }),
            el("h2", {}, "An empty shelf is a promise."),
            el("p", { class: "soft" }, "Add records by name, number or camera, or bring a whole list along."),
            el(
                "div",
                { class: "row" },
                el(
                    "button",
                    { type: "button", class: "button", onclick: () => openAdd() },
                    icon("plus"),
                    "Add a record",
                ),
                el("a", { class: "button quiet", href: "/settings.html#import" }, "Import a list"),
            ),
        );
    }
    const clear = () => {
        Object.assign(state, { q: "", filters: {} });
        search.value = "";
        show();
        search.focus();
    };
    replace(
        nothing,
        el("h2", {}, "Nothing like that on your shelf."),
        el(
            "p",
            { class: "soft" },
            state.q
                ? `No record has words that begin with “${state.q}”${Object.keys(state.filters).length ? " and these filters" : ""}.`
                : "No record fits these filters.",
        ),
        el(
            "div",
            { class: "row" },
            el("button", { type: "button", class: "button quiet", onclick: clear }, "Show all records"),
            state.q &&
                el(
                    "button",
                    { type: "button", class: "button", onclick: () => openAdd({ album: state.q }) },
                    icon("plus"),
                    "Add it",
                ),
        ),
    );
}
