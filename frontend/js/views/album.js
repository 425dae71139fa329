// One record: its sleeve, what is known of it, its tracks and price, your copy of it, and what became of it. Every value is edited
// where it stands.

import * as collection from "/js/collection.js";
import * as discogs from "/js/discogs.js";
import { inWords } from "/js/errors.js";
import "/components/record.js";
import { attribution } from "/components/attribution.js";
import { openDialog } from "/components/dialog.js";
import { recordCard } from "/components/card.js";
import { announce, toast } from "/components/notices.js";
import { pressings } from "/components/pressings.js";
import { sleeve } from "/components/sleeve.js";
import { FIELDS, shown, typed, valueOf } from "./album-fields.js";
import { el, icon, replace, steady } from "./dom.js";
import { busy, field } from "./form.js";
import { ago, counted, day, moment, money } from "./format.js";
import { page } from "./page.js";
import { missingIn } from "./pressing.js";

const uid = new URLSearchParams(location.search).get("uid");
const place = document.querySelector("#album");
const GROUPS = [
    ["The pressing", ["year", "label", "catno", "format", "country", "genre", "style", "barcode"]],
    ["Your copy", ["media_condition", "sleeve_condition", "quantity", "crate", "tags", "purchase_price", "purchased_at"]],
];
// An amount and its currency are one thing to whoever edits it.
const TOGETHER = { purchase_price: ["purchase_price", "purchase_currency"], price: ["price", "price_currency"] };
const MORE = 8;
const LONG_TITLE = 60;

let album;
const parts = {
    gatefold: el("div", { class: "gatefold" }),
    notices: el("div", { class: "stack" }),
    facts: el("div", { class: "facts" }),
    notes: el("section", { class: "panel", "aria-labelledby": "notes-title" }),
    tracks: el("section", { "aria-labelledby": "tracks-title", hidden: true }),
    price: el("section", { class: "panel", "aria-labelledby": "price-title" }),
    others: el("section", { "aria-labelledby": "others-title", hidden: true }),
    history: el("section", { id: "history", "aria-labelledby": "history-title" }),
};

page(() => {
    album = collection.get(uid);
    if (!album) return missing();
    replace(place, parts.notices, parts.gatefold, el("div", { class: "album-columns" }, el("div", { class: "stack wide-gap" }, parts.tracks, parts.facts), el("div", { class: "stack" }, parts.notes, parts.price)), parts.others, parts.history);
    draw();
    drawHistory();
    fetchRelease();
    collection.subscribe(({ uids }) => {
        if (uids && !uids.includes(uid)) return;
        album = collection.get(uid) ?? album;
        if (!place.querySelector("form.in-place")) steady(place, draw);
    });
    if (location.hash === "#history") parts.history.querySelector("details").open = true;
});

function missing() {
    document.title = "Not found · Vinyl Vault";
    replace(place, el("section", { class: "empty" }, el("vinyl-record", { artist: "Nothing", album: "on this side" }), el("h1", {}, "This record is not on your shelf."),
        el("p", { class: "soft" }, "It may have been removed on another device, or belong to somebody else."),
        el("a", { class: "button", href: "/mycollection.html" }, "To your records")));
}

function draw() {
    document.title = `${album.album} · ${album.artist} · Vinyl Vault`;
    drawGatefold();
    drawNotices();
    replace(parts.facts, GROUPS.map(([title, names]) => el("section", { class: "panel" }, el("h2", {}, title), el("dl", { class: "facts-list" }, names.map(fact)))));
    replace(parts.notes, el("h2", { id: "notes-title" }, "Notes"), el("div", { dataset: { fact: "notes" } }, value("notes")));
    drawPrice();
    drawOthers();
}

