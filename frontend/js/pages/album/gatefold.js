/** The top of the album page: the sleeve, the titles, the rating, and the actions. */

import { announce, showToast } from "../../../components/notices.js";
import { makeSleeve } from "../../../components/sleeve.js";
import * as collection from "../../models/collection.js";
import { isAllowed, readCover } from "../../models/covers.js";
import { isIncomplete } from "../../models/pressing.js";
import { valuesOf } from "../../models/values.js";
import { button, el, replace } from "../../ui/dom.js";
import { smallButton } from "../../ui/form.js";
import { formatCount } from "../../ui/format.js";
import { icon } from "../../ui/icons.js";
import { genreLink, shelfLink } from "../../ui/links.js";
import { chooseCover } from "./choose-cover.js";
import { makeCoverNotice } from "./cover-notice.js";
import { makeCoverSource } from "./cover-source.js";
import { current, saveAlbum, uid } from "./current-album.js";
import { makeInlineValue } from "./facts.js";
import { findPressing } from "./find-pressing.js";

/** Longer titles get a smaller font. */
const LONG_TITLE = 60;

export class Gatefold {
    node = el("div", { class: "gatefold" });
    #tracks;
    /** The sleeve, which is drawn again only when what it shows has changed. */
    #cover = el("div", { class: "pulled" });
    #drawnCover = "";

    /** @param {HTMLElement} tracks where the tracks of a found pressing are shown */
    constructor(tracks) {
        this.#tracks = tracks;
        this.#cover.addEventListener("pointerenter", () => this.#spin(true));
        this.#cover.addEventListener("pointerleave", () => this.#spin(false));
    }

    /** @param {boolean} isSpinning */
    #spin(isSpinning) {
        this.#cover.querySelector("vinyl-record")?.toggleAttribute("spinning", isSpinning);
    }

    draw() {
        this.#drawCover();
        replace(this.node, this.#cover, this.#makeTitles());
    }

    #drawCover() {
        const { artist, album, cover } = current();
        const shown = JSON.stringify([artist, album, cover]);
        if (shown === this.#drawnCover) return;
        this.#drawnCover = shown;
        const read = readCover(cover);
        const label = read && isAllowed(read) ? `Cover of ${album}` : `Drawn sleeve of ${album}`;
        replace(this.#cover, makeSleeve(current(), { isEager: true, label }), el("vinyl-record", { artist, album }));
    }

    /** Draws the cover again after the user has allowed it. */
    #redraw() {
        this.#drawnCover = "";
        this.draw();
    }

    #makeTitles() {
        const { album, year, label } = current();
        const genres = valuesOf(current(), "genre").map((name) => [name, genreLink(name)]);
        const styles = valuesOf(current(), "style").map((name) => [name, shelfLink({ style: name })]);
        const labels = valuesOf(current(), "label").map((name) => [name, shelfLink({ label: name })]);
        const chips = [...genres, ...styles, ...labels].map(([name, href]) => {
            return el("li", {}, el("a", { class: "chip", href }, name));
        });
        const title = { class: album.length > LONG_TITLE ? "long" : undefined, dataset: { fact: "album" } };
        return el(
            "div",
            { class: "titles" },
            el("p", { class: "overline" }, [year, label].filter(Boolean).join(" · ") || "Record"),
            el("h1", title, makeInlineValue("album", "button-title")),
            el("p", { class: "by", dataset: { fact: "artist" } }, makeInlineValue("artist", "button-artist")),
            makeStars(),
            el("div", { class: "row" }, chips.length > 0 && el("ul", { class: "chips" }, chips)),
            el("div", { class: "row" }, this.#makeActions()),
            makeCoverNotice(current().cover, () => this.#redraw()),
            makeCoverSource(),
        );
    }

    #makeActions() {
        const { cover, deleted_at: deletedAt, discogs_id: discogsId } = current();
        const search = () => findPressing(this.#tracks);
        const isUseful = !discogsId || isIncomplete(current());
        return [
            isUseful && smallButton({ onclick: search }, icon("search"), "Find at Discogs"),
            smallButton({ onclick: chooseCover }, icon("camera"), cover ? "Change the cover" : "Add a cover"),
            smallButton({ onclick: toggleTrash }, icon("trash"), deletedAt ? "Put back" : "Remove"),
        ];
    }
}

function makeStars() {
    const rating = current().rating ?? 0;
    /** @param {number} stars */
    const star = (stars) =>
        button(
            {
                class: stars <= rating ? "star full" : "star",
                dataset: { stars },
                "aria-pressed": String(stars === rating),
                "aria-label": formatCount(stars, "star"),
                // The present rating is removed by pressing it again.
                onclick: () => rate(stars === rating ? null : stars),
            },
            icon("star"),
        );
    const label = rating ? `Rating: ${formatCount(rating, "star")}` : "Not rated yet";
    return el("div", { class: "star-row", role: "group", "aria-label": label }, [1, 2, 3, 4, 5].map(star));
}

/** @param {number|null} rating */
async function rate(rating) {
    await saveAlbum({ rating });
    announce(rating ? formatCount(rating, "star") : "Not rated");
}

/** Moves the album to the trash, or takes it out. */
export async function toggleTrash() {
    const { album, deleted_at: deletedAt } = current();
    if (deletedAt) {
        await collection.restore(uid);
        showToast("Back on the shelf.");
    } else {
        await collection.remove(uid);
        showToast(`${album} is in the trash.`, { label: "Undo", run: () => collection.restore(uid) });
    }
}
