/** What the user should know about the album: it is wanted, in the trash, refused by the server, or in conflict. */

import { showToast } from "../../../components/notices.js";
import * as collection from "../../models/collection.js";
import { FIELDS } from "../../ui/album-fields.js";
import { button, el } from "../../ui/dom.js";
import { smallButton } from "../../ui/form.js";
import { formatDay } from "../../ui/format.js";
import { icon } from "../../ui/icons.js";
import { current, saveAlbum, uid } from "./current-album.js";
import { toggleTrash } from "./gatefold.js";
import { showHistory } from "./history.js";

/** @param {HTMLElement} history the section that the notice of a conflict opens */
export function makeNotices(history) {
    const { wanted, deleted_at: deletedAt } = current();
    return [wanted && makeWanted(), deletedAt && makeTrashed(deletedAt), makeState(history)];
}

/** @param {HTMLElement} history */
function makeState(history) {
    const faults = collection.errorsOf(uid);
    if (faults.length) return makeRefused(faults);
    const state = collection.stateOf(uid);
    if (state === "conflict") return makeConflict(history);
    if (state !== "waiting") return null;
    const text = "Saved on this device. It is sent to your vault as soon as possible.";
    return el("p", { class: "soft fine row", role: "status" }, icon("waiting"), text);
}

const makeWanted = () =>
    el(
        "div",
        { class: "notice own" },
        icon("search"),
        el("p", {}, "This record is on your want list."),
        el("div", {}, button({ class: "button small", onclick: moveToShelf }, icon("check"), "Got it")),
    );

/** @param {string} deletedAt */
const makeTrashed = (deletedAt) =>
    el(
        "div",
        { class: "notice" },
        icon("trash"),
        el("p", {}, `In the trash since ${formatDay(deletedAt)}.`),
        el("div", {}, button({ class: "button small", onclick: toggleTrash }, "Put it back")),
    );

/** @param {Fault[]} faults */
function makeRefused(faults) {
    const list = faults.map(({ field, message }) => {
        const name = field.split(".").at(-1) ?? field;
        return el("li", {}, `${FIELDS[name]?.label ?? name}: ${message}`);
    });
    return el(
        "div",
        { class: "notice bad", role: "alert" },
        icon("warning"),
        el("p", {}, "Your vault refused the last change of this record. Correct these fields, or discard the change."),
        el("ul", {}, list),
        el("div", {}, smallButton({ onclick: () => collection.discard(uid) }, "Discard the change")),
    );
}

/** @param {HTMLElement} history */
function makeConflict(history) {
    const show = () => showHistory(history);
    const acknowledge = () => collection.acknowledge(uid);
    return el(
        "div",
        { class: "notice own", role: "status" },
        icon("history"),
        el(
            "p",
            {},
            "This record was changed on two devices. The later change is shown; the other one is in the history.",
        ),
        el(
            "div",
            { class: "row" },
            button({ class: "button small", onclick: show }, "Show the history"),
            button({ class: "button small bare", onclick: acknowledge }, "OK"),
        ),
    );
}

async function moveToShelf() {
    await saveAlbum({ wanted: null });
    showToast(`${current().album} is on your shelf.`, { label: "Undo", run: () => saveAlbum({ wanted: true }) });
}
