// What is known of the record, edited where it stands.

import * as collection from "../../models/collection.js";
import { inWords } from "../../models/errors.js";
import { announce } from "../../../components/notices.js";
import { FIELDS, shown, typed, valueOf } from "../../ui/album-fields.js";
import { el, icon } from "../../ui/dom.js";
import { field } from "../../ui/form.js";
import { place, present, save, uid } from "./current-album.js";

// An amount and its currency are one thing to whoever edits it.
const TOGETHER = { purchase_price: ["purchase_price", "purchase_currency"], price: ["price", "price_currency"] };

export const fact = (name) =>
    el("div", { class: "fact", dataset: { fact: name } }, el("dt", {}, FIELDS[name].label), el("dd", {}, value(name)));

const text = (name) =>
    name === "crate"
        ? (collection.crates().find((crate) => crate.uid === present.album.crate)?.name ?? "")
        : shown(name, present.album);

/** What stands there, as a button that turns into the input. */
export function value(name) {
    const now = text(name);
    const said = now || (name === "notes" ? "Where you found it, how it sounds, who gave it to you …" : "Add");
    return el(
        "button",
        {
            type: "button",
            class: now ? "value" : "value unset",
            "aria-label": `${FIELDS[name].label}: ${said}${now ? ". Edit" : ""}`,
            onclick: () => edit(name),
        },
        el("span", { class: now && ["catno", "barcode"].includes(name) ? "stamp" : undefined }, said),
        icon("edit"),
    );
}

export const inline = (name, className) =>
    el(
        "button",
        {
            type: "button",
            class: `value ${className}`,
            "aria-label": `${present.album[name]}. Edit`,
            onclick: () => edit(name),
        },
        el("span", {}, present.album[name]),
        icon("edit"),
    );

const draftKey = (name) => `draft:${uid}:${name}`;

function edit(name) {
    for (const open of place.querySelectorAll("form.in-place")) if (open.dataset.name !== name) open.requestSubmit();
    const names = TOGETHER[name] ?? [name];
    const notice = el("p", { class: "fault", role: "alert" });
    const inputs = names.map((each) => input(each));
    const form = el(
        "form",
        { class: "in-place", novalidate: true, dataset: { name } },
        inputs,
        notice,
        el(
            "div",
            { class: "row" },
            el("button", { type: "submit", class: "button small" }, "Save"),
            el("button", { type: "button", class: "button small bare", onclick: () => close(name) }, "Cancel"),
        ),
    );
    form.addEventListener("keydown", (event) => {
        if (event.key === "Escape") close(name);
        if (event.key === "Enter" && event.target.tagName === "TEXTAREA" && (event.ctrlKey || event.metaKey))
            form.requestSubmit();
    });
    form.addEventListener("input", () => sessionStorage.setItem(draftKey(name), form.elements[name].value));
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        const patch = Object.fromEntries(names.map((each) => [each, valueOf(each, form.elements[each].value)]));
        if (name === "price")
            Object.assign(patch, {
                price_at: patch.price === null ? null : new Date().toISOString().slice(0, 10),
                price_source: patch.price === null ? null : "By hand",
            });
        try {
            await save(patch);
            close(name);
            announce("Saved");
        } catch (error) {
            const { text: words, fields } = inWords(error);
            notice.textContent =
                names
                    .map((each) => fields[each] && `${FIELDS[each].label} ${fields[each]}.`)
                    .filter(Boolean)
                    .join(" ") || words;
            form.elements[name].setAttribute("aria-invalid", "true");
            form.elements[name].focus();
        }
    });
    const spot = place.querySelector(`[data-fact="${name}"]`);
    (spot.querySelector("dd") ?? spot).replaceChildren(form);
    form.elements[name].focus();
    form.elements[name].select?.();
}

function input(name) {
    const options =
        name === "crate"
            ? [["", "In no crate"], ...collection.crates().map((crate) => [crate.uid, crate.name])]
            : FIELDS[name].input?.options;
    const kept = sessionStorage.getItem(draftKey(name));
    const now = name.endsWith("_currency")
        ? (present.album[name] ?? usualCurrency())
        : typed(name, present.album[name]);
    const node = field({ name, label: FIELDS[name].label, ...FIELDS[name].input, options, value: kept ?? now });
    if (!name.endsWith("_currency")) node.querySelector("label").classList.add("unseen");
    return node;
}

export const usualCurrency = () =>
    collection.stats().value[0]?.currency || collection.stats().spent[0]?.currency || "EUR";

function close(name) {
    sessionStorage.removeItem(draftKey(name));
    place.querySelector("form.in-place")?.remove();
    present.draw();
    place.querySelector(`[data-fact="${name}"] button`)?.focus();
}
