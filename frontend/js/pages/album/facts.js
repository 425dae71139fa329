/** The fields of the album. A value is a button that turns into an input. */

import { announce } from "../../../components/notices.js";
import * as collection from "../../models/collection.js";
import { usualCurrency } from "../../models/prices.js";
import { FIELDS, formatField, parseField, toInput, valueOf } from "../../ui/album-fields.js";
import { button, el, find } from "../../ui/dom.js";
import { describeError } from "../../ui/error-text.js";
import { controlOf, field } from "../../ui/form.js";
import { icon } from "../../ui/icons.js";
import { current, place, redrawNow, saveAlbum, uid } from "./current-album.js";

/** An amount is edited together with its currency. @type {Record<string, string[]>} */
const TOGETHER = { purchase_price: ["purchase_price", "purchase_currency"], price: ["price", "price_currency"] };
/** The fields that are shown in the typewriter font. */
const NUMBERS = ["catno", "barcode"];
const NOTES_PROMPT = "Where you found it, how it sounds, who gave it to you …";

/** @param {string} name */
export const makeFact = (name) =>
    el(
        "div",
        { class: "fact", dataset: { fact: name } },
        el("dt", {}, FIELDS[name].label),
        el("dd", {}, makeValue(name)),
    );

/** @param {string} name */
function textOf(name) {
    if (name !== "crate") return formatField(name, current());
    return collection.crates().find(({ uid: crate }) => crate === current().crate)?.name ?? "";
}

/** The value, or a prompt. @param {string} name */
export function makeValue(name) {
    const text = textOf(name);
    const shown = text || (name === "notes" ? NOTES_PROMPT : "Add");
    return button(
        {
            class: text ? "value" : "value unset",
            "aria-label": `${FIELDS[name].label}: ${shown}${text ? ". Edit" : ""}`,
            onclick: () => edit(name),
        },
        el("span", { class: text && NUMBERS.includes(name) ? "stamp" : undefined }, shown),
        icon("edit"),
    );
}

/** The value of a title, without a label. @param {"artist"|"album"} name @param {string} className */
export const makeInlineValue = (name, className) =>
    button(
        { class: `value ${className}`, "aria-label": `${current()[name]}. Edit`, onclick: () => edit(name) },
        el("span", {}, current()[name]),
        icon("edit"),
    );

/** The key of the text that is being typed, in `sessionStorage`. @param {string} name */
const draftKey = (name) => `draft:${uid}:${name}`;

/** Replaces a value by its form. @param {string} name */
function edit(name) {
    submitOtherForms(name);
    const names = TOGETHER[name] ?? [name];
    const notice = el("p", { class: "fault", role: "alert" });
    const form = el(
        "form",
        { class: "in-place", novalidate: true, dataset: { name } },
        names.map(makeInput),
        notice,
        el(
            "div",
            { class: "row" },
            el("button", { type: "submit", class: "button small" }, "Save"),
            button({ class: "button small bare", onclick: () => closeForm(name) }, "Cancel"),
        ),
    );
    const input = controlOf(form, name);
    form.addEventListener("keydown", (event) => {
        if (event.key === "Escape") closeForm(name);
        const isTextarea = event.target instanceof HTMLTextAreaElement;
        if (event.key === "Enter" && isTextarea && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    form.addEventListener("input", () => sessionStorage.setItem(draftKey(name), input.value));
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        submit(form, name, names, notice);
    });
    const fact = find(`[data-fact="${name}"]`, place);
    (fact.querySelector("dd") ?? fact).replaceChildren(form);
    input.focus();
    input.select?.();
}

/** Saves the values that are still being edited. @param {string} name of the form that stays */
function submitOtherForms(name) {
    /** @type {NodeListOf<HTMLFormElement>} */
    const forms = place.querySelectorAll("form.in-place");
    for (const form of forms) if (form.dataset.name !== name) form.requestSubmit();
}

/** @param {HTMLFormElement} form @param {string} name @param {string[]} names @param {HTMLElement} notice */
async function submit(form, name, names, notice) {
    const patch = Object.fromEntries(names.map((each) => [each, parseField(each, controlOf(form, each).value)]));
    if (name === "price") Object.assign(patch, originOfPrice(patch.price));
    try {
        await saveAlbum(patch);
        closeForm(name);
        announce("Saved");
    } catch (error) {
        const { text, fields } = describeError(error);
        const faults = names.filter((each) => fields[each]).map((each) => `${FIELDS[each].label} ${fields[each]}.`);
        notice.textContent = faults.join(" ") || text;
        controlOf(form, name).setAttribute("aria-invalid", "true");
        controlOf(form, name).focus();
    }
}

/** @param {unknown} price */
const originOfPrice = (price) =>
    price === null
        ? { price_at: null, price_source: null }
        : { price_at: new Date().toISOString().slice(0, 10), price_source: "By hand" };

/** @param {string} name */
function makeInput(name) {
    const { label, input } = FIELDS[name];
    const crates = () => [["", "In no crate"], ...collection.crates().map((crate) => [crate.uid, crate.name])];
    const isCurrency = name.endsWith("_currency");
    const present = valueOf(current(), name);
    const value = isCurrency ? (present ?? usualCurrency()) : toInput(name, present);
    const node = field({
        name,
        label,
        ...input,
        options: name === "crate" ? crates() : input?.options,
        value: sessionStorage.getItem(draftKey(name)) ?? value,
    });
    // The label of the fact is enough for the eye; the currency has none.
    if (!isCurrency) find("label", node).classList.add("unseen");
    return node;
}

/** @param {string} name */
function closeForm(name) {
    sessionStorage.removeItem(draftKey(name));
    place.querySelector("form.in-place")?.remove();
    redrawNow();
    /** @type {HTMLElement|null} */
    const value = place.querySelector(`[data-fact="${name}"] button`);
    value?.focus();
}
