// The whole shelf: found, filtered, sorted, and handled by the armful. What is chosen stands in the address, so it can be gone back to.

import * as collection from "/js/collection.js";
import "/components/record.js";
import "/components/shelf.js";
import { openAdd } from "/components/later.js";
import { confirmed, openDialog } from "/components/dialog.js";
import { announce, toast } from "/components/notices.js";
import { MEDIA_CONDITIONS } from "/js/fields.js";
import { el, icon, replace } from "./dom.js";
import { busy, field, showFault } from "./form.js";
import { counted, grade, number } from "./format.js";
import { page } from "./page.js";

const FILTERS = { genre: "Genre", decade: "Decade", format: "Format", label: "Label", country: "Country", crate: "Crate", condition: "Condition", rating: "Rating", tag: "Tag" };
const SORTS = { artist: "Artist", album: "Album", "-year": "Year, newest first", year: "Year, oldest first", "-added": "Latest added", "-updated": "Latest changed", "-rating": "Best rated", "-price": "Most valuable" };
const CHOICES = 200;

const state = { q: "", filters: {}, sort: "artist", mode: localStorage.getItem("shelf") ?? "grid", trashed: false, wanted: false };
const shelf = document.querySelector("record-shelf");
const search = document.querySelector("#search");
const status = document.querySelector("#status");
const panel = document.querySelector("#filters");
const nothing = document.querySelector("#nothing");
const bulk = document.querySelector("#bulk");

page(() => {
    readAddress();
    wire();
    shelf.mode = state.mode;
    show({ facets: !panel.hidden });
    collection.subscribe(() => show({ facets: !panel.hidden }));
    const asked = new URLSearchParams(location.search);
    if (asked.has("add")) openAdd();
    if (asked.has("search")) search.focus();
});

function readAddress() {
    const asked = new URLSearchParams(location.search);
    state.q = asked.get("q") ?? "";
    state.sort = asked.get("sort") in SORTS ? asked.get("sort") : "artist";
    state.trashed = asked.has("trash");
    state.wanted = asked.has("wanted");
    state.filters = Object.fromEntries(Object.keys(FILTERS).filter((name) => asked.has(name)).map((name) => [name, valueOf(name, asked.get(name))]));
    search.value = state.q;
    panel.hidden = !Object.keys(state.filters).length;
}

const valueOf = (name, text) => (text === "none" ? null : name === "decade" || name === "rating" ? Number(text) : text);

function writeAddress() {
    const asked = new URLSearchParams();
    if (state.q) asked.set("q", state.q);
    for (const [name, value] of Object.entries(state.filters)) asked.set(name, value ?? "none");
    if (state.sort !== "artist") asked.set("sort", state.sort);
    if (state.trashed) asked.set("trash", "");
    if (state.wanted) asked.set("wanted", "");
    const query = asked.toString();
    history.replaceState(null, "", query ? `?${query}` : location.pathname);
}

let address;
function show({ facets = true, told = true } = {}) {
    const { q, filters, sort, wanted } = state;
    const records = state.trashed ? collection.trash() : collection.query({ q, filters, sort, wanted });
    shelf.records = records;
    const total = wanted ? collection.query({ wanted }).length : collection.count();
    const kind = wanted ? ["wanted record", "wanted records"] : ["record"];
    status.textContent = state.trashed ? `${counted(records.length, "record")} in the trash` : records.length === total ? counted(total, ...kind) : `${number(records.length)} of ${counted(total, ...kind)}`;
    if (told) announce(status.textContent);
    showNothing(records, total);
    showChosen();
    if (facets && !panel.hidden) showFilters();
    clearTimeout(address);
    address = setTimeout(writeAddress, 200);
}

function wire() {
    search.addEventListener("input", () => {
        state.q = search.value;
        scrollTo({ top: 0, behavior: "instant" });
        show({ facets: false });
        clearTimeout(wire.later);
        if (!panel.hidden) wire.later = setTimeout(showFilters, 200);
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
        showChosen();
        if (!panel.hidden) showFilters();
    });
    document.querySelector("#select").addEventListener("click", () => selecting(bulk.hidden));
    shelf.addEventListener("pick", showBulk);
    document.addEventListener("keydown", (event) => event.key === "Escape" && !bulk.hidden && !document.querySelector("dialog[open]") && selecting(false));
    document.querySelector("#trash").addEventListener("click", () => {
        state.trashed = !state.trashed;
        selecting(false);
        show();
    });
}

function showModes() {
    for (const button of document.querySelectorAll("#modes button")) button.setAttribute("aria-pressed", String(button.value === state.mode));
}

// Filters