function drawGatefold() {
    const { artist, album: title, cover } = album;
    const drawn = JSON.stringify([artist, title, cover]);
    if (parts.drawn !== drawn) {
        parts.drawn = drawn;
        parts.cover = el("div", { class: "pulled" }, sleeve(album, { eager: true, label: cover ? `Cover of ${title}` : `Drawn sleeve of ${title}` }), el("vinyl-record", { artist, album: title }));
        parts.cover.addEventListener("pointerenter", () => parts.cover.lastChild.setAttribute("spinning", ""));
        parts.cover.addEventListener("pointerleave", () => parts.cover.lastChild.removeAttribute("spinning"));
    }
    replace(parts.gatefold, parts.cover,
        el("div", { class: "titles" },
            el("p", { class: "overline" }, [album.year, album.label].filter(Boolean).join(" · ") || "Liner notes"),
            el("h1", { class: title.length > LONG_TITLE ? "long" : undefined, dataset: { fact: "album" } }, inline("album", "button-title")),
            el("p", { class: "by", dataset: { fact: "artist" } }, inline("artist", "button-artist")),
            stars(),
            el("div", { class: "row" },
                album.genre && el("ul", { class: "chips" }, album.genre.split(",").map((name) => name.trim()).filter(Boolean).map((name) => el("li", {}, el("a", { class: "chip", href: `/genre.html?name=${encodeURIComponent(name)}` }, name))))),
            el("div", { class: "row" },
                !album.discogs_id && el("button", { type: "button", class: "button small quiet", onclick: findPressing }, icon("search"), "Find at Discogs"),
                el("button", { type: "button", class: "button small quiet", onclick: chooseCover }, icon("camera"), cover ? "Change the cover" : "Add a cover"),
                el("button", { type: "button", class: "button small quiet", onclick: remove }, icon("trash"), album.deleted_at ? "Put back" : "Remove"))));
}

function stars() {
    const now = album.rating ?? 0;
    const set = async (rating) => {
        await save({ rating: rating === now ? null : rating });
        announce(album.rating ? `${counted(album.rating, "star")}` : "Not rated");
    };
    return el("div", { class: "star-row", role: "group", "aria-label": now ? `Rating: ${counted(now, "star")}` : "Not rated yet" },
        [1, 2, 3, 4, 5].map((rating) => el("button", { type: "button", class: rating <= now ? "star full" : "star", dataset: { stars: rating }, "aria-pressed": String(rating === now), "aria-label": counted(rating, "star"), onclick: () => set(rating) }, icon("star"))));
}

function drawNotices() {
    const state = collection.stateOf(uid);
    const faults = collection.errorsOf(uid);
    const cards = [];
    if (album.wanted) cards.push(el("div", { class: "notice own" }, icon("search"), el("p", {}, "You are looking for this one."), el("div", {}, el("button", { type: "button", class: "button small", onclick: gotIt }, icon("check"), "Got it"))));
    if (album.deleted_at) cards.push(el("div", { class: "notice" }, icon("trash"), el("p", {}, `In the trash since ${day(album.deleted_at)}.`), el("div", {}, el("button", { type: "button", class: "button small", onclick: remove }, "Put it back"))));
    if (faults.length) {
        cards.push(el("div", { class: "notice bad", role: "alert" }, icon("warning"),
            el("p", {}, "Your vault did not take the last change of this record. Mend what is marked, or give the change up."),
            el("ul", {}, faults.map(({ field: name, message }) => el("li", {}, `${FIELDS[name.split(".").at(-1)]?.label ?? name}: ${message}`))),
            el("div", {}, el("button", { type: "button", class: "button small quiet", onclick: () => collection.discard(uid) }, "Give the change up"))));
    } else if (state === "conflict") {
        cards.push(el("div", { class: "notice own", role: "status" }, icon("history"),
            el("p", {}, "This record was changed on two devices. The later change is shown; the other is kept in the history."),
            el("div", { class: "row" },
                el("button", { type: "button", class: "button small", onclick: showHistory }, "Look at the history"),
                el("button", { type: "button", class: "button small bare", onclick: () => collection.acknowledge(uid) }, "It is fine"))));
    } else if (state === "waiting") cards.push(el("p", { class: "soft fine row", role: "status" }, icon("waiting"), "Saved on this device; goes to your vault by itself."));
    replace(parts.notices, cards);
}

// Values, edited where they stand

const fact = (name) => el("div", { class: "fact", dataset: { fact: name } }, el("dt", {}, FIELDS[name].label), el("dd", {}, value(name)));

const text = (name) => (name === "crate" ? collection.crates().find((crate) => crate.uid === album.crate)?.name ?? "" : shown(name, album));

