/** Dialogs based on the browser's `<dialog>`, which keeps the focus inside. Closing returns it to where it was. */

import { button, el, makeId } from "../js/ui/dom.js";
import { icon } from "../js/ui/icons.js";

/** @typedef {import("../js/ui/dom.js").Child} Child */

/**
 * Shows a dialog. It is removed from the document when it is closed.
 * @param {{title: string, body: Child[], foot?: Child[], className?: string}} content
 */
export function openDialog({ title, body, foot, className }) {
    const id = makeId("dialog");
    const close = () => dialog.close();
    /** @type {HTMLDialogElement} */
    const dialog = el(
        "dialog",
        { "aria-labelledby": id, class: className },
        el(
            "div",
            { class: "sheet-head" },
            el("h2", { id }, title),
            button({ class: "button icon bare", "aria-label": "Close", onclick: close }, icon("close")),
        ),
        el("div", { class: "sheet-body" }, body),
        foot && el("div", { class: "sheet-foot" }, foot),
    );
    const focused = document.activeElement;
    dialog.addEventListener("close", () => {
        dialog.remove();
        if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
    });
    document.body.append(dialog);
    dialog.showModal();
    return dialog;
}

/**
 * Asks before an action that cannot be undone.
 * @param {{title: string, text: string, yes: string}} question
 * @returns {Promise<boolean>}
 */
export function confirmDanger({ title, text, yes }) {
    return new Promise((resolve) => {
        let answer = false;
        /** @param {boolean} value */
        const decide = (value) => {
            answer = value;
            dialog.close();
        };
        const dialog = openDialog({
            title,
            body: [el("p", {}, text)],
            foot: [
                button({ class: "button quiet", onclick: () => decide(false), autofocus: true }, "Cancel"),
                button({ class: "button danger", onclick: () => decide(true) }, yes),
            ],
        });
        dialog.addEventListener("close", () => resolve(answer));
    });
}
