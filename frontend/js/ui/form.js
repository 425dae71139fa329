/** Form fields with labels, hints and messages, and drafts: no error, reload or closed tab loses what was typed. */

import { button, el, makeId } from "./dom.js";
import { describeError, statusOf } from "./error-text.js";
import { icon } from "./icons.js";

/** @typedef {import("./dom.js").Attributes} Attributes */
/** @typedef {import("./dom.js").Child} Child */
/** @typedef {string|string[]} Option a value that is its own text, or value and text */
/**
 * Further members become attributes of the input.
 * @typedef {object} FieldOptions
 * @property {string} name
 * @property {string} label
 * @property {string} [type]  of the input, or "textarea" or "select"
 * @property {string} [hint]
 * @property {Option[]} [options]  of a select
 * @property {unknown} [value]
 * @property {boolean} [wide]  takes a row of its own
 */
/** @typedef {HTMLInputElement|HTMLTextAreaElement|HTMLSelectElement} Control */

/**
 * Makes a label, an input, a hint and a place for a message.
 * @param {FieldOptions & Record<string, unknown>} options
 */
export function field({ name, label, type = "text", hint, options = [], value, wide, ...attributes }) {
    const id = makeId(name);
    const shared = { id, name, "aria-describedby": `${id}-hint ${id}-fault`, ...attributes };
    const input = makeControl(type, shared, options);
    if (value !== undefined && value !== null) input.value = String(value);
    return el(
        "div",
        { class: wide ? "field wide" : "field", dataset: { field: name } },
        el("label", { for: id }, label),
        input,
        hint && el("p", { class: "hint", id: `${id}-hint` }, hint),
        el("p", { class: "fault", id: `${id}-fault` }),
    );
}

/** @param {string} type @param {Attributes} attributes @param {Option[]} options @returns {Control} */
function makeControl(type, attributes, options) {
    if (type === "textarea") return el("textarea", { rows: 4, ...attributes });
    if (type === "select") return el("select", attributes, options.map(makeOption));
    return el("input", { type, ...attributes });
}

/** @param {Option} option */
const makeOption = (option) =>
    Array.isArray(option) ? el("option", { value: option[0] }, option[1]) : el("option", { value: option }, option);

/** Five stars, as radio buttons. @param {string} name */
export function ratingField(name) {
    const group = makeId(name);
    /** @param {number} stars */
    const star = (stars) =>
        el(
            "label",
            {},
            el("input", { type: "radio", name, value: String(stars), id: `${group}-${stars}` }),
            icon("star"),
            el("span", { class: "unseen" }, stars === 1 ? "1 star" : `${stars} stars`),
        );
    return el(
        "fieldset",
        { class: "field", dataset: { field: name } },
        el("legend", { class: "label" }, "Rating"),
        el("div", { class: "rating" }, [1, 2, 3, 4, 5].map(star)),
        el("p", { class: "fault" }),
    );
}

/** The control that a form must have. @param {HTMLFormElement} form @param {string} name */
export const controlOf = (form, name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));

/** The texts of a form by name; files are left out. @param {HTMLFormElement} form @returns {Record<string, string>} */
export const readForm = (form) =>
    Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, typeof value === "string" ? value : ""]));

/**
 * Shows each message at its field and focuses the first. `notice` shows the rest.
 * @param {HTMLFormElement} form
 * @param {HTMLElement} notice
 * @param {unknown} error
 */
export function showFaults(form, notice, error) {
    const { text, fields, requestId } = describeError(error);
    clearFaults(form);
    const unplaced = { ...fields };
    for (const place of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-field]"))) {
        const name = place.dataset.field ?? "";
        if (!fields[name]) continue;
        delete unplaced[name];
        showFault(place, fields[name]);
    }
    const rest = Object.entries(unplaced).map(([name, message]) => `${name} ${message}.`);
    const isServerFault = (statusOf(error) ?? 0) >= 500;
    fillNotice(notice, [text, ...rest].join(" "), isServerFault ? requestId : undefined);
    /** @type {HTMLElement|null} */
    const first = form.querySelector("[aria-invalid]");
    (first ?? notice).focus();
}

