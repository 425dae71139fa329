/** The report of an import: the counts, the unused columns, and the rows. */

import { el } from "../../ui/dom.js";
import { formatNumber } from "../../ui/format.js";

/** @typedef {import("../../models/transfer.js").ImportReport} ImportReport */
/** @typedef {import("../../models/transfer.js").ReportRow} ReportRow */

const ROWS_SHOWN = 200;
const COLUMNS = ["Row", "Action", "Record", "Reason"];
/** @type {Record<string, string>} */
const ACTION_NAMES = { added: "adds", updated: "changes", skipped: "skipped" };

/** @param {ImportReport} report @param {string} prefix "would be " for a preview */
export function makeCounts(report, prefix) {
    /** @type {[number, string][]} */
    const counts = [
        [report.added, `${prefix}added`],
        [report.updated, `${prefix}changed`],
        [report.skipped, `${prefix}skipped`],
        [report.crates_added, `crates ${prefix}added`],
    ];
    const shown = counts.filter(([count], index) => count > 0 || index === 0);
    return el(
        "ul",
        { class: "figures" },
        shown.map(([count, name]) => {
            const figure = el("span", { class: "figure" }, formatNumber(count));
            return el("li", {}, figure, el("span", { class: "overline" }, name));
        }),
    );
}

/** @param {string[]} columns */
export const listIgnored = (columns) =>
    columns.length > 0 &&
    el(
        "p",
        { class: "fine soft" },
        `Columns that are not used, because a record has no such field: ${columns.join(", ")}.`,
    );

/** The rows, the skipped ones first. @param {ReportRow[]} rows @param {boolean} [onlySkipped] */
export function makeRows(rows, onlySkipped = false) {
    const skipped = rows.filter((row) => row.action === "skipped");
    const others = onlySkipped ? [] : rows.filter((row) => row.action !== "skipped");
    const shown = [...skipped, ...others].slice(0, ROWS_SHOWN);
    if (!shown.length) return null;
    const head = COLUMNS.map((name) => el("th", { scope: "col" }, name));
    const table = el(
        "table",
        { class: "data-table" },
        el("thead", {}, el("tr", {}, head)),
        el("tbody", {}, shown.map(makeRow)),
    );
    const region = { class: "scroller", tabindex: "0", role: "region", "aria-label": "Rows of the file" };
    return el(
        "details",
        { open: skipped.length > 0 },
        el("summary", {}, onlySkipped ? "The skipped rows, and why" : "All rows"),
        el("div", region, table),
    );
}

/** @param {ReportRow} row */
function makeRow({ row, action, artist, album, reason = "", errors = [] }) {
    const faults = errors.map(({ field, message }) => `${field} ${message}`).join("; ");
    return el(
        "tr",
        {},
        el("td", { class: "numbers" }, formatNumber(row)),
        el("td", {}, ACTION_NAMES[action] ?? action),
        el("td", { class: "long-text" }, [artist, album].filter(Boolean).join(" – ") || "–"),
        el("td", { class: "long-text" }, faults || reason),
    );
}
