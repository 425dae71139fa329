// Fields with their names, hints and faults; and drafts, so that no error, reload or closed tab loses what was typed.

import { inWords } from "../models/errors.js";
import { el, icon, uniqueId } from "./dom.js";

/**
 * @param {{name: string, label: string, type?: "text"|"textarea"|"select"|string, hint?: string, options?: (string|[string, string])[],
 *     value?: unknown, wide?: boolean}} about further members become attributes of the input
 * @returns {HTMLElement} with the input inside
 */
export function field({ name, label, type = "text", hint, options, value, wide, ...attributes }) {
    const id = uniqueId(name);
    const described = `${id}-hint ${id}-fault`;
    const shared = { id, name, "aria-describedby": described, ...attributes };
    let input;
    if (type === "textarea") input = el("textarea", { rows: 4, ...shared });
    else if (type === "select")
        input = el(
            "select",
            shared,
            options.map((option) => choice(option)),
        );
    else input = el("input", { type, ...shared });
    if (value !== undefined && value !== null) input.value = value;
    return el(
        "div",
        { class: wide ? "field wide" : "field", dataset: { field: name } },
        el("label", { for: id }, label),
        input,
        hint && el("p", { class: "hint", id: `${id}-hint` }, hint),
        el("p", { class: "fault", id: `${id}-fault` }),
    );
}

const choice = (option) =>
    Array.isArray(option) ? el("option", { value: option[0] }, option[1]) : el("option", { value: option }, option);

export function rating(name, value = 0) {
    const group = uniqueId(name);
    return el(
        "fieldset",
        { class: "field", dataset: { field: name } },
        el("legend", { class: "label" }, "Rating"),
        el(
            "div",
            { class: "rating" },
            [1, 2, 3, 4, 5].map((stars) =>
                el(
                    "label",
                    {},
                    el("input", {
                        type: "radio",
                        name,
                        value: String(stars),
                        checked: stars === value,
                        id: `${group}-${stars}`,
                    }),
                    icon("star"),
                    el("span", { class: "unseen" }, stars === 1 ? "1 star" : `${stars} stars`),
                ),
            ),
        ),
        el("p", { class: "fault" }),
    );
}

/** Marks the inputs at fault, and takes the focus to the first. Whatever has no field of its own is told in `notice`. */
export function showFault(form, notice, error) {
    const { text, fields, requestId } = inWords(error);
    clearFaults(form);
    const left = { ...fields };
    for (const place of form.querySelectorAll("[data-field]")) {
        const message = fields[place.dataset.field];
        if (!message) continue;
        delete left[place.dataset.field];
        place.querySelector(".fault").textContent = sentence(plain(message));
        place.querySelector("input, select, textarea").setAttribute("aria-invalid", "true");
        for (const folded of [place.closest("details")].filter(Boolean)) folded.open = true;
    }
    const rest = Object.entries(left).map(([name, message]) => `${name} ${message}.`);
    fillNotice(notice, [text, ...rest].join(" "), error?.status >= 500 ? requestId : undefined);
    (form.querySelector("[aria-invalid]") ?? notice).focus?.();
}

export function fillNotice(notice, text, requestId) {
    notice.className = "notice bad";
    notice.setAttribute("role", "alert");
    notice.tabIndex = -1;
    notice.replaceChildren(icon("warning"), el("p", {}, text));
    if (requestId)
        notice.append(
            el(
                "p",
                { class: "fine soft" },
                "For whoever runs this vault: request ",
                el("span", { class: "stamp" }, requestId),
            ),
        );
    notice.hidden = false;
}

export function clearFaults(form) {
    for (const fault of form.querySelectorAll(".fault")) fault.textContent = "";
    for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
}

/** A limit in bytes means nothing to whoever types. */
const plain = (message) => message.replace("must have 8 to 1024 bytes", "must have at least 8 characters");

const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;

/** While `work` runs the button cannot be pressed twice, and says what happens. */
export async function busy(button, label, work) {
    const children = [...button.childNodes];
    button.setAttribute("aria-disabled", "true");
    button.replaceChildren(label);
    try {
        return await work();
    } finally {
        button.removeAttribute("aria-disabled");
        button.replaceChildren(...children);
    }
}

const KEY = "draft:";

/** Keeps what is typed into `form` until `forget`; returns whether something was there from before. Passwords are never kept. */
export function keepDraft(form, name) {
    const key = KEY + name;
    const kept = readDraft(key);
    for (const [field, value] of Object.entries(kept ?? {}))
        if (!form.elements[field]?.value) setValue(form, field, value);
    form.addEventListener("input", () => {
        const values = [...new FormData(form)].filter(
            ([field, value]) => typeof value === "string" && value && form.elements[field]?.type !== "password",
        );
        try {
            if (values.length) localStorage.setItem(key, JSON.stringify(Object.fromEntries(values)));
            else localStorage.removeItem(key);
        } catch {
            // A full or closed storage must not stop anybody from typing.
        }
    });
    return { restored: kept !== null, forget: () => localStorage.removeItem(key) };
}

function readDraft(key) {
    try {
        return JSON.parse(localStorage.getItem(key));
    } catch {
        return null;
    }
}

/** Sets a field by name, radio buttons included. */
export function setValue(form, name, value) {
    const control = form.elements[name];
    if (!control) return;
    if (control instanceof RadioNodeList) for (const radio of control) radio.checked = radio.value === String(value);
    else control.value = value ?? "";
}
