/** The fields of a record in forms: their labels and inputs, and the conversion between values and texts. */

import { MEDIA_CONDITIONS, SLEEVE_CONDITIONS } from "../models/fields.js";
import { formatDay, formatGrade, formatMoney, formatNumber } from "./format.js";

/** @typedef {import("../models/fields.js").Album} Album */
/** @typedef {import("../models/fields.js").AlbumFields} AlbumFields */
/**
 * @typedef {object} AlbumField
 * @property {string} label
 * @property {Partial<import("./form.js").FieldOptions> & Record<string, unknown>} [input]  for `field()`
 * @property {(text: string) => unknown} [parse]  typed text to value; by default the trimmed text
 * @property {(value: any, album: Partial<AlbumFields>) => string} [format]  value to shown text
 * @property {(value: any) => string} [toInput]  value to editable text
 */

const CURRENCIES = [
    "EUR",
    "USD",
    "GBP",
    "JPY",
    "CHF",
    "CAD",
    "AUD",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
    "CZK",
    "BRL",
    "MXN",
    "NZD",
    "ZAR",
];

/** @param {string} text */
const parseText = (text) => text.trim() || null;

/** A text that is not a number is returned as it is; the check of the field then refuses it. @param {string} text */
const parseNumber = (text) => {
    const plain = text.trim().replace(",", ".");
    if (!plain) return null;
    return Number.isNaN(Number(plain)) ? text.trim() : Number(plain);
};

/** @param {string} text */
const parseTags = (text) =>
    text
        .split(",")
        .map((tag) => tag.trim())
        .filter(Boolean);

/** Several values in one text, as the server joins them. @param {string} text */
const parseValues = (text) =>
    text
        .split(/,\s/)
        .map((value) => value.trim())
        .filter(Boolean)
        .join(", ") || null;

const SEPARATED = { input: { hint: "Separated by commas" }, parse: parseValues };

/** @type {Record<string, AlbumField>} */
export const FIELDS = {
    artist: { label: "Artist", input: { required: true, autocapitalize: "words" } },
    album: { label: "Album", input: { required: true, autocapitalize: "words" } },
    year: { label: "Year", input: { inputmode: "numeric" }, parse: parseNumber },
    label: { label: "Label", ...SEPARATED },
    catno: { label: "Catalogue number", input: { class: "stamp", autocapitalize: "characters" } },
    format: { label: "Format", input: { placeholder: 'LP, 7", Box set' } },
    country: { label: "Country" },
    genre: { label: "Genre", ...SEPARATED },
    style: { label: "Style", ...SEPARATED },
    barcode: { label: "Barcode", input: { class: "stamp", inputmode: "numeric" } },
    media_condition: {
        label: "Record",
        input: { type: "select", options: [["", "Not graded yet"], ...MEDIA_CONDITIONS] },
    },
    sleeve_condition: {
        label: "Sleeve",
        input: { type: "select", options: [["", "Not graded yet"], ...SLEEVE_CONDITIONS] },
    },
    rating: { label: "Rating", parse: parseNumber },
    quantity: {
        label: "Copies",
        input: { inputmode: "numeric", placeholder: "1" },
        parse: parseNumber,
        format: formatNumber,
    },
    crate: { label: "Crate", input: { type: "select", options: [["", "In no crate"]] } },
    tags: {
        label: "Tags",
        input: { hint: "Separated by commas" },
        parse: parseTags,
        format: (value) => value.join(", "),
        toInput: (value) => (value ?? []).join(", "),
    },
    notes: { label: "Notes", input: { type: "textarea", wide: true } },
    purchase_price: {
        label: "Paid",
        input: { inputmode: "decimal" },
        parse: parseNumber,
        format: (value, album) => formatMoney(value, album.purchase_currency),
    },
    purchase_currency: { label: "Currency paid", input: { type: "select", options: [["", "–"], ...CURRENCIES] } },
    purchased_at: {
        label: "Bought on",
        input: { type: "date" },
        format: formatDay,
        toInput: (value) => (value ?? "").slice(0, 10),
    },
    price: {
        label: "Worth",
        input: { inputmode: "decimal" },
        parse: parseNumber,
        format: (value, album) => formatMoney(value, album.price_currency),
    },
    price_currency: {
        label: "Currency of the worth",
        input: { type: "select", options: [["", "–"], ...CURRENCIES] },
    },
    cover: { label: "Address of a cover picture", input: { inputmode: "url", placeholder: "https://…" } },
};

export const PRESSING_FIELDS = ["year", "label", "catno", "format", "country", "genre", "style", "barcode"];
export const COPY_FIELDS = ["media_condition", "sleeve_condition", "quantity", "crate", "tags", "notes"];
export const MONEY_FIELDS = ["purchase_price", "purchase_currency", "purchased_at"];

/** @param {object} album @param {string} name */
export const valueOf = (album, name) => /** @type {Record<string, unknown>} */ (album)[name];

/** The value as text; empty without a value. @param {string} name @param {Partial<AlbumFields>} album */
export function formatField(name, album) {
    const value = valueOf(album, name);
    if (value === undefined || value === null || value === "") return "";
    return FIELDS[name].format?.(value, album) ?? String(value);
}

/** The value as editable text. @param {string} name @param {unknown} value */
export const toInput = (name, value) => FIELDS[name].toInput?.(value) ?? String(value ?? "");

/** @param {string} name @param {string} text as typed */
export const parseField = (name, text) => (FIELDS[name].parse ?? parseText)(text);

/** The line below a title: year, label and number, format, country, grade. @param {Partial<AlbumFields>} album */
export const summarise = (album) =>
    [
        album.year,
        [album.label, album.catno].filter(Boolean).join(" "),
        album.format,
        album.country,
        album.media_condition && formatGrade(album.media_condition),
    ]
        .filter(Boolean)
        .join(" · ");
