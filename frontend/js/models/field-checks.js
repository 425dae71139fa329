/**
 * The check of each kind of field. The messages are the server's, each one a predicate: the field's name comes before
 * it.
 */

/** @typedef {"required_line"|"line"|"lines"|"text"|"one_of"|"url"|"uid"} TextKind */
/** @typedef {"integer"|"money"|"currency"|"date"|"flag"|"object"} OtherKind */
/**
 * @typedef {object} Rule
 * @property {TextKind|OtherKind} kind
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [maxLength]  of each line, in characters
 * @property {number} [bytes]  the size of the value, in bytes of JSON
 * @property {string[]} [options]
 */
/** @typedef {(value: unknown, rule: Required<Rule>) => string|undefined} Check returns what is wrong, if anything */

const CONTROL = /\p{Cc}/u;
/** An address without a user, or a path of this vault: browsers read `//host` and `/\host` as other sites. */
const URL_PATTERN = /^(https?:\/\/[^\s\p{Cc}/?#@\\]+([/?#][^\s\p{Cc}\\]*)?|\/([^\s\p{Cc}/\\][^\s\p{Cc}\\]*)?)$/u;
const CONTROL_BUT_LINE_BREAKS = /[^\P{Cc}\n\r\t]/u;

/** The length in characters, as the server counts: an emoji is one. @param {string} text */
const lengthOf = (text) => [...text].length;

/** @param {unknown} value @param {number} max @param {RegExp} refused */
function checkText(value, max, refused, min = 0) {
    if (typeof value !== "string") return "must be a string";
    const range = min ? `${min} to ${max}` : `at most ${max}`;
    if (lengthOf(value) > max || (min > 0 && !value.trim())) return `must have ${range} characters`;
    return refused.test(value) ? "must not contain control characters" : undefined;
}

/** @param {unknown} value @param {RegExp} pattern @param {string} message */
const checkPattern = (value, pattern, message) =>
    typeof value === "string" && pattern.test(value) ? undefined : message;

const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d))?$/;

/** Whether the text is a date of the calendar: `Date` turns 30 February into a day of March. @param {unknown} value */
function isDate(value) {
    if (typeof value !== "string" || !DATE.test(value)) return false;
    const day = value.slice(0, 10);
    return new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) ?? false;
}

/** @param {unknown} line @param {number} maxLength */
const isLine = (line, maxLength) =>
    typeof line === "string" && line.trim() !== "" && lengthOf(line) <= maxLength && !CONTROL.test(line);

/** @type {Record<Rule["kind"], Check>} */
const CHECKS = {
    required_line: (value, { max }) => checkText(value, max, CONTROL, 1),
    line: (value, { max }) => checkText(value, max, CONTROL),
    text: (value, { max }) => checkText(value, max, CONTROL_BUT_LINE_BREAKS),
    integer: (value, { min, max }) =>
        typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max
            ? undefined
            : `must be a whole number from ${min} to ${max}`,
    money: (value, { min, max }) =>
        typeof value === "number" && value >= min && value <= max
            ? undefined
            : `must be a number from ${min} to ${max}`,
    currency: (value) => checkPattern(value, /^[A-Z]{3}$/, "must be a currency code such as EUR (ISO 4217)"),
    date: (value) => (isDate(value) ? undefined : "must be a date such as 2020-05-14, or an RFC 3339 time"),
    url: (value, { max }) =>
        typeof value === "string" && URL_PATTERN.test(value) && lengthOf(value) <= max
            ? undefined
            : "must be an http or https address",
    one_of: (value, { options }) =>
        typeof value === "string" && options.includes(value) ? undefined : `must be one of: ${options.join("; ")}`,
    uid: (value) =>
        checkPattern(
            value,
            /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
            "must be a UUID in lower case, with hyphens",
        ),
    lines: (value, { max, maxLength }) =>
        Array.isArray(value) && value.length <= max && value.every((line) => isLine(line, maxLength))
            ? undefined
            : `must be a list of at most ${max} strings of 1 to ${maxLength} characters`,
    flag: (value) => (typeof value === "boolean" ? undefined : "must be true or false"),
    object: (value, { max }) => {
        if (!value || typeof value !== "object" || Array.isArray(value)) return "must be a JSON object";
        return checkSize(value, max);
    },
};

/** @param {unknown} value @param {number} max */
function checkSize(value, max) {
    const size = new TextEncoder().encode(JSON.stringify(value)).length;
    return size > max ? `must have at most ${max} bytes of JSON` : undefined;
}

/** @param {Rule} rule @param {unknown} value @returns {string|undefined} what is wrong, if anything */
export const checkValue = (rule, value) =>
    CHECKS[rule.kind](value, /** @type {Required<Rule>} */ (rule)) ??
    (rule.bytes === undefined ? undefined : checkSize(value, rule.bytes));
