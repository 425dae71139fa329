// What most visits do without is loaded when it is asked for, or when the page has nothing better to do: by the time the signal is
// lost, it is there.

import { toast } from "./notices.js";

const PARTS = ["./add-dialog.js", "./sync-dialog.js", "./chat-panel.js"];

/** @param {string} part a module beside this one */
export async function later(part) {
    try {
        return await import(part);
    } catch (error) {
        toast(
            "This part of the page has not been loaded yet, and there is no connection. Try again when there is one.",
        );
        throw error;
    }
}

/** @param {object} [prefill] fields of the record */
export async function openAdd(prefill) {
    const { addRecord } = await later("./add-dialog.js");
    return addRecord(prefill);
}

export function warm() {
    const idle = globalThis.requestIdleCallback ?? ((run) => setTimeout(run, 1500));
    idle(() => PARTS.forEach((part) => import(part).catch(() => {})), { timeout: 4000 });
}