/** What stands there, as a button that turns into the input. */
function value(name) {
    const now = text(name);
    const said = now || (name === "notes" ? "Where you found it, how it sounds, who gave it to you …" : "Add");
    return el("button", { type: "button", class: now ? "value" : "value unset", "aria-label": `${FIELDS[name].label}: ${said}${now ? ". Edit" : ""}`, onclick: () => edit(name) },
        el("span", { class: now && ["catno", "barcode"].includes(name) ? "stamp" : undefined }, said), icon("edit"));
}

const inline = (name, className) => el("button", { type: "button", class: `value ${className}`, "aria-label": `${album[name]}. Edit`, onclick: () => edit(name) }, el("span", {}, album[name]), icon("edit"));

const draftKey = (name) => `draft:${uid}:${name}`;

function edit(name) {
    for (const open of place.querySelectorAll("form.in-place")) if (open.dataset.name !== name) open.requestSubmit();
    const names = TOGETHER[name] ?? [name];
    const notice = el("p", { class: "fault", role: "alert" });
    const inputs = names.map((each) => input(each));
    const form = el("form", { class: "in-place", novalidate: true, dataset: { name } }, inputs, notice,
        el("div", { class: "row" },
            el("button", { type: "submit", class: "button small" }, "Save"),
            el("button", { type: "button", class: "button small bare", onclick: () => close(name) }, "Cancel")));
    form.addEventListener("keydown", (event) => {
        if (event.key === "Escape") close(name);
        if (event.key === "Enter" && event.target.tagName === "TEXTAREA" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    form.addEventListener("input", () => sessionStorage.setItem(draftKey(name), form.elements[name].value));
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        const patch = Object.fromEntries(names.map((each) => [each, valueOf(each, form.elements[each].value)]));
        if (name === "price") Object.assign(patch, { price_at: patch.price === null ? null : new Date().toISOString().slice(0, 10), price_source: patch.price === null ? null : "By hand" });
        try {
            await save(patch);
            close(name);
            announce("Saved");
        } catch (error) {
            const { text: words, fields } = inWords(error);
            notice.textContent = names.map((each) => fields[each] && `${FIELDS[each].label} ${fields[each]}.`).filter(Boolean).join(" ") || words;
            form.elements[name].setAttribute("aria-invalid", "true");
            form.elements[name].focus();
        }
    });
    const spot = place.querySelector(`[data-fact="${name}"]`);
    (spot.querySelector("dd") ?? spot).replaceChildren(form);
    form.elements[name].focus();
    form.elements[name].select?.();
}

function input(name) {
    const options = name === "crate" ? [["", "In no crate"], ...collection.crates().map((crate) => [crate.uid, crate.name])] : FIELDS[name].input?.options;
    const kept = sessionStorage.getItem(draftKey(name));
    const now = name.endsWith("_currency") ? album[name] ?? usualCurrency() : typed(name, album[name]);
    const node = field({ name, label: FIELDS[name].label, ...FIELDS[name].input, options, value: kept ?? now });
    if (!name.endsWith("_currency")) node.querySelector("label").classList.add("unseen");
    return node;
}

const usualCurrency = () => collection.stats().value[0]?.currency || collection.stats().spent[0]?.currency || "EUR";

function close(name) {
    sessionStorage.removeItem(draftKey(name));
    place.querySelector("form.in-place")?.remove();
    draw();
    place.querySelector(`[data-fact="${name}"] button`)?.focus();
}

async function save(patch) {
    album = await collection.edit(uid, patch);
    if (!place.querySelector("form.in-place")) steady(place, draw);
}

async function gotIt() {
    await save({ wanted: null });
    toast(`${album.album} is on your shelf.`, { label: "Undo", run: () => save({ wanted: true }) });
}

async function remove() {
    if (album.deleted_at) {
        await collection.restore(uid);
        return toast("Back on the shelf.");
    }
    await collection.remove(uid);
    toast(`${album.album} is in the trash.`, { label: "Undo", run: () => collection.restore(uid) });
}

function chooseCover() {
    const about = field({ name: "cover", ...FIELDS.cover, ...FIELDS.cover.input, value: album.cover, hint: "Of a picture on the web. Without one, a sleeve is drawn." });
    const form = el("form", { id: "cover-form", class: "stack", novalidate: true }, about);
    const button = el("button", { type: "submit", class: "button", form: "cover-form" }, "Save");
    const dialog = openDialog({ title: "Cover", body: [form], foot: [album.cover && el("button", { type: "button", class: "button quiet", onclick: () => save({ cover: null }).then(() => dialog.close()) }, "Use the drawn sleeve"), button].filter(Boolean) });
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        try {
            await save({ cover: form.elements.cover.value.trim() || null });
            dialog.close();
        } catch (error) {
            about.querySelector(".fault").textContent = inWords(error).fields.cover ?? inWords(error).text;
        }
    });
}