/** @param {HTMLElement} place @param {string} message */
function showFault(place, message) {
    const fault = place.querySelector(".fault");
    if (fault) fault.textContent = toSentence(message);
    place.querySelector("input, select, textarea")?.setAttribute("aria-invalid", "true");
    const folded = place.closest("details");
    if (folded) folded.open = true;
}

/** @param {HTMLElement} notice @param {string} text @param {string} [requestId] */
export function fillNotice(notice, text, requestId) {
    notice.className = "notice bad";
    notice.setAttribute("role", "alert");
    notice.tabIndex = -1;
    notice.replaceChildren(icon("warning"), el("p", {}, text));
    if (requestId) {
        const id = el("span", { class: "stamp" }, requestId);
        notice.append(el("p", { class: "fine soft" }, "For the operator of this vault: request ", id));
    }
    notice.hidden = false;
}

/**
 * Runs `run` with what was typed when the form is submitted, and shows the faults. While it runs, the button shows
 * `busy`, and the form is not submitted again.
 * @param {HTMLFormElement} form
 * @param {{notice: HTMLElement, submit: HTMLElement, busy: string}} parts
 * @param {(typed: Record<string, string>) => Promise<void>} run
 */
export function handleSubmit(form, { notice, submit, busy }, run) {
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        if (submit.getAttribute("aria-disabled")) return;
        clearFaults(form);
        notice.hidden = true;
        try {
            await runBusy(submit, busy, () => run(readForm(form)));
        } catch (error) {
            showFaults(form, notice, error);
        }
    });
}

/** @param {HTMLFormElement} form */
export function clearFaults(form) {
    for (const fault of form.querySelectorAll(".fault")) fault.textContent = "";
    for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
}

/** @param {string} text */
const toSentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;

/**
 * Runs `work`. Until it ends, the button cannot be pressed again and shows `label`.
 * @template T
 * @param {HTMLElement} pressed
 * @param {string} label
 * @param {() => Promise<T>} work
 */
export async function runBusy(pressed, label, work) {
    const children = [...pressed.childNodes];
    pressed.setAttribute("aria-disabled", "true");
    pressed.replaceChildren(label);
    try {
        return await work();
    } finally {
        pressed.removeAttribute("aria-disabled");
        pressed.replaceChildren(...children);
    }
}

/** The usual button in a list: small and quiet. @param {Attributes} attributes @param {Child[]} children */
export const smallButton = (attributes, ...children) =>
    button({ ...attributes, class: `button small quiet ${attributes.class ?? ""}`.trim() }, children);

const DRAFT_PREFIX = "draft:";

/**
 * Stores what is typed into `form`, except passwords, until `forget` is called, and fills in what was stored before.
 * @param {HTMLFormElement} form
 * @param {string} name
 * @returns {{isRestored: boolean, forget: () => void}}
 */
export function keepDraft(form, name) {
    const key = DRAFT_PREFIX + name;
    const draft = readDraft(key);
    for (const [each, value] of Object.entries(draft ?? {})) {
        if (!controlOf(form, each)?.value) setValue(form, each, value);
    }
    form.addEventListener("input", () => {
        const values = Object.entries(readForm(form)).filter(
            ([each, value]) => value && controlOf(form, each)?.type !== "password",
        );
        try {
            if (values.length) localStorage.setItem(key, JSON.stringify(Object.fromEntries(values)));
            else localStorage.removeItem(key);
        } catch {
            // The storage is full or blocked. Typing goes on without a draft.
        }
    });
    return { isRestored: draft !== null, forget: () => localStorage.removeItem(key) };
}

/** @param {string} key @returns {Record<string, string>|null} */
function readDraft(key) {
    try {
        return JSON.parse(localStorage.getItem(key) ?? "null");
    } catch {
        return null;
    }
}

/**
 * Sets a field by its name; radio buttons are one field.
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {unknown} value
 */
export function setValue(form, name, value) {
    const control = form.elements.namedItem(name);
    if (control instanceof RadioNodeList) {
        for (const radio of control) {
            if (radio instanceof HTMLInputElement) radio.checked = radio.value === String(value);
        }
    } else if (control) Object.assign(control, { value: value ?? "" });
}
