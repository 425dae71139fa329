// The record that the page is about.

import * as collection from "../../models/collection.js";
import { steady } from "../../ui/dom.js";

export const uid = new URLSearchParams(location.search).get("uid");
export const place = document.querySelector("#album");
/** `album` is as it was read last; `draw` draws the page. */
export const present = { album: undefined, draw() {} };

export async function save(patch) {
    present.album = await collection.edit(uid, patch);
    redraw();
}

/** Not while something is being typed: that would take the input away. */
export function redraw() {
    if (!place.querySelector("form.in-place")) steady(place, present.draw);
}
