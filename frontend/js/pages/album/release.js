// What Discogs tells of the record: its tracks, its price, and which pressing it is.

import * as discogs from "../../models/discogs.js";
import { inWords } from "../../models/errors.js";
import { attribution } from "../../../components/attribution.js";
import { openDialog } from "../../../components/dialog.js";
import { toast } from "../../../components/notices.js";
import { pressings } from "../../../components/pressing-list.js";
import { el, icon, replace } from "../../ui/dom.js";
import { busy } from "../../ui/form.js";
import { day, money } from "../../ui/format.js";
import { missingIn } from "../../models/pressing.js";
import { present, save } from "./current-album.js";
import { usualCurrency, value } from "./facts.js";

/** Draws the tracks where `tracks` is, if Discogs can be asked. */
export async function fetchRelease(tracks) {
    const { album } = present;
    if (!album.discogs_id) return;
    try {
        const release = await discogs.release(album.discogs_id);
        drawTracks(tracks, release);
    } catch {
        // Offline, or not reachable: the page is whole without it.
    }
}

/** Records that came from a list know no pressing: choosing one fills in what is missing, and changes nothing else. */
export function findPressing(tracks) {
    const { album } = present;
    const body = el("div", { class: "stack" }, el("p", { class: "soft", role: "status" }, "Looking at Discogs …"));
    const dialog = openDialog({ title: "Find this pressing", className: "add", body: [body] });
    const stopping = new AbortController();
    dialog.addEventListener("close", () => stopping.abort());
    const choose = async (fields) => {
        const missing = missingIn(album, fields);
        await save(missing);
        dialog.close();
        toast("Filled in what was missing.");
        fetchRelease(tracks);
    };
    const question =
        album.barcode && discogs.isBarcode(album.barcode)
            ? { barcode: discogs.normaliseBarcode(album.barcode) }
            : album.catno
              ? { catno: album.catno }
              : { q: `${album.artist} ${album.album}` };
    discogs
        .search(question, { signal: stopping.signal })
        .then(async (found) =>
            found.items.length || question.q
                ? found
                : discogs.search({ q: `${album.artist} ${album.album}` }, { signal: stopping.signal }),
        )
        .then(({ items }) =>
            replace(
                body,
                items.length
                    ? pressings(items, choose)
                    : el(
                          "p",
                          {},
                          "Discogs does not know it by this name. Check artist and album, or add its barcode or catalogue number first.",
                      ),
            ),
        )
        .catch((error) => stopping.signal.aborted || replace(body, el("p", {}, inWords(error).text)));
}

/** Side A and side B, as the positions tell. */
function drawTracks(tracks, { id, tracklist }) {
    const real = tracklist.filter(({ heading }) => !heading);
    if (!real.length) return;
    const sides = new Map();
    for (const track of real) {
        const side = /^([A-Z])/.exec(track.position ?? "")?.[1] ?? "";
        sides.set(side, [...(sides.get(side) ?? []), track]);
    }
    tracks.hidden = false;
    replace(
        tracks,
        el("h2", { id: "tracks-title", class: "unseen" }, "Tracks"),
        el(
            "div",
            { class: "sides" },
            [...sides].map(([side, list]) =>
                el(
                    "div",
                    {},
                    el("h3", {}, side ? `Side ${side}` : "Tracks"),
                    el(
                        "ol",
                        { class: "tracks" },
                        list.map(({ position, title, duration }) =>
                            el(
                                "li",
                                {},
                                el("span", { class: "stamp soft" }, position),
                                el("span", {}, title),
                                el("span", { class: "soft numbers" }, duration),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        attribution(id),
    );
}

export function drawPrice(price) {
    const { album } = present;
    const dated =
        album.price !== undefined &&
        el(
            "p",
            { class: "fine soft" },
            [album.price_source, album.price_at && day(album.price_at)].filter(Boolean).join(", "),
        );
    replace(
        price,
        el("h2", { id: "price-title" }, "What it is worth"),
        el("div", { class: "big-value", dataset: { fact: "price" } }, value("price")),
        dated,
        album.discogs_id &&
            el(
                "button",
                {
                    type: "button",
                    class: "button small quiet",
                    onclick: (event) => askPrice(event.currentTarget, price.querySelector(".price-answer")),
                },
                icon("search"),
                "Ask Discogs",
            ),
        el("div", { class: "price-answer", role: "status" }),
        /discogs/i.test(album.price_source ?? "") && attribution(album.discogs_id),
    );
}

async function askPrice(button, answer) {
    const { album } = present;
    await busy(button, "Asking …", async () => {
        try {
            const found = await discogs.price(album.discogs_id, { currency: album.price_currency ?? usualCurrency() });
            const offer = suggested(found) ?? found.price;
            if (!offer) return replace(answer, el("p", { class: "fine" }, WITHOUT_PRICE[found.status]));
            await save({
                price: offer.value,
                price_currency: offer.currency,
                price_at: offer.at,
                price_source: offer.source,
            });
            toast(`Worth ${money(offer.value, offer.currency)} today.`);
        } catch (error) {
            replace(
                answer,
                el(
                    "p",
                    { class: "fine" },
                    error.status === 404 ? "Discogs has no price for this pressing." : inWords(error).text,
                ),
            );
        }
    });
}

/** What Discogs suggests for the grade of this copy, where it does. */
const suggested = ({ suggestions }) => suggestions?.grades?.[present.album.media_condition];

const WITHOUT_PRICE = {
    none_for_sale: "None is for sale at Discogs now, so there is no price.",
    blocked: "Discogs does not allow this release to be sold, so there is no price.",
};
