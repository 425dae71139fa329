/** Selecting several records, and what can be done with them at once. */

import { confirmDanger } from "../../../components/dialog.js";
import { announce, showToast } from "../../../components/notices.js";
import "../../../components/record-shelf.js";
import * as collection from "../../models/collection.js";
import { button, el, find, focusedName, replace } from "../../ui/dom.js";
import { describeError } from "../../ui/error-text.js";
import { formatCount, formatNumber } from "../../ui/format.js";
import { icon } from "../../ui/icons.js";
import { openCrateForm, openFieldForm, openTagForm } from "./bulk-forms.js";
import { state } from "./shelf-state.js";

/** @typedef {import("../../ui/icons.js").IconName} IconName */
/** @typedef {{name: string, sign: IconName, label: string, run: (uids: string[]) => unknown}} Action */

const shelf = /** @type {import("../../../components/record-shelf.js").RecordShelf} */ (find("record-shelf"));
const bulk = find("#bulk");
const toggle = find("#select");

export const isSelecting = () => !bulk.hidden;

/** @param {boolean} isOn */
export function setSelecting(isOn) {
    bulk.hidden = !isOn;
    shelf.selecting = isOn;
    toggle.setAttribute("aria-pressed", String(isOn));
    document.documentElement.toggleAttribute("data-bulk", isOn);
    if (!isOn) return;
    drawBulk();
    announce("Select records, then choose an action below.");
}

/** @returns {Action[]} */
function actions() {
    const stop = () => setSelecting(false);
    if (state.isTrash) {
        return [
            { name: "restore", sign: "history", label: "Put back", run: restore },
            { name: "empty", sign: "trash", label: "Empty the trash", run: emptyTrash },
        ];
    }
    /** @type {Action[]} */
    const wanted = [{ name: "got", sign: "check", label: "Got it", run: moveToShelf }];
    return [
        ...(state.isWanted ? wanted : []),
        { name: "crate", sign: "records", label: "Crate", run: (uids) => openCrateForm(uids, stop) },
        { name: "tags", sign: "plus", label: "Tag", run: (uids) => openTagForm(uids, stop) },
        { name: "edit", sign: "edit", label: "Set", run: (uids) => openFieldForm(uids, stop) },
        { name: "remove", sign: "trash", label: "Remove", run: remove },
    ];
}

/** Draws the bar of the selection. */
export function drawBulk() {
    const count = shelf.picked.size;
    const focused = focusedName();
    /** @param {Action} action */
    const makeAction = ({ name, sign, label, run }) => {
        const act = () => shelf.picked.size > 0 && run([...shelf.picked]);
        const disabled = count ? undefined : "true";
        const look = { class: "button small quiet", "aria-disabled": disabled };
        return button({ ...look, name, onclick: act }, icon(sign), label);
    };
    const finish = () => {
        setSelecting(false);
        toggle.focus();
    };
    const all = `All ${formatNumber(shelf.records.length)}`;
    replace(
        bulk,
        el("strong", { role: "status" }, count ? `${formatNumber(count)} selected` : "Select records"),
        button({ class: "button small bare", name: "every", onclick: () => shelf.pickAll() }, all),
        button({ class: "button small push", name: "done", onclick: finish }, "Done"),
        el("div", { class: "bulk-acts" }, actions().map(makeAction)),
    );
    /** @type {HTMLElement|null} */
    const again = focused ? bulk.querySelector(`[name="${focused}"]`) : null;
    again?.focus();
}

/** @param {string[]} uids */
async function remove(uids) {
    await collection.remove(uids);
    setSelecting(false);
    const undo = { label: "Undo", run: () => collection.restore(uids) };
    showToast(`${formatCount(uids.length, "record")} moved to the trash.`, undo);
}

/** @param {string[]} uids of wanted records */
async function moveToShelf(uids) {
    await collection.editMany(uids, { wanted: null });
    setSelecting(false);
    const undo = { label: "Undo", run: () => collection.editMany(uids, { wanted: true }) };
    showToast(`${formatCount(uids.length, "record")} moved to your shelf.`, undo);
}

/** @param {string[]} uids */
async function restore(uids) {
    await collection.restore(uids);
    setSelecting(false);
    showToast(`${formatCount(uids.length, "record")} back on the shelf.`);
}

async function emptyTrash() {
    const count = formatCount(collection.trash().length, "record");
    const isConfirmed = await confirmDanger({
        title: "Empty the trash?",
        text: `${count}, with notes and history, will be deleted permanently. This cannot be undone.`,
        yes: "Delete permanently",
    });
    if (!isConfirmed) return;
    try {
        await collection.emptyTrash();
        setSelecting(false);
    } catch (error) {
        showToast(describeError(error).text);
    }
}
