/**
 * Loads the parts that most visits do not need: when they are used, or earlier when the page is idle, so that they are
 * there when the network is not.
 */

import { showToast } from "./notices.js";

const PARTS = {
    add: () => import("./add-dialog.js"),
    sync: () => import("./sync-dialog.js"),
    chat: () => import("./chat-panel.js"),
};

/** @template T @param {Promise<T>} part */
async function loadPart(part) {
    try {
        return await part;
    } catch (error) {
        showToast("This part of the page is not loaded yet, and there is no connection. Try again when there is one.");
        throw error;
    }
}

/** @param {import("../js/models/fields.js").Patch} [prefill] fields of the record */
export async function openAddDialog(prefill) {
    const { addRecord } = await loadPart(PARTS.add());
    addRecord(prefill);
}

export async function openSyncDialog() {
    const { explainSync } = await loadPart(PARTS.sync());
    explainSync();
}

export async function toggleChat() {
    await loadPart(PARTS.chat());
    let panel = document.querySelector("chat-panel");
    if (!panel) {
        panel = document.createElement("chat-panel");
        document.body.append(panel);
    }
    panel.toggle();
}

/** Loads all parts when the page is idle. Failures do not matter: the use of a part tries again. */
export function preloadParts() {
    const preload = () => Object.values(PARTS).forEach((load) => load().catch(() => {}));
    if ("requestIdleCallback" in globalThis) requestIdleCallback(preload, { timeout: 4000 });
    else setTimeout(preload, 1500);
}
