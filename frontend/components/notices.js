/** Short messages at the lower edge of the page, and messages for screen readers. */

import { el } from "../js/ui/dom.js";

const SHOWN_MS = 6000;
/** Time until a screen reader is given the text: further calls in this time replace it. */
const ANNOUNCE_MS = 400;

/**
 * The region of a class. An open dialog has its own, because everything outside of it is inert.
 * @param {string} name
 * @param {import("../js/ui/dom.js").Attributes} attributes
 * @returns {Element}
 */
function findRegion(name, attributes) {
    const parent = document.querySelector("dialog[open]") ?? document.body;
    const found = parent.querySelector(`:scope > .${name}`);
    if (found) return found;
    const made = el("div", { class: name, ...attributes });
    parent.append(made);
    return made;
}

/**
 * Shows a message for some seconds.
 * @param {string} text
 * @param {{label: string, run: () => unknown}} [action] such as "Undo"; the message then stays longer
 */
export function showToast(text, action) {
    const node = el("div", { class: "toast" }, el("span", {}, text));
    const close = () => node.remove();
    if (action) {
        const act = () => {
            close();
            action.run();
        };
        node.append(el("button", { type: "button", class: "button small quiet", onclick: act }, action.label));
    }
    findRegion("toasts", { role: "status" }).replaceChildren(node);
    let timer = setTimeout(close, action ? 2 * SHOWN_MS : SHOWN_MS);
    node.addEventListener("focusin", () => clearTimeout(timer));
    node.addEventListener("focusout", () => (timer = setTimeout(close, SHOWN_MS)));
}

/** @type {ReturnType<typeof setTimeout>|undefined} */
let pending;

/** Gives a text to screen readers only. @param {string} text */
export function announce(text) {
    const region = findRegion("announcer", { role: "status", class: "announcer unseen" });
    clearTimeout(pending);
    pending = setTimeout(() => (region.textContent = text), ANNOUNCE_MS);
}
