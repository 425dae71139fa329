/**
 * The fields of an album and what each may hold: what the server checks, checked here first, because an edit made offline meets
 * the server much later than the collector who could mend it.
 */

import { Invalid } from "./errors.js";

/** Discogs' names of grades, best first. */
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

const line = (max) => (value) =>
    typeof value !== "string"
        ? "must be a text"
        : [...value].length > max
          ? `must have at most ${max} characters`
          : /\p{Cc}/u.test(value)
            ? "must be on one line"
            : undefined;

const required = (max) => (value) =>
    typeof value === "string" && !value.trim() ? "must not be empty" : line(max)(value);

const text = (max) => (value) =>
    typeof value !== "string"
        ? "must be a text"
        : [...value].length > max
          ? `must have at most ${max} characters`
          : /[^\P{Cc}\n\r\t]/u.test(value)
            ? "must not hold control characters"
            : undefined;

const whole = (low, high) => (value) =>
    Number.isSafeInteger(value) && value >= low && value <= high
        ? undefined
        : `must be a whole number from ${low} to ${high}`;

const money = (value) =>
    typeof value === "number" && value >= 0 && value <= 100_000_000
        ? undefined
        : "must be an amount from 0 to 100,000,000";

const oneOf = (choices) => (value) => (choices.includes(value) ? undefined : `must be one of: ${choices.join("; ")}`);

const matching = (pattern, message) => (value) =>
    typeof value === "string" && pattern.test(value) ? undefined : message;

const date = (value) => {
    const message = "must be a date such as 2020-05-14";
    const wrong = matching(/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?$/, message)(value);
    // A date that the calendar has not, becomes another one.
    return (
        wrong ??
        (new Date(`${value.slice(0, 10)}T00:00:00Z`).toJSON()?.startsWith(value.slice(0, 10)) ? undefined : message)
    );
};

const tags = (value) =>
    Array.isArray(value) &&
    value.length <= 50 &&
    value.every((tag) => typeof tag === "string" && tag.trim() && [...tag].length <= 100 && !/\p{Cc}/u.test(tag))
        ? undefined
        : "must be at most 50 words of 1 to 100 characters";

const object = (max) => (value) =>
    value &&
    typeof value === "object" &&
    !Array.isArray(value) &&
    new TextEncoder().encode(JSON.stringify(value)).length <= max
        ? undefined
        : `must be an object of at most ${max} bytes`;

const flag = (value) => (typeof value === "boolean" ? undefined : "must be yes or no");

const currency = matching(/^[A-Z]{3}$/, "must be a currency code such as EUR");
const address = matching(/^(?=.{1,2000}$)(https?:\/\/|\/)[^\s\p{Cc}]*$/u, "must be an http or https address");
const uid = matching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "must be one of your crates");

/** @type {Record<string, (value: unknown) => string|undefined>} what is wrong with a value */
export const ALBUM = {
    artist: required(500),
    album: required(500),
    genre: line(200),
    style: line(200),
    year: whole(1860, 2100),
    country: line(100),
    label: line(500),
    catno: line(200),
    format: line(200),
    barcode: line(100),
    discogs_id: whole(1, Number.MAX_SAFE_INTEGER),
    master_id: whole(1, Number.MAX_SAFE_INTEGER),
    media_condition: oneOf(MEDIA_CONDITIONS),
    sleeve_condition: oneOf(SLEEVE_CONDITIONS),
    rating: whole(0, 5),
    notes: text(10_000),
    tags,
    crate: uid,
    quantity: whole(1, 9_999),
    purchase_price: money,
    purchase_currency: currency,
    purchased_at: date,
    price: money,
    price_currency: currency,
    price_at: date,
    price_source: line(100),
    cover: address,
    custom: object(10_000),
    wanted: flag,
};

const CRATE = { name: required(200), parent: uid, position: whole(0, 1_000_000_000) };

const REQUIRED = { album: ["artist", "album"], crate: ["name"] };

/** Set by the server; ignored when they come back. */
const SERVERS = new Set(["id", "uid", "version", "type", "created_at", "updated_at", "deleted_at"]);

const isUnset = (value) =>
    value === null ||
    value === undefined ||
    (typeof value === "string" && !value.trim()) ||
    (Array.isArray(value) && !value.length);

/**
 * A patch as it is stored: unset values are null, the server's own fields are left out.
 * @param {"album"|"crate"} type
 * @param {object} input
 * @param {{whole?: boolean}} [options] `whole`: a new record, which must have what is required; its unset fields are left out
 * @returns {object}
 * @throws {Invalid} naming every fault
 */
export function checked(type, input, { whole: isWhole = false } = {}) {
    const fields = type === "crate" ? CRATE : ALBUM;
    const patch = {};
    const errors = [];
    for (const [field, value] of Object.entries(input)) {
        if (SERVERS.has(field)) continue;
        const check = fields[field];
        if (!check) {
            errors.push({ field, message: "is not a field of a record" });
        } else if (isUnset(value)) {
            if (REQUIRED[type].includes(field)) errors.push({ field, message: "must not be empty" });
            else if (!isWhole) patch[field] = null;
        } else {
            const message = check(value);
            if (message) errors.push({ field, message });
            else patch[field] = value;
        }
    }
    if (isWhole) {
        for (const field of REQUIRED[type]) {
            if (!(field in input)) errors.push({ field, message: "is required" });
        }
    }
    if (errors.length) throw new Invalid(errors);
    return patch;
}
