/** The album that the page shows. */

import * as collection from "../../models/collection.js";
import { find, redrawKeepingFocus } from "../../ui/dom.js";

/** @typedef {import("../../models/fields.js").Album} Album */

export const uid = new URLSearchParams(location.search).get("uid") ?? "";
export const place = find("#album");

/** @type {Album|undefined} */
let album;
let draw = () => {};

/** The album as it was read last. */
export function current() {
    if (!album) throw new Error("The page shows no album.");
    return album;
}

/**
 * Reads the album, and draws the page again whenever the album changes.
 * @param {() => void} drawPage
 * @returns {boolean} whether the album exists
 */
export function openAlbum(drawPage) {
    album = collection.get(uid);
    if (!album) return false;
    draw = drawPage;
    collection.subscribe(({ uids }) => {
        if (uids && !uids.includes(uid)) return;
        reread();
    });
    return true;
}

/** Reads the album again and draws the page. */
export function reread() {
    album = collection.get(uid) ?? album;
    redraw();
}

/** @param {import("../../models/fields.js").Patch} patch */
export async function saveAlbum(patch) {
    album = await collection.edit(uid, patch);
    redraw();
}

/** Draws the page. While a value is being edited it waits, because drawing would remove the input. */
export function redraw() {
    if (!place.querySelector("form.in-place")) redrawKeepingFocus(place, draw);
}

/** Draws the page even while a value is being edited. */
export const redrawNow = () => draw();
