// The collection in numbers: counted from what is on this device, so it works without a signal.

import * as collection from "../models/collection.js";
import "../../components/vinyl-record.js";
import { bars, chart, columns, growth } from "../../components/charts.js";
import { openAdd } from "../../components/load-on-demand.js";
import { albumHref } from "../../components/record-card.js";
import { sleeve } from "../../components/sleeve.js";
import { attribution } from "../../components/attribution.js";
import { el, icon, replace, steady } from "../ui/dom.js";
import { counted, day, money, month, number } from "../ui/format.js";
import { page } from "./open-page.js";

const SHOWN = 10;
const place = document.querySelector("#stats");

page(() => {
    draw();
    let later;
    collection.subscribe(() => {
        clearTimeout(later);
        later = setTimeout(() => steady(place, draw), 300);
    });
});

function draw() {
    const stats = collection.stats();
    if (!stats.total) {
        return replace(
            place,
            el("h1", {}, "In numbers"),
            el(
                "section",
                { class: "empty" },
                el("vinyl-record", { artist: "Zero", album: "so far" }),
                el(
                    "p",
                    { class: "soft" },
                    "With your first records come the first numbers: genres, decades, labels, and what it is all worth.",
                ),
                el(
                    "button",
                    { type: "button", class: "button", onclick: () => openAdd() },
                    icon("plus"),
                    "Add a record",
                ),
            ),
        );
    }
    replace(
        place,
        el("h1", {}, "In numbers"),
        figures(stats),
        el(
            "div",
            { class: "charts" },
            tally("Genres", stats.by_genre, "genre"),
            decades(stats),
            growing(stats),
            tally("Labels", stats.by_label, "label"),
            values(stats),
            tally("Artists", stats.by_artist, "artist"),
            tally("Formats", stats.by_format, "format"),
            tally("Countries", stats.by_country, "country"),
        ),
        dearest(),
        attribution(),
    );
}

function figures({ total, copies, value, spent, by_artist: artists, by_genre: genres }) {
    const facts = [
        [number(total), "records", copies > total && `${number(copies)} copies`],
        [artists.length >= 100 ? "100+" : number(artists.length), "artists"],
        [number(genres.length), "genres"],
        ...value
            .slice(0, 2)
            .map((sum) => [money(sum.total, sum.currency, 0), "worth", `${counted(sum.albums, "record")} priced`]),
        ...spent
            .slice(0, 1)
            .map((sum) => [money(sum.total, sum.currency, 0), "paid", `for ${counted(sum.albums, "record")}`]),
    ];
    return el(
        "ul",
        { class: "figures" },
        facts.map(([figure, name, note]) =>
            el(
                "li",
                {},
                el("span", { class: "figure" }, figure),
                el("span", { class: "overline" }, name),
                note && el("span", { class: "fine soft" }, note),
            ),
        ),
    );
}

const share = (count, total) =>
    new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 }).format(count / total);

const linkTo = (facet, name) =>
    el(
        "a",
        {
            href:
                facet === "genre"
                    ? `/genre.html?name=${encodeURIComponent(name)}`
                    : `/mycollection.html?${new URLSearchParams({ [facet === "artist" ? "q" : facet]: name })}`,
        },
        name,
    );

function tally(title, counts, facet) {
    if (!counts.length) return null;
    const total = collection.stats().copies;
    const top = counts.slice(0, SHOWN);
    return chart({
        title,
        summary: `${title}: ${top
            .slice(0, 3)
            .map(({ name, count }) => `${name} ${number(count)}`)
            .join(", ")}${counts.length > 3 ? `, and ${counts.length - 3} more` : ""}.`,
        note: counts.length > SHOWN ? `The first ${SHOWN} of ${number(counts.length)}` : undefined,
        columns: [title, "Records", "Share"],
        rows: counts.map(({ name, count }) => [linkTo(facet, name), number(count), share(count, total)]),
        draw: bars(top.map(({ name, count }) => ({ name, value: count, text: number(count) }))),
    });
}

