/** The forms that change all selected records. */

import { openDialog } from "../../../components/dialog.js";
import { showToast } from "../../../components/notices.js";
import * as collection from "../../models/collection.js";
import { MEDIA_CONDITIONS } from "../../models/fields.js";
import { parseField } from "../../ui/album-fields.js";
import { el } from "../../ui/dom.js";
import { field, handleSubmit } from "../../ui/form.js";
import { formatCount } from "../../ui/format.js";

/**
 * Opens a form. `run` receives what was typed, and returns the message that is shown afterwards.
 * @param {{title: string, fields: HTMLElement[], yes: string}} content
 * @param {() => void} onDone
 * @param {(typed: Record<string, string>) => Promise<string>} run
 */
function openForm({ title, fields, yes }, onDone, run) {
    const notice = el("div", { hidden: true });
    const form = el("form", { id: "bulk-form", class: "stack", novalidate: true }, notice, fields);
    const submit = el("button", { type: "submit", form: "bulk-form", class: "button" }, yes);
    const dialog = openDialog({ title, body: [form], foot: [submit] });
    handleSubmit(form, { notice, submit, busy: "Saving …" }, async (typed) => {
        const message = await run(typed);
        dialog.close();
        onDone();
        showToast(message);
    });
}

/** Puts records into a crate. @param {string[]} uids @param {() => void} onDone */
export function openCrateForm(uids, onDone) {
    const count = formatCount(uids.length, "record");
    const crates = collection.crates().map(({ uid, name }) => [uid, name]);
    const fields = [
        field({ name: "crate", label: "Crate", type: "select", options: [["", "In no crate"], ...crates] }),
        field({ name: "name", label: "Or a new crate", autocomplete: "off" }),
    ];
    openForm({ title: `Where to put ${count}?`, fields, yes: "Move" }, onDone, async ({ crate, name }) => {
        const made = name.trim() ? await collection.addCrate({ name: name.trim() }) : null;
        await collection.editMany(uids, { crate: made?.uid ?? (crate || null) });
        return `${count} moved.`;
    });
}

/** Adds a tag to records. @param {string[]} uids @param {() => void} onDone */
export function openTagForm(uids, onDone) {
    const count = formatCount(uids.length, "record");
    const hint = "It is added to the tags that a record already has";
    const fields = [field({ name: "tag", label: "Tag", required: true, autocomplete: "off", hint })];
    openForm({ title: `Tag ${count}`, fields, yes: "Add the tag" }, onDone, async ({ tag }) => {
        await addTag(uids, tag.trim());
        return `${count} tagged “${tag.trim()}”.`;
    });
}

/** Records that get equal tags are edited together. @param {string[]} uids @param {string} tag */
async function addTag(uids, tag) {
    /** @type {Map<string, {tags: string[], uids: string[]}>} */
    const groups = new Map();
    for (const uid of uids) {
        const tags = [...new Set([...(collection.get(uid)?.tags ?? []), tag])];
        const key = JSON.stringify(tags);
        groups.set(key, { tags, uids: [...(groups.get(key)?.uids ?? []), uid] });
    }
    for (const group of groups.values()) await collection.editMany(group.uids, { tags: group.tags });
}

/** Sets fields of records. @param {string[]} uids @param {() => void} onDone */
export function openFieldForm(uids, onDone) {
    const count = formatCount(uids.length, "record");
    const unchanged = ["", "Unchanged"];
    const ratings = [5, 4, 3, 2, 1].map((stars) => [String(stars), "★".repeat(stars)]);
    const fields = [
        field({ name: "genre", label: "Genre", hint: "Several with commas. Empty fields are not changed" }),
        field({ name: "style", label: "Style" }),
        field({ name: "format", label: "Format" }),
        field({
            name: "media_condition",
            label: "Record",
            type: "select",
            options: [unchanged, ...MEDIA_CONDITIONS],
        }),
        field({ name: "rating", label: "Rating", type: "select", options: [unchanged, ...ratings] }),
    ];
    openForm({ title: `Set for ${count}`, fields, yes: "Save" }, onDone, async (typed) => {
        const given = Object.entries(typed).filter(([, value]) => value.trim());
        const values = given.map(([name, value]) => [name, parseField(name, value)]);
        await collection.editMany(uids, Object.fromEntries(values));
        return `${count} changed.`;
    });
}
