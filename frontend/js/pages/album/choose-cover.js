/** The dialog that changes the cover: an address, the picture of the Cover Art Archive, or the drawn sleeve. */

import { openDialog } from "../../../components/dialog.js";
import { allowOnce, readCover } from "../../models/covers.js";
import { findRecord } from "../../models/musicbrainz.js";
import { FIELDS } from "../../ui/album-fields.js";
import { button, el, find, replace } from "../../ui/dom.js";
import { describeError } from "../../ui/error-text.js";
import { controlOf, field } from "../../ui/form.js";
import { current, saveAlbum } from "./current-album.js";

export function chooseCover() {
    const { cover } = current();
    const hint = "The address of a picture on the web. Without one, a sleeve is drawn.";
    const address = field({ name: "cover", ...FIELDS.cover, ...FIELDS.cover.input, value: cover, hint });
    const form = el("form", { id: "cover-form", class: "stack", novalidate: true }, address);
    /** @param {string|null} value */
    const save = async (value) => {
        // A user who types an address wants to see the picture.
        const read = readCover(value);
        if (read) allowOnce(read);
        await saveAlbum({ cover: value });
        dialog.close();
    };
    /** @type {HTMLDialogElement} */
    const dialog = openDialog({
        title: "Cover",
        body: [el("div", { class: "stack" }, form, makeArchive(save))],
        foot: [
            cover && button({ class: "button quiet", onclick: () => save(null) }, "Use the drawn sleeve"),
            el("button", { type: "submit", class: "button", form: "cover-form" }, "Save"),
        ],
    });
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        const typed = controlOf(form, "cover").value.trim();
        if (typed && !readCover(typed)) {
            find(".fault", address).textContent = "The address must begin with https://.";
            return;
        }
        try {
            await save(typed || null);
        } catch (error) {
            const { fields, text } = describeError(error);
            find(".fault", address).textContent = fields.cover ? `The address ${fields.cover}.` : text;
        }
    });
}

/** Looks for the cover in the Cover Art Archive. @param {(value: string) => Promise<void>} save */
function makeArchive(save) {
    const status = el("p", { class: "fine", role: "status" });
    const found = el("div", { class: "stack" });
    const search = async () => {
        start.disabled = true;
        status.textContent = "Looking at MusicBrainz …";
        replace(found);
        try {
            const record = await findRecord(current());
            const { cover, artist, album } = record?.fields ?? {};
            status.textContent = cover
                ? `${artist}: ${album}`
                : record
                  ? "MusicBrainz has this record, but no cover of it."
                  : "MusicBrainz does not have this record, or several of this name.";
            if (cover) replace(found, ...makeFound(cover, () => save(cover)));
        } catch (error) {
            status.textContent = describeError(error).text;
        } finally {
            start.disabled = false;
        }
    };
    const start = button({ class: "button quiet", onclick: search }, "Look in the Cover Art Archive");
    return el("div", { class: "stack" }, el("div", { class: "row" }, start), status, found);
}

/** @param {string} cover @param {() => Promise<void>} use */
const makeFound = (cover, use) => [
    el("img", { src: cover, alt: "The cover that was found", width: 160, height: 160 }),
    button({ class: "button quiet", onclick: use }, "Use this cover"),
];
