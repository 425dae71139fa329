/**
 * One record: its sleeve, its fields, its tracks and price, and its history. Every value is edited where it is shown.
 */

import { makeRecordCard } from "../../components/record-card.js";
import "../../components/vinyl-record.js";
import * as collection from "../models/collection.js";
import { el, replace } from "../ui/dom.js";
import { shelfLink } from "../ui/links.js";
import { current, openAlbum, place, uid } from "./album/current-album.js";
import { makeFact, makeValue } from "./album/facts.js";
import { Gatefold } from "./album/gatefold.js";
import { drawHistory } from "./album/history.js";
import { makeNotices } from "./album/album-notices.js";
import { drawPrice } from "./album/price.js";
import { showTracks } from "./album/tracks.js";
import { openPage } from "./open-page.js";

/** @type {[string, string[]][]} */
const GROUPS = [
    ["The pressing", ["year", "label", "catno", "format", "country", "genre", "style", "barcode"]],
    [
        "Your copy",
        ["media_condition", "sleeve_condition", "quantity", "crate", "tags", "purchase_price", "purchased_at"],
    ],
];
const OTHERS_SHOWN = 8;

const notices = el("div", { class: "stack" });
const facts = el("div", { class: "facts" });
const notes = el("section", { class: "panel", "aria-labelledby": "notes-title" });
const tracks = el("section", { "aria-labelledby": "tracks-title", hidden: true });
const price = el("section", { class: "panel", "aria-labelledby": "price-title" });
const others = el("section", { "aria-labelledby": "others-title", hidden: true });
const history = el("section", { id: "history", "aria-labelledby": "history-title" });
const gatefold = new Gatefold(tracks);

openPage(() => {
    if (!openAlbum(draw)) return drawMissing();
    const columns = el(
        "div",
        { class: "album-columns" },
        el("div", { class: "stack wide-gap" }, tracks, facts),
        el("div", { class: "stack" }, notes, price),
    );
    replace(place, notices, gatefold.node, columns, others, history);
    draw();
    drawHistory(history, location.hash === "#history");
    showTracks(tracks);
    return undefined;
});

function drawMissing() {
    document.title = "Not found · Vinyl Vault";
    replace(
        place,
        el(
            "section",
            { class: "empty" },
            el("vinyl-record", { artist: "Nothing", album: "on this side" }),
            el("h1", {}, "This record is not on your shelf."),
            el("p", { class: "soft" }, "It may have been removed on another device, or it belongs to another user."),
            el("a", { class: "button", href: shelfLink() }, "To your records"),
        ),
    );
}

function draw() {
    const album = current();
    document.title = `${album.album} · ${album.artist} · Vinyl Vault`;
    gatefold.draw();
    replace(notices, makeNotices(history));
    replace(facts, GROUPS.map(makeGroup));
    replace(
        notes,
        el("h2", { id: "notes-title" }, "Notes"),
        el("div", { dataset: { fact: "notes" } }, makeValue("notes")),
    );
    drawPrice(price);
    drawOthers();
}

/** @param {[string, string[]]} group */
const makeGroup = ([title, names]) =>
    el("section", { class: "panel" }, el("h2", {}, title), el("dl", { class: "facts-list" }, names.map(makeFact)));

function drawOthers() {
    const { artist } = current();
    const albums = collection.query({ filters: { artist } }).filter((other) => other.uid !== uid);
    others.hidden = !albums.length;
    const all = el("a", { href: shelfLink({ q: artist }) }, `All ${albums.length + 1}`);
    const cards = albums.slice(0, OTHERS_SHOWN).map((other) => el("li", {}, makeRecordCard(other)));
    replace(
        others,
        el(
            "div",
            { class: "section-head" },
            el("h2", { id: "others-title" }, `More by ${artist}`),
            albums.length > OTHERS_SHOWN && all,
        ),
        el("ul", { class: "crate-row" }, cards),
    );
}