// Discogs

async function fetchRelease() {
    if (!album.discogs_id) return;
    try {
        const release = await discogs.release(album.discogs_id);
        drawTracks(release.tracklist);
    } catch {
        // Offline, or not reachable: the page is whole without it.
    }
}

/** Records that came from a list know no pressing: choosing one fills in what is missing, and changes nothing else. */
function findPressing() {
    const body = el("div", { class: "stack" }, el("p", { class: "soft", role: "status" }, "Looking at Discogs …"));
    const dialog = openDialog({ title: "Find this pressing", className: "add", body: [body] });
    const stopping = new AbortController();
    dialog.addEventListener("close", () => stopping.abort());
    const choose = async (fields) => {
        const missing = missingIn(album, fields);
        await save(missing);
        dialog.close();
        toast("Filled in what was missing.");
        fetchRelease();
    };
    const question = album.barcode && discogs.isBarcode(album.barcode) ? { barcode: discogs.normaliseBarcode(album.barcode) } : album.catno ? { catno: album.catno } : { q: `${album.artist} ${album.album}` };
    discogs.search(question, { signal: stopping.signal })
        .then(async (found) => (found.items.length || question.q ? found : discogs.search({ q: `${album.artist} ${album.album}` }, { signal: stopping.signal })))
        .then(({ items }) => replace(body, items.length ? pressings(items, choose) : el("p", {}, "Discogs does not know it by this name. Check artist and album, or add its barcode or catalogue number first.")))
        .catch((error) => stopping.signal.aborted || replace(body, el("p", {}, inWords(error).text)));
}

/** Side A and side B, as the positions tell. */
function drawTracks(tracks) {
    const real = tracks.filter(({ heading }) => !heading);
    if (!real.length) return;
    const sides = new Map();
    for (const track of real) {
        const side = /^([A-Z])/.exec(track.position ?? "")?.[1] ?? "";
        sides.set(side, [...(sides.get(side) ?? []), track]);
    }
    parts.tracks.hidden = false;
    replace(parts.tracks, el("h2", { id: "tracks-title", class: "unseen" }, "Tracks"),
        el("div", { class: "sides" }, [...sides].map(([side, list]) => el("div", {}, el("h3", {}, side ? `Side ${side}` : "Tracks"),
            el("ol", { class: "tracks" }, list.map(({ position, title, duration }) => el("li", {}, el("span", { class: "stamp soft" }, position), el("span", {}, title), el("span", { class: "soft numbers" }, duration))))))),
        attribution(album.discogs_id));
}

function drawPrice() {
    const dated = album.price !== undefined && el("p", { class: "fine soft" }, [album.price_source, album.price_at && day(album.price_at)].filter(Boolean).join(", "));
    replace(parts.price, el("h2", { id: "price-title" }, "What it is worth"),
        el("div", { class: "big-value", dataset: { fact: "price" } }, value("price")), dated,
        album.discogs_id && el("button", { type: "button", class: "button small quiet", onclick: (event) => askPrice(event.currentTarget) }, icon("search"), "Ask Discogs"),
        el("div", { class: "price-answer", role: "status" }),
        /discogs/i.test(album.price_source ?? "") && attribution(album.discogs_id));
}