function decades({ by_decade: counts, copies }) {
    if (!counts.length) return null;
    const known = new Map(counts.map(({ name, count }) => [Number(name), count]));
    const [from, to] = [Math.min(...known.keys()), Math.max(...known.keys())];
    const all = [];
    for (let decade = from; decade <= to; decade += 10)
        all.push({ name: `${decade}s`, value: known.get(decade) ?? 0, text: number(known.get(decade) ?? 0) });
    const most = counts[0];
    return chart({
        title: "Decades",
        summary: `Decades from ${from}s to ${to}s; most records, ${number(most.count)}, are from the ${most.name}s.`,
        columns: ["Decade", "Records", "Share"],
        rows: all.map(({ name, value }) => [
            value ? el("a", { href: `/mycollection.html?decade=${name.slice(0, 4)}` }, name) : name,
            number(value),
            share(value, copies),
        ]),
        draw: Object.assign(
            (width) =>
                columns(
                    width < 90 * Math.sqrt(all.length) * 2
                        ? all.map((item) => ({ ...item, name: `’${item.name.slice(2)}` }))
                        : all,
                )(width),
            columns(all),
        ),
    });
}

function growing({ growth: months }) {
    if (!months.length) return null;
    // The time since the last addition belongs to the picture.
    const filled = [];
    const last = new Date().toISOString().slice(0, 7);
    let total = 0;
    const byMonth = new Map(months.map((each) => [each.month, each]));
    for (let at = months[0].month; at <= last && filled.length < 1200; at = after(at)) {
        const added = byMonth.get(at)?.added ?? 0;
        total += added;
        filled.push({ name: month(at), value: total, added });
    }
    const items = filled.length > 1 ? filled : [{ name: "", value: 0, added: 0 }, ...filled];
    return chart({
        title: "Growth",
        summary: `From ${number(months[0].total)} in ${month(months[0].month)} to ${number(total)} now.`,
        columns: ["Month", "Added", "Records"],
        rows: months.toReversed().map(({ month: at, added, total: sum }) => [month(at), number(added), number(sum)]),
        draw: growth(items, number),
    });
}

function after(month) {
    const [year, at] = month.split("-").map(Number);
    return at === 12 ? `${year + 1}-01` : `${year}-${String(at + 1).padStart(2, "0")}`;
}

function values({ value, spent }) {
    if (!value.length && !spent.length) return null;
    const items = [
        ...value.map((sum) => ({
            name: `Worth (${counted(sum.albums, "record")})`,
            value: sum.total,
            text: money(sum.total, sum.currency, 0),
        })),
        ...spent.map((sum) => ({
            name: `Paid (${counted(sum.albums, "record")})`,
            value: sum.total,
            text: money(sum.total, sum.currency, 0),
        })),
    ];
    return chart({
        title: "Value",
        summary: items.map(({ name, text }) => `${name}: ${text}`).join("; "),
        note: "Of the records that have a price. Prices are what they were on their day.",
        columns: ["What", "Currency", "Records", "Sum"],
        rows: [
            ...value.map((sum) => ["Worth", sum.currency || "–", number(sum.albums), money(sum.total, sum.currency)]),
            ...spent.map((sum) => ["Paid", sum.currency || "–", number(sum.albums), money(sum.total, sum.currency)]),
        ],
        draw: bars(items),
    });
}

function dearest() {
    const top = collection
        .query({ sort: "-price" })
        .filter(({ price }) => price > 0)
        .slice(0, 5);
    if (!top.length) return null;
    return el(
        "section",
        { "aria-labelledby": "dearest-title" },
        el("h2", { id: "dearest-title" }, "The dearest"),
        el(
            "ol",
            { class: "dearest" },
            top.map((album) =>
                el(
                    "li",
                    {},
                    el(
                        "a",
                        { href: albumHref(album.uid) },
                        sleeve(album, { plain: true }),
                        el("span", { class: "words" }, el("strong", {}, album.album), el("span", {}, album.artist)),
                        el("span", { class: "figure small" }, money(album.price, album.price_currency)),
                        el(
                            "span",
                            { class: "fine soft" },
                            [album.price_source, album.price_at && day(album.price_at)].filter(Boolean).join(", "),
                        ),
                    ),
                ),
            ),
        ),
    );
}
