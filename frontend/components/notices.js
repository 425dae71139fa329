// Short messages at the lower edge, and what screen readers are told in passing.

import { el } from "../js/ui/dom.js";

const LASTS_MS = 6000;

const host = () => document.querySelector("dialog[open]") ?? document.body;

function region(name, attributes) {
    const place = host();
    const found = place.querySelector(`:scope > .${name}`);
    if (found) return found;
    const made = el("div", { class: name, ...attributes });
    place.append(made);
    return made;
}

/**
 * @param {string} text
 * @param {{label: string, run: () => void}} [action] such as "Undo"; the message then stays longer
 */
export function toast(text, action) {
    const node = el("div", { class: "toast" }, el("span", {}, text));
    const close = () => node.remove();
    if (action) {
        const act = () => {
            close();
            action.run();
        };
        node.append(el("button", { type: "button", class: "button small quiet", onclick: act }, action.label));
    }
    const list = region("toasts", { role: "status" });
    list.replaceChildren(node);
    let timer = setTimeout(close, action ? 2 * LASTS_MS : LASTS_MS);
    node.addEventListener("focusin", () => clearTimeout(timer));
    node.addEventListener("focusout", () => (timer = setTimeout(close, LASTS_MS)));
}

let pending;
/** Tells screen readers, and nobody else; what follows quickly replaces what was not said yet. */
export function announce(text) {
    const quiet = region("announcer", { role: "status", class: "announcer unseen" });
    clearTimeout(pending);
    pending = setTimeout(() => (quiet.textContent = text), 400);
}
