/**
 * The fields of a record and the values they may have. The server has the same rules
 * (components/collection/src/record/), and tests compare them. They are checked here first, because an edit made
 * offline reaches the server much later, when the user no longer looks at the form.
 */

import { checkValue } from "./field-checks.js";
import { Invalid } from "./errors.js";
import { CARRIERS } from "./values.js";

/** Discogs' names of the grades, the best first. */
export const MEDIA_CONDITIONS = [
    "Mint (M)",
    "Near Mint (NM or M-)",
    "Very Good Plus (VG+)",
    "Very Good (VG)",
    "Good Plus (G+)",
    "Good (G)",
    "Fair (F)",
    "Poor (P)",
];
export const SLEEVE_CONDITIONS = [...MEDIA_CONDITIONS, "Generic", "Not Graded", "No Cover"];

/** The server allows larger ids; JavaScript cannot represent them exactly. */
const LARGEST_ID = Number.MAX_SAFE_INTEGER;

/**
 * The fields of an album. `kind` is the server's `FieldRule`; `min` and `max` are inclusive: the range of a number, the
 * length of a text in characters, or the size of an object in bytes of JSON. `bytes` is the size of any other value in
 * bytes of JSON, where it could exceed what the server stores.
 * @type {Record<string, import("./field-checks.js").Rule>}
 */
export const ALBUM_FIELDS = {
    artist: { kind: "required_line", max: 500 },
    album: { kind: "required_line", max: 500 },
    genre: { kind: "line", max: 200, bytes: 600 },
    genres: { kind: "lines", max: 50, maxLength: 200, bytes: 660 },
    style: { kind: "line", max: 200, bytes: 600 },
    styles: { kind: "lines", max: 50, maxLength: 200, bytes: 660 },
    year: { kind: "integer", min: 1860, max: 2100 },
    country: { kind: "line", max: 100 },
    label: { kind: "line", max: 500, bytes: 1200 },
    labels: { kind: "lines", max: 50, maxLength: 500, bytes: 1260 },
    catno: { kind: "line", max: 200 },
    format: { kind: "line", max: 200, bytes: 600 },
    carrier: { kind: "one_of", options: CARRIERS },
    format_quantity: { kind: "integer", min: 1, max: 999 },
    format_descriptions: { kind: "lines", max: 50, maxLength: 200, bytes: 660 },
    barcode: { kind: "line", max: 100 },
    discogs_id: { kind: "integer", min: 1, max: LARGEST_ID },
    master_id: { kind: "integer", min: 1, max: LARGEST_ID },
    media_condition: { kind: "one_of", options: MEDIA_CONDITIONS },
    sleeve_condition: { kind: "one_of", options: SLEEVE_CONDITIONS },
    rating: { kind: "integer", min: 0, max: 5 },
    notes: { kind: "text", max: 10000, bytes: 30000 },
    tags: { kind: "lines", max: 50, maxLength: 100, bytes: 8000 },
    crate: { kind: "uid" },
    quantity: { kind: "integer", min: 1, max: 9999 },
    purchase_price: { kind: "money", min: 0, max: 100000000 },
    purchase_currency: { kind: "currency" },
    purchased_at: { kind: "date" },
    price: { kind: "money", min: 0, max: 100000000 },
    price_currency: { kind: "currency" },
    price_at: { kind: "date" },
    price_source: { kind: "line", max: 100 },
    cover: { kind: "url", max: 2000, bytes: 4000 },
    custom: { kind: "object", max: 10000 },
    wanted: { kind: "flag" },
};

/** The fields of a crate. @type {Record<string, import("./field-checks.js").Rule>} */
export const CRATE_FIELDS = {
    name: { kind: "required_line", max: 200 },
    parent: { kind: "uid" },
    position: { kind: "integer", min: 0, max: 1000000000 },
};

/** Fields that the server sets. A record may be sent back with them; they are ignored. */
export const READ_ONLY_FIELDS = ["id", "uid", "version", "type", "created_at", "updated_at", "deleted_at"];

/**
 * @typedef {object} RecordBase
 * @property {string} uid
 * @property {number} [id]  absent until the server has the record
 * @property {number} version  0 until the server has the record
 * @property {string} created_at
 * @property {string} updated_at
 * @property {string} [deleted_at]  present while the record is in the trash
 */
/**
 * @typedef {object} AlbumFields
 * @property {string} artist
 * @property {string} album
 * @property {string} [genre]
 * @property {string[]} [genres]
 * @property {string} [style]
 * @property {string[]} [styles]
 * @property {number} [year]
 * @property {string} [country]
 * @property {string} [label]
 * @property {string[]} [labels]
 * @property {string} [catno]
 * @property {string} [format]
 * @property {string} [carrier]
 * @property {number} [format_quantity]
 * @property {string[]} [format_descriptions]
 * @property {string} [barcode]
 * @property {number} [discogs_id]
 * @property {number} [master_id]
 * @property {string} [media_condition]
 * @property {string} [sleeve_condition]
 * @property {number} [rating]
 * @property {string} [notes]
 * @property {string[]} [tags]
 * @property {string} [crate]
 * @property {number} [quantity]
 * @property {number} [purchase_price]
 * @property {string} [purchase_currency]
 * @property {string} [purchased_at]
 * @property {number} [price]
 * @property {string} [price_currency]
 * @property {string} [price_at]
 * @property {string} [price_source]
 * @property {string} [cover]
 * @property {Record<string, unknown>} [custom]
 * @property {boolean} [wanted]
 */
/** @typedef {RecordBase & AlbumFields} Album */
/** @typedef {RecordBase & {type: "crate", name: string, parent?: string, position?: number}} Crate */
/** @typedef {Record<string, unknown>} Patch values by field; null removes a field */

/**
 * Checks the fields of an edit, or of a new record, and returns them as they are stored: empty values are null, and the
 * server's own fields are left out.
 * @param {"album"|"crate"} type
 * @param {Patch} input
 * @param {{isNew?: boolean}} [options] `isNew`: required fields must be present, and empty values are left out
 * @returns {Patch}
 * @throws {Invalid} with every fault
 */
export function checkFields(type, input, { isNew = false } = {}) {
    const rules = type === "crate" ? CRATE_FIELDS : ALBUM_FIELDS;
    /** @type {Patch} */
    const patch = {};
    /** @type {Fault[]} */
    const errors = [];
    for (const [field, value] of Object.entries(input)) {
        if (READ_ONLY_FIELDS.includes(field)) continue;
        const message = field in rules ? checkField(rules[field], value) : "is not a field of this request";
        if (message) errors.push({ field, message });
        else if (!isEmpty(value)) patch[field] = value;
        else if (!isNew) patch[field] = null;
    }
    if (isNew) {
        const required = Object.keys(rules).filter((field) => rules[field].kind === "required_line");
        const missing = required.filter((field) => !(field in input));
        errors.push(...missing.map((field) => ({ field, message: "is required" })));
    }
    if (errors.length) throw new Invalid(errors);
    return patch;
}

/** @param {import("./field-checks.js").Rule} rule @param {unknown} value @returns {string|undefined} what is wrong */
function checkField(rule, value) {
    const isMissing = value === null || value === undefined;
    if (rule.kind === "required_line" && isMissing) return "is required";
    return isEmpty(value) && rule.kind !== "required_line" ? undefined : checkValue(rule, value);
}

/** @param {unknown} value */
const isEmpty = (value) =>
    value === null ||
    value === undefined ||
    (typeof value === "string" && !value.trim()) ||
    (Array.isArray(value) && !value.length);
