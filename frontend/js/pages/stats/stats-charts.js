/** The charts of the numbers page. */

import { drawBars, drawColumns, drawGrowth, makeChart } from "../../../components/charts.js";
import { el } from "../../ui/dom.js";
import { formatCount, formatMoney, formatMonth, formatNumber, formatShare } from "../../ui/format.js";
import { genreLink, shelfLink } from "../../ui/links.js";

/** @typedef {import("../../models/collection-stats.js").Count} Count */
/** @typedef {import("../../models/collection-stats.js").Month} Month */
/** @typedef {import("../../models/collection-stats.js").Sum} Sum */
/** @typedef {"genre"|"label"|"artist"|"format"|"country"} CountedFacet */

/** The values that a chart shows; its table has all. */
const SHOWN = 10;
/** The values that the summary of a chart names. */
const SUMMARISED = 3;
/** A collection that grows for longer is shown from its beginning up to this number of months. */
const MONTHS_SHOWN = 1200;

/** @param {CountedFacet} facet @param {string} name */
function linkTo(facet, name) {
    if (facet === "genre") return el("a", { href: genreLink(name) }, name);
    return el("a", { href: shelfLink({ [facet === "artist" ? "q" : facet]: name }) }, name);
}

/** @param {string} title @param {Count[]} counts @param {CountedFacet} facet @param {number} total */
export function makeCountChart(title, counts, facet, total) {
    if (!counts.length) return null;
    const top = counts.slice(0, SHOWN);
    const names = top.slice(0, SUMMARISED).map(({ name, count }) => `${name} ${formatNumber(count)}`);
    const rest = counts.length > SUMMARISED ? `, and ${counts.length - SUMMARISED} more` : "";
    return makeChart({
        title,
        summary: `${title}: ${names.join(", ")}${rest}.`,
        note: counts.length > SHOWN ? `The first ${SHOWN} of ${formatNumber(counts.length)}` : undefined,
        columns: [title, "Records", "Share"],
        rows: counts.map(({ name, count }) => [linkTo(facet, name), formatNumber(count), formatShare(count, total)]),
        drawing: drawBars(top.map(({ name, count }) => ({ name, value: count, text: formatNumber(count) }))),
    });
}

/** @param {{by_decade: Count[], copies: number}} stats */
export function makeDecadeChart({ by_decade: counts, copies }) {
    if (!counts.length) return null;
    const byDecade = new Map(counts.map(({ name, count }) => [Number(name), count]));
    const [from, to] = [Math.min(...byDecade.keys()), Math.max(...byDecade.keys())];
    const all = [];
    for (let decade = from; decade <= to; decade += 10) {
        const count = byDecade.get(decade) ?? 0;
        all.push({ name: `${decade}s`, value: count, text: formatNumber(count), decade });
    }
    const most = counts[0];
    const long = drawColumns(all);
    const short = drawColumns(all.map((item) => ({ ...item, name: `’${item.name.slice(2)}` })));
    return makeChart({
        title: "Decades",
        summary: `From the ${from}s to the ${to}s. Most are from the ${most.name}s: ${formatNumber(most.count)}.`,
        columns: ["Decade", "Records", "Share"],
        rows: all.map(({ name, value, decade }) => [
            value ? el("a", { href: shelfLink({ decade: String(decade) }) }, name) : name,
            formatNumber(value),
            formatShare(value, copies),
        ]),
        // A narrow chart of many decades has no room for "1970s".
        drawing: { ...long, draw: (width) => (width < 180 * Math.sqrt(all.length) ? short : long).draw(width) },
    });
}

/** @param {Month[]} months those in which records were added */
export function makeGrowthChart(months) {
    if (!months.length) return null;
    const total = months[months.length - 1].total;
    const filled = fillMonths(months);
    // One point is no line.
    const items = filled.length > 1 ? filled : [{ name: "", value: 0 }, ...filled];
    const start = `${formatNumber(months[0].total)} in ${formatMonth(months[0].month)}`;
    return makeChart({
        title: "Growth",
        summary: `From ${start} to ${formatNumber(total)} now.`,
        columns: ["Month", "Added", "Records"],
        rows: months
            .toReversed()
            .map(({ month, added, total: sum }) => [formatMonth(month), formatNumber(added), formatNumber(sum)]),
        drawing: drawGrowth(items, formatNumber),
    });
}

/** Every month from the first to the present one, with the number of records at its end. @param {Month[]} months */
function fillMonths(months) {
    const byMonth = new Map(months.map((each) => [each.month, each.total]));
    const present = new Date().toISOString().slice(0, 7);
    const filled = [];
    let value = 0;
    for (let month = months[0].month; month <= present && filled.length < MONTHS_SHOWN; month = nextMonth(month)) {
        value = byMonth.get(month) ?? value;
        filled.push({ name: formatMonth(month), value });
    }
    return filled;
}

/** @param {string} month such as "2026-05" */
function nextMonth(month) {
    const [year, number] = month.split("-").map(Number);
    return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, "0")}`;
}

/** @param {{value: Sum[], spent: Sum[]}} stats */
export function makeValueChart({ value, spent }) {
    const sums = [
        ...value.map((sum) => ({ ...sum, what: "Worth" })),
        ...spent.map((sum) => ({ ...sum, what: "Paid" })),
    ];
    if (!sums.length) return null;
    const items = sums.map(({ what, albums, total, currency }) => ({
        name: `${what} (${formatCount(albums, "record")})`,
        value: total,
        text: formatMoney(total, currency, 0),
    }));
    return makeChart({
        title: "Value",
        summary: items.map(({ name, text }) => `${name}: ${text}`).join("; "),
        note: "Of the records that have a price. Each price is from the day it was set.",
        columns: ["What", "Currency", "Records", "Sum"],
        rows: sums.map(({ what, currency, albums, total }) => {
            return [what, currency || "–", formatNumber(albums), formatMoney(total, currency)];
        }),
        drawing: drawBars(items),
    });
}
