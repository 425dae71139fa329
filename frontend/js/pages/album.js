// One record: its sleeve, what is known of it, its tracks and price, your copy of it, and what became of it. Every value is edited
// where it stands.

import * as collection from "../models/collection.js";
import { inWords } from "../models/errors.js";
import "../../components/vinyl-record.js";
import { recordCard } from "../../components/record-card.js";
import { openDialog } from "../../components/dialog.js";
import { announce, toast } from "../../components/notices.js";
import { sleeve } from "../../components/sleeve.js";
import { FIELDS } from "../ui/album-fields.js";
import { drawPrice, fetchRelease, findPressing } from "./album/release.js";
import { drawHistory, showHistory } from "./album/history.js";
import { place, present, redraw, save, uid } from "./album/current-album.js";
import { fact, inline, value } from "./album/facts.js";
import { el, icon, replace } from "../ui/dom.js";
import { field } from "../ui/form.js";
import { counted, day } from "../ui/format.js";
import { page } from "./open-page.js";

const GROUPS = [
    ["The pressing", ["year", "label", "catno", "format", "country", "genre", "style", "barcode"]],
    [
        "Your copy",
        ["media_condition", "sleeve_condition", "quantity", "crate", "tags", "purchase_price", "purchased_at"],
    ],
];
const MORE = 8;
const LONG_TITLE = 60;

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
    present.album = collection.get(uid);
    if (!present.album) return missing();
    present.draw = draw;
    replace(
        place,
        parts.notices,
        parts.gatefold,
        el(
            "div",
            { class: "album-columns" },
            el("div", { class: "stack wide-gap" }, parts.tracks, parts.facts),
            el("div", { class: "stack" }, parts.notes, parts.price),
        ),
        parts.others,
        parts.history,
    );
    draw();
    drawHistory(parts.history);
    fetchRelease(parts.tracks);
    collection.subscribe(({ uids }) => {
        if (uids && !uids.includes(uid)) return;
        present.album = collection.get(uid) ?? present.album;
        redraw();
    });
    if (location.hash === "#history") parts.history.querySelector("details").open = true;
});

function missing() {
    document.title = "Not found · Vinyl Vault";
    replace(
        place,
        el(
            "section",
            { class: "empty" },
            el("vinyl-record", { artist: "Nothing", album: "on this side" }),
            el("h1", {}, "This record is not on your shelf."),
            el("p", { class: "soft" }, "It may have been removed on another device, or belong to somebody else."),
            el("a", { class: "button", href: "/mycollection.html" }, "To your records"),
        ),
    );
}

function draw() {
    const { album } = present;
    document.title = `${album.album} · ${album.artist} · Vinyl Vault`;
    drawGatefold();
    drawNotices();
    replace(
        parts.facts,
        GROUPS.map(([title, names]) =>
            el("section", { class: "panel" }, el("h2", {}, title), el("dl", { class: "facts-list" }, names.map(fact))),
        ),
    );
    replace(
        parts.notes,
        el("h2", { id: "notes-title" }, "Notes"),
        el("div", { dataset: { fact: "notes" } }, value("notes")),
    );
    drawPrice(parts.price);
    drawOthers();
}

function drawGatefold() {
    const { artist, album: title, cover } = present.album;
    const { album } = present;
    const drawn = JSON.stringify([artist, title, cover]);
    if (parts.drawn !== drawn) {
        parts.drawn = drawn;
        parts.cover = el(
            "div",
            { class: "pulled" },
            sleeve(album, { eager: true, label: cover ? `Cover of ${title}` : `Drawn sleeve of ${title}` }),
            el("vinyl-record", { artist, album: title }),
        );
        parts.cover.addEventListener("pointerenter", () => parts.cover.lastChild.setAttribute("spinning", ""));
        parts.cover.addEventListener("pointerleave", () => parts.cover.lastChild.removeAttribute("spinning"));
    }
    replace(
        parts.gatefold,
        parts.cover,
        el(
            "div",
            { class: "titles" },
            el("p", { class: "overline" }, [album.year, album.label].filter(Boolean).join(" · ") || "Liner notes"),
            el(
                "h1",
                { class: title.length > LONG_TITLE ? "long" : undefined, dataset: { fact: "album" } },
                inline("album", "button-title"),
            ),
            el("p", { class: "by", dataset: { fact: "artist" } }, inline("artist", "button-artist")),
            stars(),
            el(
                "div",
                { class: "row" },
                album.genre &&
                    el(
                        "ul",
                        { class: "chips" },
                        album.genre
                            .split(",")
                            .map((name) => name.trim())
                            .filter(Boolean)
                            .map((name) =>
                                el(
                                    "li",
                                    {},
                                    el(
                                        "a",
                                        { class: "chip", href: `/genre.html?name=${encodeURIComponent(name)}` },
                                        name,
                                    ),
                                ),
                            ),
                    ),
            ),
            el(
                "div",
                { class: "row" },
                !album.discogs_id &&
                    el(
                        "button",
                        { type: "button", class: "button small quiet", onclick: () => findPressing(parts.tracks) },
                        icon("search"),
                        "Find at Discogs",
                    ),
                el(
                    "button",
                    { type: "button", class: "button small quiet", onclick: chooseCover },
                    icon("camera"),
                    cover ? "Change the cover" : "Add a cover",
                ),
                el(
                    "button",
                    { type: "button", class: "button small quiet", onclick: remove },
                    icon("trash"),
                    album.deleted_at ? "Put back" : "Remove",
                ),
            ),
        ),
    );
}

