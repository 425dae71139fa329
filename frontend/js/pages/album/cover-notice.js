/** The cover of another site, which is loaded only after a click. */

import { allowOnce, allowSite, isAllowed, readCover } from "../../models/covers.js";
import { el } from "../../ui/dom.js";
import { smallButton } from "../../ui/form.js";
import { icon } from "../../ui/icons.js";

/**
 * @param {string|undefined} address
 * @param {() => void} redraw shows the cover
 * @returns {HTMLElement|null} null if the cover needs no click
 */
export function makeCoverNotice(address, redraw) {
    const cover = readCover(address);
    if (!cover?.site || isAllowed(cover)) return null;
    const { site } = cover;
    const show = () => {
        allowOnce(cover);
        redraw();
    };
    const always = () => {
        allowSite(site);
        redraw();
    };
    const text = `The cover is on ${site}. If you load it, that site sees your network address.`;
    return el(
        "div",
        { class: "notice cover-notice" },
        icon("camera"),
        el("p", {}, text),
        el(
            "div",
            { class: "row" },
            smallButton({ onclick: show }, "Show it"),
            smallButton({ onclick: always, class: "bare" }, `Always from ${site}`),
        ),
    );
}
