// Dialogs on the browser's own <dialog>: focus is kept inside, and goes back where it came from.

import { el, icon, uniqueId } from "../js/ui/dom.js";

/**
 * @param {{title: string, body: (Node|string)[], foot?: Node[], label?: string, className?: string}} content
 * @returns {HTMLDialogElement} shown; it leaves the document when it is closed
 */
export function openDialog({ title, body, foot, className }) {
    const id = uniqueId("dialog");
    const dialog = el(
        "dialog",
        { "aria-labelledby": id, class: className },
        el(
            "div",
            { class: "sheet-head" },
            el("h2", { id }, title),
            el(
                "button",
                { type: "button", class: "button icon bare", "aria-label": "Close", onclick: () => dialog.close() },
                icon("close"),
            ),
        ),
        el("div", { class: "sheet-body" }, body),
        foot && el("div", { class: "sheet-foot" }, foot),
    );
    const from = document.activeElement;
    dialog.addEventListener("close", () => {
        dialog.remove();
        from?.focus?.({ preventScroll: true });
    });
    document.body.append(dialog);
    dialog.showModal();
    return dialog;
}

/**
 * Asks before something that cannot be taken back.
 * @param {{title: string, text: string, yes: string, danger?: boolean}} question
 * @returns {Promise<boolean>}
 */
export function confirmed({ title, text, yes, danger = false }) {
    return new Promise((resolve) => {
        let answer = false;
        const decide = (value) => () => {
            answer = value;
            dialog.close();
        };
        const dialog = openDialog({
            title,
            body: [el("p", {}, text)],
            foot: [
                el(
                    "button",
                    { type: "button", class: "button quiet", onclick: decide(false), autofocus: true },
                    "Cancel",
                ),
                el(
                    "button",
                    { type: "button", class: danger ? "button danger" : "button", onclick: decide(true) },
                    yes,
                ),
            ],
        });
        dialog.addEventListener("close", () => resolve(answer));
    });
}
