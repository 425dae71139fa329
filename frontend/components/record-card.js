/** A record on the shelf: its sleeve and its title, as one link. */

import { stateOf } from "../js/models/collection.js";
import { el } from "../js/ui/dom.js";
import { icon } from "../js/ui/icons.js";
import { albumLink } from "../js/ui/links.js";
import { makeSleeve } from "./sleeve.js";

/** @typedef {import("../js/models/fields.js").Album} Album */

/** The icon and its label for each state that the user should notice. */
const STATE_ICONS = {
    saved: null,
    waiting: () => icon("waiting", "Not in your vault yet. "),
    refused: () => icon("warning", "Your vault refused the last change. "),
    conflict: () => icon("history", "Changed on two devices. "),
};

/** @param {string} uid */
function makeStateIcon(uid) {
    const node = STATE_ICONS[stateOf(uid)]?.();
    node?.classList.add("pending");
    return node;
}

/** @param {Album} record @param {{isList?: boolean, isEager?: boolean}} [options] */
export function makeRecordCard(record, { isList = false, isEager = false } = {}) {
    const detail = [record.year, record.label, record.format].filter(Boolean).join(" · ");
    const copies = record.quantity ?? 1;
    return el(
        "a",
        { class: "record-card", href: albumLink(record.uid) },
        makeSleeve(record, { isPlain: isList, isEager }),
        el(
            "span",
            { class: "words" },
            el("span", { class: "title" }, record.album),
            el("span", { class: "artist" }, record.artist),
            el("span", { class: "detail" }, makeStateIcon(record.uid), detail || " "),
        ),
        copies > 1 && el("span", { class: "badge" }, `× ${copies}`, el("span", { class: "unseen" }, " copies")),
    );
}
