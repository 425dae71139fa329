/** What users see: a record for tonight, the latest records, the worth of the collection, and the genres. */

import * as app from "../../models/app.js";
import * as collection from "../../models/collection.js";
import "../../../components/vinyl-record.js";
import { openAddDialog } from "../../../components/load-on-demand.js";
import { makeRecordCard } from "../../../components/record-card.js";
import { makeSleeve } from "../../../components/sleeve.js";
import { summarise } from "../../ui/album-fields.js";
import { button, el, find, redrawKeepingFocus, replace } from "../../ui/dom.js";
import { makeFigureList } from "../../ui/figures.js";
import { formatCount, formatMoney, formatNumber } from "../../ui/format.js";
import { icon } from "../../ui/icons.js";
import { albumLink, genreLink, shelfLink } from "../../ui/links.js";
import { chooseTonight, greet } from "./tonight.js";

/** @typedef {import("../../models/fields.js").Album} Album */

const LATEST_SHOWN = 12;
/** Of these the covers are loaded at once; the others are not visible yet. */
const EAGER_COVERS = 4;
const GENRES_SHOWN = 8;

/** @param {import("../../models/auth.js").User} user */
export function drawHome(user) {
    document.title = "Home · Vinyl Vault";
    const place = find("#home");
    const hello = el("header", { class: "hello" });
    const rest = el("div", { class: "stack wide-gap" });
    const turntable = new Turntable();
    const draw = () => {
        const albums = collection.all();
        const text = albums.length ? `${formatCount(albums.length, "record")} on your shelf.` : "Your shelf is empty.";
        const name = user.name ? `, ${user.name}` : "";
        replace(hello, el("h1", {}, `${greet(new Date())}${name}.`), el("p", { class: "soft" }, text));
        if (!albums.length) return replace(place, hello, makeFirstSteps());
        turntable.draw();
        replace(rest, makeLatest(albums), makeFigures(), makeGenres());
        if (!turntable.node.isConnected) replace(place, hello, turntable.node, rest);
    };
    draw();
    collection.subscribe(() => redrawKeepingFocus(place, draw));
    app.on("install", (install) => offerInstall(place, install));
}

/** The record for tonight. "Another one" chooses the next. */
class Turntable {
    node = el("section", { class: "tonight", "aria-labelledby": "tonight-title" });
    /** How often "Another one" was pressed. */
    #turn = 0;
    /** @type {Album|undefined} */
    #album;
    #reason = "";

