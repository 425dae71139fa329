// The fields of a record: their names for people, their inputs, and how what was typed becomes a value.

import { MEDIA_CONDITIONS, SLEEVE_CONDITIONS } from "../models/fields.js";
import { day, grade, money, number } from "./format.js";

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

const text = (typed) => typed.trim() || null;
// What is no number is handed on as it was typed, so that the check names the field.
const numeric = (typed) => {
    const plain = typed.trim().replace(",", ".");
    if (!plain) return null;
    return Number.isNaN(Number(plain)) ? typed.trim() : Number(plain);
};
const tags = (typed) =>
    typed
        .split(",")
        .map((tag) => tag.trim())
        .filter(Boolean);

/** @type {Record<string, {label: string, input?: object, parse?: (typed: string) => unknown, show?: (value: any, album: object) => string, edit?: (value: any) => string}>} */
export const FIELDS = {
    artist: { label: "Artist", input: { required: true, autocapitalize: "words" } },
    album: { label: "Album", input: { required: true, autocapitalize: "words" } },
    year: { label: "Year", input: { inputmode: "numeric" }, parse: numeric },
    label: { label: "Label" },
    catno: { label: "Catalogue number", input: { class: "stamp", autocapitalize: "characters" } },
    format: { label: "Format", input: { placeholder: 'LP, 7", Box set' } },
    country: { label: "Country" },
    genre: { label: "Genre" },
    style: { label: "Style" },
    barcode: { label: "Barcode", input: { class: "stamp", inputmode: "numeric" } },
    media_condition: {
        label: "Record",
        input: { type: "select", options: [["", "Not graded yet"], ...MEDIA_CONDITIONS] },
    },
    sleeve_condition: {
        label: "Sleeve",
        input: { type: "select", options: [["", "Not graded yet"], ...SLEEVE_CONDITIONS] },
    },
    rating: { label: "Rating", parse: numeric },
    quantity: { label: "Copies", input: { inputmode: "numeric", placeholder: "1" }, parse: numeric, show: number },
    crate: { label: "Crate", input: { type: "select", options: [["", "In no crate"]] } },
    tags: {
        label: "Tags",
        input: { hint: "Separated by commas" },
        parse: tags,
        show: (value) => value.join(", "),
        edit: (value) => (value ?? []).join(", "),
    },
    notes: { label: "Notes", input: { type: "textarea", wide: true } },
    purchase_price: {
        label: "Paid",
        input: { inputmode: "decimal" },
        parse: numeric,
        show: (value, album) => money(value, album.purchase_currency),
    },
    purchase_currency: { label: "Currency paid", input: { type: "select", options: [["", "–"], ...CURRENCIES] } },
    purchased_at: {
        label: "Bought on",
        input: { type: "date" },
        show: day,
        edit: (value) => (value ?? "").slice(0, 10),
    },
    price: {
        label: "Worth",
        input: { inputmode: "decimal" },
        parse: numeric,
        show: (value, album) => money(value, album.price_currency),
    },
    price_currency: { label: "Currency of the worth", input: { type: "select", options: [["", "–"], ...CURRENCIES] } },
    cover: { label: "Address of a cover picture", input: { inputmode: "url", placeholder: "https://…" } },
};

export const PRESSING = ["year", "label", "catno", "format", "country", "genre", "style", "barcode"];
export const COPY = ["media_condition", "sleeve_condition", "quantity", "crate", "tags", "notes"];
export const MONEY = ["purchase_price", "purchase_currency", "purchased_at"];

export const shown = (name, album) => {
    const value = album[name];
    if (value === undefined || value === null || value === "") return "";
    return FIELDS[name].show ? FIELDS[name].show(value, album) : String(value);
};
export const typed = (name, value) => (FIELDS[name].edit ? FIELDS[name].edit(value) : String(value ?? ""));
export const valueOf = (name, input) => (FIELDS[name].parse ?? text)(input);

/** What stands under a title: year, label and number, grade. */
export const summary = (album) =>
    [
        album.year,
        [album.label, album.catno].filter(Boolean).join(" "),
        album.format,
        album.country,
        album.media_condition && grade(album.media_condition),
    ]
        .filter(Boolean)
        .join(" · ");
