/** The crates: the places where records are kept. */

import { confirmDanger, openDialog } from "../../../components/dialog.js";
import * as collection from "../../models/collection.js";
import { el, find, replace } from "../../ui/dom.js";
import { controlOf, field, showFaults, smallButton } from "../../ui/form.js";
import { formatCount } from "../../ui/format.js";
import { shelfLink } from "../../ui/links.js";
import { makeForm } from "./section.js";

/** @typedef {ReturnType<typeof collection.crates>[number]} Crate */

export function makeCrates() {
    const body = el("div", { class: "stack" });
    const draw = () => {
        const crates = collection.crates();
        const none = el(
            "p",
            { class: "soft" },
            "No crates yet. A crate is where you keep records: a shelf, a box, a pile.",
        );
        const list = el(
            "ul",
            { class: "ledger" },
            crates.map((crate) => makeCrate(crate, draw)),
        );
        replace(body, crates.length ? list : none, makeNewCrate(body, draw));
    };
    draw();
    return body;
}

/** @param {HTMLElement} body @param {() => void} draw */
const makeNewCrate = (body, draw) =>
    makeForm({
        fields: [field({ name: "name", label: "New crate", autocomplete: "off" })],
        yes: "Add the crate",
        run: async ({ name }) => {
            await collection.addCrate({ name: name.trim() });
            draw();
            find("input", body).focus();
        },
    });

/** @param {Crate} crate @param {() => void} draw */
function makeCrate(crate, draw) {
    const { uid, name, count } = crate;
    return el(
        "li",
        { class: "row" },
        el("a", { href: shelfLink({ crate: uid }) }, name),
        el("span", { class: "soft fine" }, formatCount(count, "record")),
        el(
            "span",
            { class: "row push" },
            smallButton({ "aria-label": `Rename ${name}`, onclick: () => openRename(crate, draw) }, "Rename"),
            smallButton({ "aria-label": `Remove ${name}`, onclick: () => removeCrate(crate, draw) }, "Remove"),
        ),
    );
}

/** @param {Crate} crate @param {() => void} draw */
function openRename({ uid, name }, draw) {
    const notice = el("div", { hidden: true });
    const input = field({ name: "name", label: "Name", value: name });
    const form = el("form", { id: "rename", novalidate: true }, notice, input);
    const submit = el("button", { type: "submit", form: "rename", class: "button" }, "Save");
    const dialog = openDialog({ title: "Rename the crate", body: [form], foot: [submit] });
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        try {
            await collection.editCrate(uid, { name: controlOf(form, "name").value.trim() });
            dialog.close();
            draw();
        } catch (error) {
            showFaults(form, notice, error);
        }
    });
}

/** @param {Crate} crate @param {() => void} draw */
async function removeCrate({ uid, name, count }, draw) {
    const records = formatCount(count, "record");
    const isConfirmed = await confirmDanger({
        title: `Remove “${name}”?`,
        text: count ? `The ${records} in it stay on your shelf, in no crate.` : "It is empty.",
        yes: "Remove the crate",
    });
    if (!isConfirmed) return;
    await collection.removeCrate(uid);
    draw();
}
