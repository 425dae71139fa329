/** The form of the add dialog. */

import * as collection from "../js/models/collection.js";
import { COPY_FIELDS, FIELDS, MONEY_FIELDS, parseField, PRESSING_FIELDS } from "../js/ui/album-fields.js";
import { button, el } from "../js/ui/dom.js";
import { field, ratingField } from "../js/ui/form.js";
import { icon } from "../js/ui/icons.js";

/** The fields that only a chosen pressing sets. */
export const ID_FIELDS = ["discogs_id", "master_id"];

/**
 * The parts of the form that the dialog fills.
 * @typedef {object} AddParts
 * @property {HTMLElement} notice  for errors
 * @property {HTMLElement} preview  the sleeve
 * @property {HTMLElement} scanner  the picture of the camera
 * @property {HTMLElement} owned  "You already own this"
 * @property {HTMLElement} found  the pressings at Discogs
 */
/** @typedef {{lookUp: () => void, scan: () => void, startOver: () => void}} AddActions */

/** @param {string} name */
const albumField = (name) => field({ name, ...FIELDS[name], ...FIELDS[name].input });

const numberField = () =>
    field({
        name: "number",
        label: "Barcode or catalogue number",
        class: "stamp",
        autocomplete: "off",
        enterkeyhint: "search",
        placeholder: "0 600753 523506 or BLP 4003",
    });

const crateField = () =>
    field({
        name: "crate",
        label: "Crate",
        type: "select",
        options: [["", "In no crate"], ...collection.crates().map(({ uid, name }) => [uid, name])],
    });

/** @param {string} title @param {HTMLElement[]} fields */
const foldedFields = (title, fields) =>
    el("details", { class: "folded" }, el("summary", {}, title), el("div", { class: "fields" }, fields));

/** @param {AddParts} parts @param {AddActions} actions */
export function makeAddForm(parts, actions) {
    const cover = field({ name: "cover", ...FIELDS.cover, ...FIELDS.cover.input, wide: true });
    const copy = COPY_FIELDS.map((name) => (name === "crate" ? crateField() : albumField(name)));
    return el(
        "form",
        { id: "add-form", class: "stack", novalidate: true, autocomplete: "off" },
        parts.notice,
        el(
            "div",
            { class: "add-top" },
            parts.preview,
            el("div", { class: "stack tight" }, albumField("artist"), albumField("album")),
        ),
        el(
            "div",
            { class: "add-number" },
            numberField(),
            button({ class: "button quiet", onclick: actions.lookUp }, icon("search"), "Look up"),
            button({ class: "button quiet", onclick: actions.scan }, icon("camera"), "Scan"),
        ),
        parts.scanner,
        parts.owned,
        parts.found,
        foldedFields("The pressing", [...PRESSING_FIELDS.map(albumField), cover]),
        foldedFields("Your copy", [ratingField("rating"), ...copy]),
        foldedFields("What you paid", MONEY_FIELDS.map(albumField)),
        ID_FIELDS.map((name) => el("input", { type: "hidden", name })),
        el(
            "p",
            { class: "fine soft" },
            "To add a whole list, ",
            el("a", { href: "/settings.html#import" }, "import a file"),
            " from Discogs or any spreadsheet. You can also ",
            button({ class: "link", onclick: actions.startOver }, "start over"),
            ".",
        ),
    );
}

/**
 * The values that were typed or filled in.
 * @param {HTMLFormElement} form
 * @returns {import("../js/models/fields.js").Patch}
 */
export function readAddForm(form) {
    /** @type {[string, unknown][]} */
    const values = [...new FormData(form)].map(([name, input]) => {
        if (ID_FIELDS.includes(name)) return [name, input ? Number(input) : null];
        return [name, name in FIELDS ? parseField(name, String(input)) : null];
    });
    return Object.fromEntries(values.filter(([, value]) => value !== null && value !== ""));
}
