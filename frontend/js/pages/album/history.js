/** The changes of the album, and the values that lost to another device's. */

import { showToast } from "../../../components/notices.js";
import * as collection from "../../models/collection.js";
import { Offline } from "../../models/errors.js";
import { WRITTEN_WITH } from "../../models/values.js";
import { FIELDS } from "../../ui/album-fields.js";
import { el, find, replace } from "../../ui/dom.js";
import { describeError } from "../../ui/error-text.js";
import { runBusy, smallButton } from "../../ui/form.js";
import { formatAgo, formatMoment } from "../../ui/format.js";
import { icon } from "../../ui/icons.js";
import { reread, uid } from "./current-album.js";

/** @typedef {import("../../models/collection.js").HistoryEntry} HistoryEntry */
/** @typedef {import("../../models/collection.js").LostValue} LostValue */

/** Restoring a text restores them too. */
const WRITTEN_WITH_A_TEXT = new Set(Object.values(WRITTEN_WITH).flat());

/** @type {Record<string, string>} */
const KIND_NAMES = { create: "Added", put: "Changed", replace: "Changed", delete: "Removed", restore: "Put back" };
/** The device of the filling. Its edits have the earliest time there is, so that those of people win. */
const FILLING = "enrichment";
/** Longer values are cut off. */
const LONGEST_VALUE = 120;
const OFFLINE = "You are offline. The history is stored in your vault; look again when you are online.";

/** @param {HTMLElement} section @param {boolean} isOpen */
export function drawHistory(section, isOpen) {
    const body = el("div", { class: "stack" });
    const details = el("details", {}, el("summary", {}, "History of this record"), body);
    details.addEventListener("toggle", () => details.open && showEntries(body));
    replace(section, el("h2", { id: "history-title", class: "unseen" }, "History"), details);
    details.open = isOpen;
}

/** Opens the history and scrolls to it. @param {HTMLElement} section */
export function showHistory(section) {
    find("details", section).setAttribute("open", "");
    section.scrollIntoView();
    find("summary", section).focus();
}

/** @param {HTMLElement} body */
async function showEntries(body) {
    replace(body, el("p", { class: "soft" }, "Loading …"));
    try {
        const { items, lost } = await collection.history(uid);
        const shown = lost.filter(({ field }) => !WRITTEN_WITH_A_TEXT.has(field));
        replace(
            body,
            shown.length > 0 && makeLostValues(shown, body),
            el("ol", { class: "ledger" }, items.map(makeEntry)),
        );
    } catch (error) {
        const text = error instanceof Offline ? OFFLINE : describeError(error).text;
        replace(body, el("p", { class: "soft" }, text));
    }
}

/** @param {HistoryEntry} entry */
function makeEntry({ kind, fields = {}, edited_at: at, device_id: device, status }) {
    const time = el("time", { datetime: at, class: "soft fine", title: formatMoment(at) }, formatAgo(at));
    const known = Object.entries(fields ?? {}).filter(([name]) => name in FIELDS);
    const changes = known.map(
        ([name, value]) => `${FIELDS[name].label}: ${value === null ? "removed" : format(value)}`,
    );
    return el(
        "li",
        {},
        el(
            "p",
            {},
            el("strong", {}, device === FILLING ? "Filled in from Discogs" : (KIND_NAMES[kind] ?? kind)),
            " ",
            device !== FILLING && time,
            status === "merged" && el("span", { class: "soft fine" }, " · merged with another change"),
        ),
        el("p", { class: "fine soft" }, changes.join(" · ")),
    );
}

/** @param {unknown} value */
function format(value) {
    const text = typeof value === "object" ? JSON.stringify(value) : String(value);
    return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text;
}

/** @param {LostValue[]} lost @param {HTMLElement} body */
function makeLostValues(lost, body) {
    return el(
        "div",
        { class: "stack" },
        el("h3", {}, "Values that were not kept"),
        el(
            "p",
            { class: "soft" },
            "Two devices set these fields to different values. You can restore the other value.",
        ),
        el(
            "ul",
            { class: "ledger" },
            lost.map((entry) => makeLostValue(entry, body)),
        ),
    );
}

/** @param {LostValue} lost @param {HTMLElement} body */
function makeLostValue({ id, field, value, edited_at: at }, body) {
    /** @param {{currentTarget: HTMLElement}} event */
    const restore = ({ currentTarget }) =>
        runBusy(currentTarget, "Restoring …", async () => {
            try {
                await collection.restoreValue(uid, id);
                reread();
                await showEntries(body);
                showToast("Restored.");
            } catch (error) {
                showToast(describeError(error).text);
            }
        });
    return el(
        "li",
        { class: "row" },
        el(
            "p",
            {},
            `${FIELDS[field]?.label ?? field}: `,
            el("strong", {}, format(value)),
            " ",
            el("span", { class: "soft fine" }, formatAgo(at)),
        ),
        smallButton({ class: "push", onclick: restore }, icon("history"), "Restore"),
    );
}