async function askPrice(button) {
    const answer = parts.price.querySelector(".price-answer");
    await busy(button, "Asking …", async () => {
        try {
            const found = await discogs.price(album.discogs_id, { currency: album.price_currency ?? usualCurrency() });
            const offer = suggested(found) ?? found.price;
            if (!offer) return replace(answer, el("p", { class: "fine" }, WITHOUT_PRICE[found.status]));
            await save({ price: offer.value, price_currency: offer.currency, price_at: offer.at, price_source: offer.source });
            toast(`Worth ${money(offer.value, offer.currency)} today.`);
        } catch (error) {
            replace(answer, el("p", { class: "fine" }, error.status === 404 ? "Discogs has no price for this pressing." : inWords(error).text));
        }
    });
}

/** What Discogs suggests for the grade of this copy, where it does. */
const suggested = ({ suggestions }) => suggestions?.grades?.[album.media_condition];

const WITHOUT_PRICE = {
    none_for_sale: "None is for sale at Discogs now, so there is no price.",
    blocked: "Discogs does not allow this release to be sold, so there is no price.",
};

// Around it

function drawOthers() {
    const others = collection.query({ filters: { artist: album.artist } }).filter((other) => other.uid !== uid);
    parts.others.hidden = !others.length;
    replace(parts.others, el("div", { class: "section-head" }, el("h2", { id: "others-title" }, `More by ${album.artist}`), others.length > MORE && el("a", { href: `/mycollection.html?q=${encodeURIComponent(album.artist)}` }, `All ${others.length + 1}`)),
        el("ul", { class: "crate-row" }, others.slice(0, MORE).map((other) => el("li", {}, recordCard(other)))));
}

function drawHistory() {
    const body = el("div", { class: "stack" });
    const details = el("details", {}, el("summary", {}, "History of this record"), body);
    details.addEventListener("toggle", () => details.open && fetchHistory(body));
    replace(parts.history, el("h2", { id: "history-title", class: "unseen" }, "History"), details);
}

function showHistory() {
    parts.history.querySelector("details").open = true;
    parts.history.scrollIntoView();
    parts.history.querySelector("summary").focus();
}

const KINDS = { create: "Added", put: "Changed", replace: "Changed", delete: "Removed", restore: "Put back" };

async function fetchHistory(body) {
    replace(body, el("p", { class: "soft" }, "Looking it up …"));
    try {
        const { items, lost } = await collection.history(uid);
        replace(body,
            lost.length && el("div", { class: "stack" }, el("h3", {}, "Put aside"), el("p", { class: "soft" }, "Two devices set these to different values. They are kept, and can be brought back."),
                el("ul", { class: "ledger" }, lost.map((entry) => lostValue(entry, body)))),
            el("ol", { class: "ledger" }, items.map(({ kind, fields, edited_at: at, status }) => el("li", {},
                el("p", {}, el("strong", {}, KINDS[kind] ?? kind), " ", el("time", { datetime: at, class: "soft fine", title: moment(at) }, ago(at)), status === "merged" && el("span", { class: "soft fine" }, " · joined with another change")),
                el("p", { class: "fine soft" }, Object.entries(fields ?? {}).filter(([name]) => name in FIELDS).map(([name, set]) => `${FIELDS[name].label}: ${set === null ? "removed" : readable(set)}`).join(" · "))))));
    } catch (error) {
        replace(body, el("p", { class: "soft" }, inWords(error).text.replace(/ What you changed.*/, " The history is kept in your vault; look again when you are back.")));
    }
}

const readable = (set) => {
    const said = typeof set === "object" ? JSON.stringify(set) : String(set);
    return said.length > 120 ? `${said.slice(0, 119)}…` : said;
};

function lostValue({ id, field: name, value: set, edited_at: at }, body) {
    const bringBack = (event) => busy(event.currentTarget, "Bringing it back …", async () => {
        try {
            await collection.restoreValue(uid, id);
            album = collection.get(uid);
            draw();
            await fetchHistory(body);
            toast("Brought back.");
        } catch (error) {
            toast(inWords(error).text);
        }
    });
    return el("li", { class: "row" }, el("p", {}, `${FIELDS[name]?.label ?? name}: `, el("strong", {}, readable(set)), " ", el("span", { class: "soft fine" }, ago(at))),
        el("button", { type: "button", class: "button small quiet push", onclick: bringBack }, icon("history"), "Bring it back"));
}