function showFilters() {
    const facets = collection.facets({ q: state.q, filters: state.filters, wanted: state.wanted, only: Object.keys(FILTERS) });
    const crates = new Map(collection.crates().map(({ uid, name }) => [uid, name]));
    const focused = document.activeElement?.name;
    const selects = Object.entries(FILTERS).filter(([name]) => facets[name].length || name in state.filters).map(([name, title]) => {
        const chosen = state.filters[name];
        const options = ordered(name, facets[name]).slice(0, CHOICES).map(({ value, count }) => [String(value), `${wordFor(name, value, crates)} (${number(count)})`]);
        if (chosen !== undefined && chosen !== null && !options.some(([value]) => value === String(chosen))) options.unshift([String(chosen), `${wordFor(name, chosen, crates)} (0)`]);
        return field({
            name, label: title, type: "select", options: [["", "Any"], ...options, ...(name === "rating" ? [] : [["none", "Not set"]])],
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
    name === "decade" ? values.toSorted((a, b) => b.value - a.value)
    : name === "rating" ? values.toSorted((a, b) => b.value - a.value)
    : name === "condition" ? values.toSorted((a, b) => MEDIA_CONDITIONS.indexOf(a.value) - MEDIA_CONDITIONS.indexOf(b.value))
    : values;

function wordFor(name, value, crates) {
    if (name === "decade") return `${value}s`;
    if (name === "rating") return value === 0 ? "Not rated" : "★".repeat(value);
    if (name === "condition") return grade(value);
    if (name === "crate") return crates.get(value) ?? "A removed crate";
    return value;
}

function showChosen() {
    const crates = new Map(collection.crates().map(({ uid, name }) => [uid, name]));
    const chips = Object.entries(state.filters).map(([name, value]) => {
        const text = value === null ? `${FILTERS[name]}: not set` : wordFor(name, value, crates);
        const clear = () => {
            delete state.filters[name];
            show();
            document.querySelector("#filter").focus();
        };
        return el("button", { type: "button", class: "chip", onclick: clear, "aria-label": `Remove the filter ${FILTERS[name]}: ${text}` }, text, icon("close"));
    });
    replace(document.querySelector("#chosen"), chips);
    for (const which of document.querySelectorAll("#which button")) which.setAttribute("aria-pressed", String(!state.trashed && (which.value === "wanted") === state.wanted));
    const button = document.querySelector("#filter");
    button.setAttribute("aria-expanded", String(!panel.hidden));
    button.querySelector(".count").textContent = chips.length ? ` ${chips.length}` : "";
    button.setAttribute("aria-label", chips.length ? `Filters, ${chips.length} set` : "Filters");
    document.querySelector("#trash").textContent = state.trashed ? "Back to the shelf" : "Trash";
    document.querySelector("#trash").hidden = !state.trashed && !collection.trash().length;
}

function showNothing(records, total) {
    nothing.hidden = records.length > 0;
    if (records.length) return;
    if (state.trashed) return replace(nothing, el("h2", {}, "The trash is empty."));
    if (!total && state.wanted) {
        return replace(nothing, el("vinyl-record", { artist: "Wanted", album: "dead or alive" }), el("h2", {}, "Nothing you are looking for?"),
            el("p", { class: "soft" }, "Keep what you hunt for here. In the shop you see it at once, and one tap moves it to your shelf."),
            el("button", { type: "button", class: "button", onclick: () => openAdd() }, icon("plus"), "Look for a record"));
    }
    if (!total) {
        return replace(nothing, el("vinyl-record", { artist: "Side A", album: "Track one" }), el("h2", {}, "An empty shelf is a promise."),
            el("p", { class: "soft" }, "Add records by name, number or camera, or bring a whole list along."),
            el("div", { class: "row" }, el("button", { type: "button", class: "button", onclick: () => openAdd() }, icon("plus"), "Add a record"), el("a", { class: "button quiet", href: "/settings.html#import" }, "Import a list")));
    }
    const clear = () => {
        Object.assign(state, { q: "", filters: {} });
        search.value = "";
        show();
        search.focus();
    };
    replace(nothing, el("h2", {}, "Nothing like that on your shelf."),
        el("p", { class: "soft" }, state.q ? `No record has words that begin with “${state.q}”${Object.keys(state.filters).length ? " and these filters" : ""}.` : "No record fits these filters."),
        el("div", { class: "row" }, el("button", { type: "button", class: "button quiet", onclick: clear }, "Show all records"),
            state.q && el("button", { type: "button", class: "button", onclick: () => openAdd({ album: state.q }) }, icon("plus"), "Add it")));
}

// By the armful

function selecting(on) {
    bulk.hidden = !on;
    shelf.selecting = on;
    const button = document.querySelector("#select");
    button.setAttribute("aria-pressed", String(on));
    document.documentElement.toggleAttribute("data-bulk", on);
    if (on) {
        showBulk();
        announce("Select records, then choose what to do with them below.");
    }
}

function showBulk() {
    const count = shelf.picked.size;
    const act = (name, sign, label, run) => el("button", { type: "button", class: "button small quiet", "aria-disabled": count ? undefined : "true", name, onclick: () => shelf.picked.size && run([...shelf.picked]) }, icon(sign), label);
    const focused = document.activeElement?.name;
    replace(bulk,
        el("strong", { role: "status" }, count ? `${number(count)} selected` : "Select records"),
        el("button", { type: "button", class: "button small bare", name: "every", onclick: () => shelf.pickAll() }, `All ${number(shelf.records.length)}`),
        el("button", { type: "button", class: "button small push", name: "done", onclick: () => (selecting(false), document.querySelector("#select").focus()) }, "Done"),
        el("div", { class: "bulk-acts" }, state.trashed
            ? [act("restore", "history", "Put back", restore), act("empty", "trash", "Empty the trash", emptyTrash)]
            : [state.wanted && act("got", "check", "Got it", gotThem), act("crate", "records", "Crate", toCrate), act("tags", "plus", "Tag", tag), act("edit", "edit", "Set", setField), act("remove", "trash", "Remove", remove)]));
    if (focused) bulk.querySelector(`[name="${focused}"]`)?.focus();
}

async function remove(uids) {
    await collection.remove(uids);
    selecting(false);
    toast(`${counted(uids.length, "record")} moved to the trash.`, { label: "Undo", run: () => collection.restore(uids) });
}

async function gotThem(uids) {
    await collection.editMany(uids, { wanted: null });
    selecting(false);
    toast(`${counted(uids.length, "record")} moved to your shelf.`, { label: "Undo", run: () => collection.editMany(uids, { wanted: true }) });
}

async function restore(uids) {
    await collection.restore(uids);
    selecting(false);
    toast(`${counted(uids.length, "record")} back on the shelf.`);
}

async function emptyTrash() {
    const count = collection.trash().length;
    const yes = await confirmed({ title: "Empty the trash?", text: `${counted(count, "record")} will be gone for good, with notes and history. This cannot be undone.`, yes: "Remove for good", danger: true });
    if (!yes) return;
    try {
        await collection.emptyTrash();
        selecting(false);
    } catch (error) {
        const { inWords } = await import("/js/errors.js");
        toast(inWords(error).text);
    }
}

/** A small form over what is selected. */
function ask(title, fields, yes, run) {
    const notice = el("div", { hidden: true });
    const form = el("form", { id: "bulk-form", class: "stack", novalidate: true }, notice, fields);
    const button = el("button", { type: "submit", form: "bulk-form", class: "button" }, yes);
    const dialog = openDialog({ title, body: [form], foot: [button] });
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        try {
            await busy(button, "Saving …", () => run(Object.fromEntries(new FormData(form))));
            dialog.close();
            selecting(false);
        } catch (error) {
            showFault(form, notice, error);
        }
    });
}

function toCrate(uids) {
    const crates = collection.crates().map(({ uid, name }) => [uid, name]);
    ask(`Where to put ${counted(uids.length, "record")}?`, [
        field({ name: "crate", label: "Crate", type: "select", options: [["", "In no crate"], ...crates] }),
        field({ name: "name", label: "Or a new crate", autocomplete: "off" }),
    ], "Move", async ({ crate, name }) => {
        const target = name.trim() ? (await collection.addCrate({ name: name.trim() })).uid : crate || null;
        await collection.editMany(uids, { crate: target });
        toast(`${counted(uids.length, "record")} moved.`);
    });
}

function tag(uids) {
    ask(`Tag ${counted(uids.length, "record")}`, [field({ name: "tag", label: "Tag", required: true, autocomplete: "off", hint: "Added to the tags that a record has already" })], "Add the tag", async ({ tag: word }) => {
        const byTags = new Map();
        for (const uid of uids) {
            const tags = [...new Set([...(collection.get(uid).tags ?? []), word.trim()])];
            const key = JSON.stringify(tags);
            byTags.set(key, { tags, uids: [...(byTags.get(key)?.uids ?? []), uid] });
        }
        for (const { tags, uids: same } of byTags.values()) await collection.editMany(same, { tags });
        toast(`${counted(uids.length, "record")} tagged “${word.trim()}”.`);
    });
}

function setField(uids) {
    ask(`Set for ${counted(uids.length, "record")}`, [
        field({ name: "genre", label: "Genre", hint: "What is left empty stays as it is" }),
        field({ name: "format", label: "Format" }),
        field({ name: "media_condition", label: "Record", type: "select", options: [["", "As it is"], ...MEDIA_CONDITIONS] }),
        field({ name: "rating", label: "Rating", type: "select", options: [["", "As it is"], ...[5, 4, 3, 2, 1].map((stars) => [String(stars), "★".repeat(stars)])] }),
    ], "Save", async (typed) => {
        const patch = Object.fromEntries(Object.entries(typed).filter(([, value]) => value.trim()).map(([name, value]) => [name, name === "rating" ? Number(value) : value.trim()]));
        await collection.editMany(uids, patch);
        toast(`${counted(uids.length, "record")} changed.`);
    });
}
