// A record as it stands on a shelf: sleeve and words, one link.

import { stateOf } from "../js/models/collection.js";
import { el, icon } from "../js/ui/dom.js";
import { sleeve } from "./sleeve.js";

export const albumHref = (uid) => `/album.html?uid=${encodeURIComponent(uid)}`;

const SIGNS = {
    waiting: ["waiting", "Not in your vault yet. "],
    refused: ["warning", "Your vault did not take the last change. "],
    conflict: ["history", "Changed on two devices. "],
};

function pending(state) {
    if (!(state in SIGNS)) return null;
    const sign = icon(...SIGNS[state]);
    sign.classList.add("pending");
    return sign;
}

export function recordCard(record, { list = false, eager = false } = {}) {
    const detail = [record.year, record.label, record.format].filter(Boolean).join(" · ");
    return el(
        "a",
        { class: "record-card", href: albumHref(record.uid) },
        sleeve(record, { plain: list, eager }),
        el(
            "span",
            { class: "words" },
            el("span", { class: "title" }, record.album),
            el("span", { class: "artist" }, record.artist),
            el("span", { class: "detail" }, pending(stateOf(record.uid)), detail || " "),
        ),
        record.quantity > 1 &&
            el("span", { class: "badge" }, `× ${record.quantity}`, el("span", { class: "unseen" }, " copies")),
    );
}
