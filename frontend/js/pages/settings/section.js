// What the sections of the settings are made of.

import { inWords } from "../../models/errors.js";
import { toast } from "../../../components/notices.js";
import { el, replace } from "../../ui/dom.js";
import { busy, clearFaults, showFault } from "../../ui/form.js";

/** A form that says what is wrong at the field, and that it is saved. */
export function form({ fields, yes, run, done }) {
    const notice = el("div", { hidden: true });
    const button = el("button", { type: "submit", class: "button" }, yes);
    const node = el("form", { class: "stack narrow", novalidate: true }, notice, fields, el("div", {}, button));
    node.addEventListener("submit", async (event) => {
        event.preventDefault();
        if (button.getAttribute("aria-disabled")) return;
        clearFaults(node);
        notice.hidden = true;
        try {
            await busy(button, "Saving …", () => run(Object.fromEntries(new FormData(node)), node));
            if (done) toast(done);
        } catch (error) {
            showFault(node, notice, error);
        }
    });
    return node;
}

/** What only the vault knows: shown when it has come, with a way to try again. */
export function fetched(load, draw) {
    const body = el("div", { class: "stack" });
    const look = async () => {
        replace(body, el("p", { class: "soft" }, "Looking it up …"));
        try {
            const answer = await load();
            replace(body, ...[draw(answer, look)].flat());
        } catch (error) {
            const text =
                error.status === 404
                    ? "This vault does not offer that."
                    : error.code === "offline"
                      ? "This is kept in your vault, which cannot be reached now."
                      : inWords(error).text;
            replace(
                body,
                el("p", { class: "soft" }, text),
                error.status !== 404 &&
                    el(
                        "div",
                        {},
                        el("button", { type: "button", class: "button small quiet", onclick: look }, "Try again"),
                    ),
            );
        }
    };
    look();
    return body;
}
