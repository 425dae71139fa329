/** The parts that the sections of the settings share: a form, and a place for what only the vault knows. */

import { showToast } from "../../../components/notices.js";
import { Offline } from "../../models/errors.js";
import { el, replace } from "../../ui/dom.js";
import { describeError, statusOf } from "../../ui/error-text.js";
import { handleSubmit, smallButton } from "../../ui/form.js";

/** @typedef {import("../../ui/dom.js").Child} Child */
/**
 * @typedef {object} FormOptions
 * @property {Child[]} fields
 * @property {string} yes  the text of the button
 * @property {(typed: Record<string, string>, form: HTMLFormElement) => Promise<void>} run
 * @property {string} [done]  the message after success
 */

/** Makes a form that shows faults at its fields. @param {FormOptions} options */
export function makeForm({ fields, yes, run, done }) {
    const notice = el("div", { hidden: true });
    const submit = el("button", { type: "submit", class: "button" }, yes);
    const form = el("form", { class: "stack narrow", novalidate: true }, notice, fields, el("div", {}, submit));
    handleSubmit(form, { notice, submit, busy: "Saving …" }, async (typed) => {
        await run(typed, form);
        if (done) showToast(done);
    });
    return form;
}

/**
 * Shows what the vault answers, or an error with a button that tries again.
 * @template T
 * @param {() => Promise<T>} load
 * @param {(answer: T, reload: () => Promise<void>) => Child} draw
 */
export function makeLoaded(load, draw) {
    const body = el("div", { class: "stack" });
    const reload = async () => {
        replace(body, el("p", { class: "soft" }, "Loading …"));
        try {
            replace(body, draw(await load(), reload));
        } catch (error) {
            const isMissing = statusOf(error) === 404;
            const retry = el("div", {}, smallButton({ onclick: reload }, "Try again"));
            replace(body, el("p", { class: "soft" }, explainFailure(error)), !isMissing && retry);
        }
    };
    reload();
    return body;
}

/** @param {unknown} error */
function explainFailure(error) {
    if (statusOf(error) === 404) return "This vault does not offer this.";
    if (error instanceof Offline) return "This is stored in your vault, which cannot be reached right now.";
    return describeError(error).text;
}
