// Records by the armful.

import * as collection from "../../models/collection.js";
import { inWords } from "../../models/errors.js";
import { MEDIA_CONDITIONS } from "../../models/fields.js";
import { confirmed, openDialog } from "../../../components/dialog.js";
import { announce, toast } from "../../../components/notices.js";
import { el, icon, replace } from "../../ui/dom.js";
import { busy, field, showFault } from "../../ui/form.js";
import { counted, number } from "../../ui/format.js";
import { state } from "./shelf-state.js";

const shelf = document.querySelector("record-shelf");
export const bulk = document.querySelector("#bulk");

export function selecting(on) {
    bulk.hidden = !on;
    shelf.selecting = on;
    const button = document.querySelector("#select");
    button.setAttribute("aria-pressed", String(on));
    document.documentElement.toggleAttribute("data-bulk", on);
    if (on) {
        showBulk();
        announce("Select records, then choose what to do with them below.");
    }
}

export function showBulk() {
    const count = shelf.picked.size;
    const act = (name, sign, label, run) =>
        el(
            "button",
            {
                type: "button",
                class: "button small quiet",
                "aria-disabled": count ? undefined : "true",
                name,
                onclick: () => shelf.picked.size && run([...shelf.picked]),
            },
            icon(sign),
            label,
        );
    const focused = document.activeElement?.name;
    replace(
        bulk,
        el("strong", { role: "status" }, count ? `${number(count)} selected` : "Select records"),
        el(
            "button",
            { type: "button", class: "button small bare", name: "every", onclick: () => shelf.pickAll() },
            `All ${number(shelf.records.length)}`,
        ),
        el(
            "button",
            {
                type: "button",
                class: "button small push",
                name: "done",
                onclick: () => (selecting(false), document.querySelector("#select").focus()),
            },
            "Done",
        ),
        el(
            "div",
            { class: "bulk-acts" },
            state.trashed
                ? [act("restore", "history", "Put back", restore), act("empty", "trash", "Empty the trash", emptyTrash)]
                : [
                      state.wanted && act("got", "check", "Got it", gotThem),
                      act("crate", "records", "Crate", toCrate),
                      act("tags", "plus", "Tag", tag),
                      act("edit", "edit", "Set", setField),
                      act("remove", "trash", "Remove", remove),
                  ],
        ),
    );
    if (focused) bulk.querySelector(`[name="${focused}"]`)?.focus();
}

async function remove(uids) {
    await collection.remove(uids);
    selecting(false);
    toast(`${counted(uids.length, "record")} moved to the trash.`, {
        label: "Undo",
        run: () => collection.restore(uids),
    });
}

async function gotThem(uids) {
    await collection.editMany(uids, { wanted: null });
    selecting(false);
    toast(`${counted(uids.length, "record")} moved to your shelf.`, {
        label: "Undo",
        run: () => collection.editMany(uids, { wanted: true }),
    });
}

async function restore(uids) {
    await collection.restore(uids);
    selecting(false);
    toast(`${counted(uids.length, "record")} back on the shelf.`);
}

async function emptyTrash() {
    const count = collection.trash().length;
    const yes = await confirmed({
        title: "Empty the trash?",
        text: `${counted(count, "record")} will be gone for good, with notes and history. This cannot be undone.`,
        yes: "Remove for good",
        danger: true,
    });
    if (!yes) return;
    try {
        await collection.emptyTrash();
        selecting(false);
    } catch (error) {
        toast(inWords(error).text);
    }
}

/** A small form over what is selected. */
function ask(title, fields, yes, run) {
    const notice = el("div", { hidden: true });
    const form = el("form", { id: "bulk-form", class: "stack", novalidate: true }, notice, fields);
    const button = el("button", { type: "submit", form: "bulk-form", class: "button" }, yes);
    const dialog = openDialog({ title, body: [form], foot: [button] });
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        try {
            await busy(button, "Saving …", () => run(Object.fromEntries(new FormData(form))));
            dialog.close();
            selecting(false);
        } catch (error) {
            showFault(form, notice, error);
        }
    });
}

function toCrate(uids) {
    const crates = collection.crates().map(({ uid, name }) => [uid, name]);
    ask(
        `Where to put ${counted(uids.length, "record")}?`,
        [
            field({ name: "crate", label: "Crate", type: "select", options: [["", "In no crate"], ...crates] }),
            field({ name: "name", label: "Or a new crate", autocomplete: "off" }),
        ],
        "Move",
        async ({ crate, name }) => {
            const target = name.trim() ? (await collection.addCrate({ name: name.trim() })).uid : crate || null;
            await collection.editMany(uids, { crate: target });
            toast(`${counted(uids.length, "record")} moved.`);
        },
    );
}

function tag(uids) {
    ask(
        `Tag ${counted(uids.length, "record")}`,
        [
            field({
                name: "tag",
                label: "Tag",
                required: true,
                autocomplete: "off",
                hint: "Added to the tags that a record has already",
            }),
        ],
        "Add the tag",
        async ({ tag: word }) => {
            const byTags = new Map();
            for (const uid of uids) {
                const tags = [...new Set([...(collection.get(uid).tags ?? []), word.trim()])];
                const key = JSON.stringify(tags);
                byTags.set(key, { tags, uids: [...(byTags.get(key)?.uids ?? []), uid] });
            }
            for (const { tags, uids: same } of byTags.values()) await collection.editMany(same, { tags });
            toast(`${counted(uids.length, "record")} tagged “${word.trim()}”.`);
        },
    );
}

function setField(uids) {
    ask(
        `Set for ${counted(uids.length, "record")}`,
        [
            field({ name: "genre", label: "Genre", hint: "What is left empty stays as it is" }),
            field({ name: "format", label: "Format" }),
            field({
                name: "media_condition",
                label: "Record",
                type: "select",
                options: [["", "As it is"], ...MEDIA_CONDITIONS],
            }),
            field({
                name: "rating",
                label: "Rating",
                type: "select",
                options: [["", "As it is"], ...[5, 4, 3, 2, 1].map((stars) => [String(stars), "★".repeat(stars)])],
            }),
        ],
        "Save",
        async (typed) => {
            const patch = Object.fromEntries(
                Object.entries(typed)
                    .filter(([, value]) => value.trim())
                    .map(([name, value]) => [name, name === "rating" ? Number(value) : value.trim()]),
            );
            await collection.editMany(uids, patch);
            toast(`${counted(uids.length, "record")} changed.`);
        },
    );
}
