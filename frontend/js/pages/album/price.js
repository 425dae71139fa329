/** What the record is worth: typed by the user, or as Discogs suggests. */

import { makeAttribution } from "../../../components/attribution.js";
import { showToast } from "../../../components/notices.js";
import { Problem } from "../../models/errors.js";
import { refreshPrice } from "../../models/prices.js";
import { el, find, replace } from "../../ui/dom.js";
import { describeError } from "../../ui/error-text.js";
import { runBusy, smallButton } from "../../ui/form.js";
import { formatDay, formatMoney } from "../../ui/format.js";
import { icon } from "../../ui/icons.js";
import { current, reread } from "./current-album.js";
import { makeValue } from "./facts.js";

/** Why Discogs has no price, by the status of its answer. @type {Record<string, string>} */
const NO_PRICE = {
    none_for_sale: "None is for sale at Discogs right now, so there is no price.",
    blocked: "Discogs does not allow this release to be sold, so there is no price.",
};
const UNKNOWN = "Discogs has no price for this pressing.";

/** @param {HTMLElement} section */
export function drawPrice(section) {
    const { price, price_source: source, price_at: at, discogs_id: id } = current();
    const origin = [source, at && formatDay(at)].filter(Boolean).join(", ");
    const answer = el("div", { class: "price-answer", role: "status" });
    replace(
        section,
        el("h2", { id: "price-title" }, "What it is worth"),
        el("div", { class: "big-value", dataset: { fact: "price" } }, makeValue("price")),
        price !== undefined && el("p", { class: "fine soft" }, origin),
        id &&
            smallButton(
                { onclick: ({ currentTarget }) => askPrice(currentTarget, section) },
                icon("search"),
                "Ask Discogs",
            ),
        answer,
        /discogs/i.test(source ?? "") && makeAttribution(id),
    );
}

/** @param {HTMLElement} pressed @param {HTMLElement} section */
async function askPrice(pressed, section) {
    const reply = (/** @type {string} */ text) =>
        replace(find(".price-answer", section), el("p", { class: "fine" }, text));
    await runBusy(pressed, "Asking …", async () => {
        try {
            const { status, offer } = await refreshPrice(current());
            if (!offer) return reply(NO_PRICE[status] ?? UNKNOWN);
            reread();
            showToast(`Worth ${formatMoney(offer.value, offer.currency)} today.`);
        } catch (error) {
            const isUnknown = error instanceof Problem && error.status === 404;
            reply(isUnknown ? UNKNOWN : describeError(error).text);
        }
    });
}
