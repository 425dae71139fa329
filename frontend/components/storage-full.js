/** What a user can do when the vault takes no more records: how full it is, and how to make room. */

import * as collection from "../js/models/collection.js";
import { el, replace } from "../js/ui/dom.js";
import { formatBytes, formatNumber } from "../js/ui/format.js";

/** The status of a write that the account has no room for. */
export const INSUFFICIENT_STORAGE = 507;

/** @returns {HTMLElement} which is filled when the vault has answered */
export function explainStorage() {
    const usage = el("p", {}, "Your vault is full: it takes no more records.");
    collection.fetchStorage().then(
        (storage) => replace(usage, `Your vault is full. ${describe(storage)}`),
        // Offline, or the vault refuses this too: the first sentence stays.
        () => {},
    );
    return el(
        "div",
        { class: "stack storage-full" },
        usage,
        el("p", {}, "Your changes are saved on this device, and sent as soon as there is room. To make room:"),
        el(
            "ul",
            {},
            el("li", {}, el("a", { href: "/settings.html#export" }, "Export your records"), ", to have a copy."),
            el("li", {}, "Remove records that you do not need, with their long notes, and then empty the ", trash()),
            el("li", {}, "Or ask the person who runs this vault for more room."),
        ),
    );
}

const trash = () => el("a", { href: "/mycollection.html?trash" }, "trash.");

/** @param {collection.Storage} storage */
function describe({ usage, quota }) {
    /** @type {[number, number|null, (value: number) => string, string][]} */
    const measures = [
        [usage.records, quota.records, formatNumber, "records"],
        [usage.bytes, quota.bytes, formatBytes, ""],
    ];
    return measures
        .filter(([, limit]) => limit !== null)
        .map(([used, limit, format, unit]) => `${format(used)} of ${format(limit ?? 0)} ${unit}`.trim())
        .join(", and ")
        .concat(" are used.");
}