    draw() {
        const choice = chooseTonight(collection.all(), new Date(), this.#turn);
        if (!choice) return;
        const { album, reason } = choice;
        if (album === this.#album && reason === this.#reason) return;
        this.#album = album;
        this.#reason = reason;
        const another = () => {
            this.#turn += 1;
            this.draw();
            find("#another", this.node).focus();
        };
        replace(this.node, makePicture(album), makeWords(album, reason, another));
    }
}

/** @param {Album} album */
const makePicture = (album) =>
    el(
        "a",
        { class: "pulled", href: albumLink(album.uid), tabindex: "-1", "aria-hidden": "true" },
        makeSleeve(album, { isEager: true }),
        el("vinyl-record", { spinning: true, artist: album.artist, album: album.album }),
    );

/** @param {Album} album @param {string} reason @param {() => void} another */
const makeWords = (album, reason, another) =>
    el(
        "div",
        { class: "stack" },
        el("h2", { class: "overline", id: "tonight-title" }, "Tonight on the turntable"),
        el(
            "div",
            { "aria-live": "polite", class: "stack tight" },
            el("p", { class: "tonight-album" }, el("a", { href: albumLink(album.uid) }, album.album)),
            el("p", { class: "tonight-artist" }, album.artist),
            el("p", { class: "soft" }, summarise(album)),
            el("p", { class: "liner" }, reason),
        ),
        el(
            "div",
            { class: "row" },
            el("a", { class: "button", href: albumLink(album.uid) }, icon("play"), "Open it"),
            button({ class: "button quiet", id: "another", onclick: another }, icon("dice"), "Another one"),
        ),
    );

/** @param {string} id @param {string} title @param {string} href @param {string|false} more */
const makeHeading = (id, title, href, more) =>
    el("div", { class: "section-head" }, el("h2", { id }, title), more && el("a", { href }, more));

/** @param {Album[]} albums */
function makeLatest(albums) {
    const latest = collection.query({ sort: "-added" }).slice(0, LATEST_SHOWN);
    const more = albums.length > LATEST_SHOWN && `All ${formatNumber(albums.length)}`;
    const cards = latest.map((album, index) => makeRecordCard(album, { isEager: index < EAGER_COVERS }));
    return el(
        "section",
        { "aria-labelledby": "latest-title" },
        makeHeading("latest-title", "New on the shelf", shelfLink({ sort: "-added" }), more),
        el(
            "ul",
            { class: "crate-row" },
            cards.map((card) => el("li", {}, card)),
        ),
    );
}

function makeFigures() {
    const { value, spent, copies, total } = collection.stats();
    /** @type {import("../../ui/figures.js").Figure[]} */
    const figures = [
        [formatNumber(total), total === 1 ? "record" : "records", copies > total && `${formatNumber(copies)} copies`],
    ];
    for (const sum of value.slice(0, 2)) {
        const note = `of ${formatCount(sum.albums, "priced record")}`;
        figures.push([formatMoney(sum.total, sum.currency, 0), "worth", note]);
    }
    for (const sum of spent.slice(0, 1)) {
        const note = `for ${formatCount(sum.albums, "record")}`;
        figures.push([formatMoney(sum.total, sum.currency, 0), "paid", note]);
    }
    return el(
        "section",
        { "aria-labelledby": "worth-title" },
        makeHeading("worth-title", "In numbers", "/stats.html", "All numbers"),
        makeFigureList(figures),
    );
}

function makeGenres() {
    const genres = collection.facets({ only: ["genre"] }).genre;
    if (!genres.length) return null;
    /** @param {import("../../models/album-index.js").FacetValue} genre */
    const link = ({ value, count }) =>
        el(
            "a",
            { class: "chip large", href: genreLink(String(value)) },
            value,
            el("span", { class: "soft" }, ` ${formatNumber(count)}`),
        );
    return el(
        "section",
        { "aria-labelledby": "genres-title" },
        makeHeading("genres-title", "Browse by genre", "/genre.html", "All genres"),
        el(
            "ul",
            { class: "chips" },
            genres.slice(0, GENRES_SHOWN).map((genre) => el("li", {}, link(genre))),
        ),
    );
}

function makeFirstSteps() {
    return el(
        "section",
        { class: "empty" },
        el("vinyl-record", { spinning: true, artist: "Put the needle", album: "on the record" }),
        el("h2", {}, "What was the last record you played?"),
        el(
            "p",
            { class: "soft" },
            "Start with that one. Type artist and album, scan the barcode, ",
            "or import all your records from Discogs or a spreadsheet.",
        ),
        el(
            "div",
            { class: "row" },
            button({ class: "button", onclick: () => openAddDialog() }, icon("plus"), "Add your first record"),
            el("a", { class: "button quiet", href: "/settings.html#import" }, "Import a list"),
        ),
    );
}

/** @param {HTMLElement} place @param {() => Promise<boolean>} install */
function offerInstall(place, install) {
    if (localStorage.getItem("install-declined") || place.querySelector(".install")) return;
    const accept = async () => (await install()) && card.remove();
    const decline = () => {
        localStorage.setItem("install-declined", "yes");
        card.remove();
    };
    /** @type {HTMLElement} */
    const card = el(
        "aside",
        { class: "notice install", "aria-label": "Install" },
        icon("download"),
        el(
            "p",
            {},
            el("strong", {}, "Take it to the record shop. "),
            "Once installed, Vinyl Vault opens from your home screen and works without a signal.",
        ),
        el(
            "div",
            { class: "row" },
            button({ class: "button small", onclick: accept }, "Install"),
            button({ class: "button small bare", onclick: decline }, "Not now"),
        ),
    );
    place.append(card);
}
