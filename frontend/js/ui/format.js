/** Numbers, dates and money in the format of the user's browser. */

const numbers = new Intl.NumberFormat();
const shares = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });
const days = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const moments = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const months = new Intl.DateTimeFormat(undefined, { month: "short", year: "numeric", timeZone: "UTC" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

/** @param {number} value */
export const formatNumber = (value) => numbers.format(value);

/** @param {number} count @param {number} total @returns {string} such as "12.5%" */
export const formatShare = (count, total) => shares.format(count / total);

/** "1 record", "2 records". @param {number} count @param {string} one @param {string} [many] */
export const formatCount = (count, one, many = `${one}s`) => `${formatNumber(count)} ${count === 1 ? one : many}`;

/** A day is read as its noon: midnight in UTC is the day before in America. @param {string|Date} value */
function parseDate(value) {
    const isDay = typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value);
    return new Date(isDay ? `${value}T12:00:00` : value);
}

/** @param {string} value */
export const formatDay = (value) => days.format(parseDate(value));
/** @param {string} value */
export const formatMoment = (value) => moments.format(parseDate(value));
/** @param {string} value such as "2026-05" */
export const formatMonth = (value) => months.format(new Date(`${value}-01T00:00:00Z`));

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const SECONDS = [
    ["year", 31_557_600],
    ["month", 2_629_800],
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
];

/** "2 hours ago". @param {string|Date} value */
export function formatAgo(value) {
    const seconds = (parseDate(value).getTime() - Date.now()) / 1000;
    const step = SECONDS.find(([, length]) => Math.abs(seconds) >= length);
    return step ? relative.format(Math.round(seconds / step[1]), step[0]) : "just now";
}

/** "in 2 hours": when something is possible again. @param {number} seconds */
export function formatWait(seconds) {
    const [unit, length] = SECONDS.find(([, each]) => seconds >= each) ?? ["second", 1];
    return relative.format(Math.ceil(seconds / length), unit);
}

/** "20 minutes". @param {number} seconds */
export function formatDuration(seconds) {
    const [unit, length] = SECONDS.find(([, each]) => seconds >= each) ?? ["minute", 60];
    const style = /** @type {const} */ ("unit");
    return new Intl.NumberFormat(undefined, { style, unit, unitDisplay: "long" }).format(Math.ceil(seconds / length));
}

/** @param {number} value @param {string} [currency] @param {number} [digits] */
export function formatMoney(value, currency, digits) {
    if (!currency) return formatNumber(value);
    try {
        const style = /** @type {const} */ ("currency");
        return new Intl.NumberFormat(undefined, { style, currency, maximumFractionDigits: digits }).format(value);
    } catch {
        // The browser does not know the currency.
        return `${formatNumber(value)} ${currency}`;
    }
}

/** The abbreviation of a grade: "VG+" for "Very Good Plus (VG+)". @param {string} condition */
export const formatGrade = (condition) => /\(([^) ]+)/.exec(condition)?.[1] ?? condition;

/** @param {number} count */
export function formatBytes(count) {
    if (count < 1000) return `${count} B`;
    if (count < 1e6) return `${formatNumber(Math.round(count / 1000))} kB`;
    return `${formatNumber(Math.round(count / 1e5) / 10)} MB`;
}
