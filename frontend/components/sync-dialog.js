/** The dialog that explains the state of the synchronisation, and what the user can do. */

import * as collection from "../js/models/collection.js";
import * as sync from "../js/models/sync.js";
import { button, el, replace } from "../js/ui/dom.js";
import { describeError, statusOf } from "../js/ui/error-text.js";
import { formatAgo, formatCount } from "../js/ui/format.js";
import { icon } from "../js/ui/icons.js";
import { albumLink } from "../js/ui/links.js";
import { openDialog } from "./dialog.js";
import { explainStorage, INSUFFICIENT_STORAGE } from "./storage-full.js";

/** @typedef {import("../js/models/sync.js").Status} Status */
/** @typedef {import("../js/models/overlay.js").Notice} Notice */

/** @type {Record<Status["state"], (status: Status) => string>} */
const EXPLANATIONS = {
    saved: () => "Everything is saved, here and in your vault.",
    waiting: ({ waiting }) =>
        `${formatCount(waiting, "change")} on this device will be sent to your vault in a moment.`,
    syncing: () => "Your changes are being sent to your vault.",
    offline: ({ waiting }) => {
        if (!waiting) return "You are offline. Everything works: your changes are saved on this device and sent later.";
        return `You are offline. ${formatCount(waiting, "change is", "changes are")} saved here and sent later.`;
    },
    failed: ({ error }) => describeError(error).text,
    "signed-out": () => "Your session has ended. Sign in again to send your changes; they are saved on this device.",
};

export function explainSync() {
    const body = el("div", { class: "stack" });
    const dialog = openDialog({ title: "Is everything saved?", body: [body] });
    const draw = () => drawStatus(body, sync.status());
    draw();
    const unsubscribe = sync.subscribe(draw);
    dialog.addEventListener("close", unsubscribe);
}

/** @param {Element} body @param {Status} status */
function drawStatus(body, status) {
    const conflicts = collection.conflicts();
    const action =
        status.state === "signed-out"
            ? el("a", { class: "button", href: "/?again#enter" }, "Sign in again")
            : button({ class: "button quiet", onclick: () => sync.now() }, icon("syncing"), "Try now");
    replace(
        body,
        isFull(status) ? explainStorage() : el("p", {}, EXPLANATIONS[status.state](status)),
        el(
            "p",
            { class: "soft fine" },
            status.lastSync && `Last connected to your vault ${formatAgo(status.lastSync)}.`,
        ),
        conflicts.length > 0 && listConflicts(conflicts),
        el("div", { class: "row" }, action),
    );
}

/** @param {Status} status */
const isFull = ({ state, error }) => state === "failed" && statusOf(error) === INSUFFICIENT_STORAGE;

/** @param {Notice[]} conflicts */
function listConflicts(conflicts) {
    return el(
        "section",
        { class: "stack" },
        el("h3", {}, "Changed on two devices"),
        el(
            "p",
            {},
            "The later change was kept. The other one is in the history of the record, where you can restore it.",
        ),
        el("ul", {}, conflicts.map(makeConflict)),
    );
}

/** @param {Notice} conflict */
function makeConflict({ uid, status, at }) {
    const record = collection.get(uid);
    if (!record) return null;
    const detail = status === "kept" ? "not removed, because it was edited on another device" : formatAgo(at);
    return el(
        "li",
        { class: "row" },
        el("a", { href: `${albumLink(uid)}#history` }, `${record.artist} – ${record.album}`),
        el("span", { class: "soft fine" }, detail),
    );
}
