/** What the shown records are worth, while they are sorted by it, and "Value now" for those on the screen. */

import { makeAttribution } from "../../../components/attribution.js";
import { announce, showToast } from "../../../components/notices.js";
import { sumPrices } from "../../models/collection-stats.js";
import { isAskable, refreshPrices } from "../../models/prices.js";
import { el, find, replace } from "../../ui/dom.js";
import { describeError } from "../../ui/error-text.js";
import { runBusy, smallButton } from "../../ui/form.js";
import { formatCount, formatDay, formatMoney, formatNumber } from "../../ui/format.js";
import { state } from "./shelf-state.js";

/** @typedef {import("../../models/fields.js").Album} Album */

const section = find("#worth");
const text = el("p", { class: "soft numbers" });
const ask = smallButton({ onclick: ({ currentTarget }) => valueNow(currentTarget) }, "Value now");
const shelf = /** @type {import("../../../components/record-shelf.js").RecordShelf} */ (find("record-shelf"));

/** @param {Album[]} records the shown ones */
export function drawWorth(records) {
    section.hidden = state.isTrash || state.sort !== "-price" || !records.length;
    if (section.hidden) return;
    text.textContent = describe(records);
    if (!text.isConnected) replace(section, el("div", { class: "row" }, text, ask, makeAttribution()));
}

/** @param {Album[]} records */
function describe(records) {
    const priced = records.filter(({ price }) => (price ?? null) !== null);
    if (!priced.length) return "No record has a price yet.";
    const sums = sumPrices(priced).map(({ total, currency }) => formatMoney(total, currency, 0));
    const days = priced.map(({ price_at: at = "" }) => at).filter(Boolean);
    const since = days.length ? `, the oldest price from ${formatDay(days.sort()[0])}` : "";
    const count = `${formatNumber(priced.length)} of ${formatCount(records.length, "record")}`;
    return `Worth ${sums.join(" + ")}: ${count}${since}.`;
}

/** @param {HTMLElement} pressed */
async function valueNow(pressed) {
    const albums = shelf.visible.filter(isAskable);
    if (!albums.length) return showToast("No record on the screen has a release number and a price to ask for.");
    const all = formatNumber(albums.length);
    const { priced, error } = await runBusy(pressed, "Asking Discogs …", () =>
        refreshPrices(albums, (done) => (pressed.textContent = `${formatNumber(done + 1)} of ${all} …`)),
    );
    const result = `${formatCount(priced, "record")} of ${all} on the screen valued.`;
    announce(result);
    return showToast(error ? `${result} ${describeError(error).text}` : result);
}
