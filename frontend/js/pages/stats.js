/** The collection in numbers, computed from the records on this device, so that it works offline. */

import * as collection from "../models/collection.js";
import "../../components/vinyl-record.js";
import { makeAttribution } from "../../components/attribution.js";
import { openAddDialog } from "../../components/load-on-demand.js";
import { makeSleeve } from "../../components/sleeve.js";
import { LONGEST_LIST } from "../models/collection-stats.js";
import { button, el, find, redrawKeepingFocus, replace } from "../ui/dom.js";
import { makeFigureList } from "../ui/figures.js";
import { formatCount, formatDay, formatMoney, formatNumber } from "../ui/format.js";
import { icon } from "../ui/icons.js";
import { albumLink } from "../ui/links.js";
import { openPage } from "./open-page.js";
import { makeCountChart, makeDecadeChart, makeGrowthChart, makeValueChart } from "./stats/stats-charts.js";

/** @typedef {ReturnType<typeof collection.stats>} Stats */
/** @typedef {import("../models/fields.js").Album} Album */

/** Changes in quick succession are drawn together. */
const DRAW_DELAY_MS = 300;
const DEAREST_SHOWN = 5;

openPage(() => {
    const place = find("#stats");
    const draw = () => drawStats(place);
    draw();
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    let timer;
    collection.subscribe(() => {
        clearTimeout(timer);
        timer = setTimeout(() => redrawKeepingFocus(place, draw), DRAW_DELAY_MS);
    });
});

/** @param {HTMLElement} place */
function drawStats(place) {
    const stats = collection.stats();
    if (!stats.total) return drawEmpty(place);
    const charts = [
        makeCountChart("Genres", stats.by_genre, "genre", stats.copies),
        makeDecadeChart(stats),
        makeGrowthChart(stats.growth),
        makeCountChart("Labels", stats.by_label, "label", stats.copies),
        makeValueChart(stats),
        makeCountChart("Artists", stats.by_artist, "artist", stats.copies),
        makeCountChart("Formats", stats.by_format, "format", stats.copies),
        makeCountChart("Countries", stats.by_country, "country", stats.copies),
    ];
    replace(
        place,
        el("h1", {}, "In numbers"),
        makeFigures(stats),
        el("div", { class: "charts" }, charts),
        makeDearest(),
        makeAttribution(),
    );
}

/** @param {HTMLElement} place */
function drawEmpty(place) {
    replace(
        place,
        el("h1", {}, "In numbers"),
        el(
            "section",
            { class: "empty" },
            el("vinyl-record", { artist: "Zero", album: "so far" }),
            el(
                "p",
                { class: "soft" },
                "Add a record to see the first numbers: genres, decades, labels, and the worth of your collection.",
            ),
            button({ class: "button", onclick: () => openAddDialog() }, icon("plus"), "Add a record"),
        ),
    );
}

/** @param {Stats} stats */
function makeFigures({ total, copies, value, spent, by_artist: artists, by_genre: genres }) {
    const artistCount = artists.length >= LONGEST_LIST ? `${LONGEST_LIST}+` : formatNumber(artists.length);
    /** @type {import("../ui/figures.js").Figure[]} */
    const figures = [
        [formatNumber(total), "records", copies > total && `${formatNumber(copies)} copies`],
        [artistCount, "artists"],
        [formatNumber(genres.length), "genres"],
    ];
    for (const sum of value.slice(0, 2)) {
        const note = `${formatCount(sum.albums, "record")} priced`;
        figures.push([formatMoney(sum.total, sum.currency, 0), "worth", note]);
    }
    for (const sum of spent.slice(0, 1)) {
        const note = `for ${formatCount(sum.albums, "record")}`;
        figures.push([formatMoney(sum.total, sum.currency, 0), "paid", note]);
    }
    return makeFigureList(figures);
}

function makeDearest() {
    const priced = collection.query({ sort: "-price" }).filter(({ price = 0 }) => price > 0);
    if (!priced.length) return null;
    return el(
        "section",
        { "aria-labelledby": "dearest-title" },
        el("h2", { id: "dearest-title" }, "The most valuable"),
        el(
            "ol",
            { class: "dearest" },
            priced.slice(0, DEAREST_SHOWN).map((album) => el("li", {}, makeDearestLink(album))),
        ),
    );
}

/** @param {Album} album */
function makeDearestLink(album) {
    const source = [album.price_source, album.price_at && formatDay(album.price_at)].filter(Boolean).join(", ");
    return el(
        "a",
        { href: albumLink(album.uid) },
        makeSleeve(album, { isPlain: true }),
        el("span", { class: "words" }, el("strong", {}, album.album), el("span", {}, album.artist)),
        el("span", { class: "figure small" }, formatMoney(album.price ?? 0, album.price_currency)),
        el("span", { class: "fine soft" }, source),
    );
}
