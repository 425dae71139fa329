/**
 * The cover of a record. A drawn sleeve is shown at once. The cover is laid over it when it has been loaded, and
 * removed if loading fails. So the layout never moves, and no picture is missing. A cover of another site is loaded
 * only if the user has allowed it.
 */

import { isAllowed, readCover } from "../js/models/covers.js";
import { drawSleeve } from "../js/ui/artwork.js";
import { el } from "../js/ui/dom.js";

/**
 * @typedef {object} SleeveOptions
 * @property {boolean} [isPlain]  without lettering, for thumbnails
 * @property {boolean} [isEager]  loads the cover even before it is visible
 * @property {string} [label]  for screen readers; without it, they skip the sleeve
 */

/** @param {{artist?: string, album?: string, cover?: string}} album @param {SleeveOptions} [options] */
export function makeSleeve(album, { isPlain = false, isEager = false, label } = {}) {
    const meaning = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" };
    const cover = readCover(album.cover);
    const picture = cover && isAllowed(cover) ? makeCover(cover.src, isEager) : null;
    return el("span", { class: "sleeve", ...meaning }, drawSleeve(album, isPlain), picture);
}

/** @param {string} src @param {boolean} isEager */
function makeCover(src, isEager) {
    const image = el("img", {
        alt: "",
        class: "loading",
        width: 300,
        height: 300,
        loading: isEager ? "eager" : "lazy",
        decoding: "async",
        referrerpolicy: "no-referrer",
    });
    image.addEventListener("load", () => image.classList.remove("loading"));
    image.addEventListener("error", () => image.remove());
    image.src = src;
    return image;
}