function stars() {
    const now = present.album.rating ?? 0;
    const set = async (rating) => {
        await save({ rating: rating === now ? null : rating });
        announce(present.album.rating ? counted(present.album.rating, "star") : "Not rated");
    };
    return el(
        "div",
        { class: "star-row", role: "group", "aria-label": now ? `Rating: ${counted(now, "star")}` : "Not rated yet" },
        [1, 2, 3, 4, 5].map((rating) =>
            el(
                "button",
                {
                    type: "button",
                    class: rating <= now ? "star full" : "star",
                    dataset: { stars: rating },
                    "aria-pressed": String(rating === now),
                    "aria-label": counted(rating, "star"),
                    onclick: () => set(rating),
                },
                icon("star"),
            ),
        ),
    );
}

function drawNotices() {
    const { album } = present;
    const state = collection.stateOf(uid);
    const faults = collection.errorsOf(uid);
    const cards = [];
    if (album.wanted)
        cards.push(
            el(
                "div",
                { class: "notice own" },
                icon("search"),
                el("p", {}, "You are looking for this one."),
                el(
                    "div",
                    {},
                    el("button", { type: "button", class: "button small", onclick: gotIt }, icon("check"), "Got it"),
                ),
            ),
        );
    if (album.deleted_at)
        cards.push(
            el(
                "div",
                { class: "notice" },
                icon("trash"),
                el("p", {}, `In the trash since ${day(album.deleted_at)}.`),
                el("div", {}, el("button", { type: "button", class: "button small", onclick: remove }, "Put it back")),
            ),
        );
    if (faults.length) {
        cards.push(
            el(
                "div",
                { class: "notice bad", role: "alert" },
                icon("warning"),
                el(
                    "p",
                    {},
                    "Your vault did not take the last change of this record. Mend what is marked, or give the change up.",
                ),
                el(
                    "ul",
                    {},
                    faults.map(({ field: name, message }) =>
                        el("li", {}, `${FIELDS[name.split(".").at(-1)]?.label ?? name}: ${message}`),
                    ),
                ),
                el(
                    "div",
                    {},
                    el(
                        "button",
                        { type: "button", class: "button small quiet", onclick: () => collection.discard(uid) },
                        "Give the change up",
                    ),
                ),
            ),
        );
    } else if (state === "conflict") {
        cards.push(
            el(
                "div",
                { class: "notice own", role: "status" },
                icon("history"),
                el(
                    "p",
                    {},
                    "This record was changed on two devices. The later change is shown; the other is kept in the history.",
                ),
                el(
                    "div",
                    { class: "row" },
                    el(
                        "button",
                        { type: "button", class: "button small", onclick: () => showHistory(parts.history) },
                        "Look at the history",
                    ),
                    el(
                        "button",
                        { type: "button", class: "button small bare", onclick: () => collection.acknowledge(uid) },
                        "It is fine",
                    ),
                ),
            ),
        );
    } else if (state === "waiting")
        cards.push(
            el(
                "p",
                { class: "soft fine row", role: "status" },
                icon("waiting"),
                "Saved on this device; goes to your vault by itself.",
            ),
        );
    replace(parts.notices, cards);
}

async function gotIt() {
    await save({ wanted: null });
    toast(`${present.album.album} is on your shelf.`, { label: "Undo", run: () => save({ wanted: true }) });
}

async function remove() {
    const { album } = present;
    if (album.deleted_at) {
        await collection.restore(uid);
        return toast("Back on the shelf.");
    }
    await collection.remove(uid);
    toast(`${album.album} is in the trash.`, { label: "Undo", run: () => collection.restore(uid) });
}

function chooseCover() {
    const { album } = present;
    const about = field({
        name: "cover",
        ...FIELDS.cover,
        ...FIELDS.cover.input,
        value: album.cover,
        hint: "Of a picture on the web. Without one, a sleeve is drawn.",
    });
    const form = el("form", { id: "cover-form", class: "stack", novalidate: true }, about);
    const button = el("button", { type: "submit", class: "button", form: "cover-form" }, "Save");
    const dialog = openDialog({
        title: "Cover",
        body: [form],
        foot: [
            album.cover &&
                el(
                    "button",
                    {
                        type: "button",
                        class: "button quiet",
                        onclick: () => save({ cover: null }).then(() => dialog.close()),
                    },
                    "Use the drawn sleeve",
                ),
            button,
        ].filter(Boolean),
    });
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

function drawOthers() {
    const { album } = present;
    const others = collection.query({ filters: { artist: album.artist } }).filter((other) => other.uid !== uid);
    parts.others.hidden = !others.length;
    replace(
        parts.others,
        el(
            "div",
            { class: "section-head" },
            el("h2", { id: "others-title" }, `More by ${album.artist}`),
            others.length > MORE &&
                el(
                    "a",
                    { href: `/mycollection.html?q=${encodeURIComponent(album.artist)}` },
                    `All ${others.length + 1}`,
                ),
        ),
        el(
            "ul",
            { class: "crate-row" },
            others.slice(0, MORE).map((other) => el("li", {}, recordCard(other))),
        ),
    );
}
