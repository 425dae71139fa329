// Numbers, dates and money as the collector's own browser writes them. Pure.

const numbers = new Intl.NumberFormat();
const days = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const moments = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const months = new Intl.DateTimeFormat(undefined, { month: "short", year: "numeric", timeZone: "UTC" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

export const number = (value) => numbers.format(value);
export const counted = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

/** A date without a time must not slip into the day before. */
const parsed = (value) => new Date(/^\d{4}-\d\d-\d\d$/.test(value) ? `${value}T12:00:00` : value);
export const day = (value) => days.format(parsed(value));
export const moment = (value) => moments.format(parsed(value));
export const month = (value) => months.format(new Date(`${value}-01T00:00:00Z`));

export function ago(value) {
    const seconds = (parsed(value) - Date.now()) / 1000;
    const steps = [
        ["year", 31_557_600],
        ["month", 2_629_800],
        ["day", 86_400],
        ["hour", 3_600],
        ["minute", 60],
    ];
    const [unit, length] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
    return unit === "second" ? "just now" : relative.format(Math.round(seconds / length), unit);
}

export function money(value, currency, digits) {
    if (!currency) return numbers.format(value);
    try {
        return new Intl.NumberFormat(undefined, { style: "currency", currency, maximumFractionDigits: digits }).format(
            value,
        );
    } catch {
        return `${numbers.format(value)} ${currency}`;
    }
}

/** "Very Good Plus (VG+)" as dealers say it: "VG+". */
export const grade = (condition) => /\(([^) ]+)/.exec(condition ?? "")?.[1] ?? condition;

export function bytes(count) {
    if (count < 1000) return `${count} B`;
    return count < 1e6 ? `${number(Math.round(count / 1000))} kB` : `${number(Math.round(count / 1e5) / 10)} MB`;
}
