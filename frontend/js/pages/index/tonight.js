/** Chooses the record for tonight, with a reason. The choice is the same for the whole evening. */

import { valuesOf } from "../../models/values.js";
import { formatDay } from "../../ui/format.js";

/** @typedef {import("../../models/fields.js").Album} Album */
/** @typedef {Map<string, number>} Counts how many albums have a value */
/** @typedef {{now: Date, genres: Counts, countries: Counts, artists: Counts}} Context */
/** @typedef {{rank: number, explain: (album: Album, context: Context) => string|false|undefined}} Reason */

const DAY_MS = 86_400_000;
/** Albums that are drawn by lot; the one with the best reason is chosen. */
const DRAWN = 6;
const ANNIVERSARIES = new Set([10, 20, 25, 30, 40, 50, 60, 70, 75, 80]);
/** An artist with more albums is a reason. */
const MANY_ALBUMS = 3;

/** @param {Album} album @param {Date} now */
const daysOnShelf = (album, now) => (now.getTime() - new Date(album.created_at).getTime()) / DAY_MS;

/**
 * The first reason that applies to an album is its reason. Of the drawn albums, the highest rank wins.
 * @type {Reason[]}
 */
const REASONS = [
    {
        rank: 9,
        explain: ({ year = 0 }, { now }) => {
            const age = now.getFullYear() - year;
            return ANNIVERSARIES.has(age) && `It came out in ${year}, ${age} years ago. A good reason to play it.`;
        },
    },
    {
        rank: 8,
        explain: ({ created_at: added }, { now }) =>
            isAnniversary(added, now) && `You added it on ${formatDay(added)}: an anniversary.`,
    },
    { rank: 6, explain: ({ rating }) => rating === 5 && "You gave it five stars. Does it still deserve them?" },
    {
        rank: 5,
        explain: (album, { genres }) => {
            const only = valuesOf(album, "genre").find((genre) => genres.get(genre) === 1);
            return !album.rating && only && `Your only record of the genre ${only}. Give it an evening.`;
        },
    },
    {
        rank: 4,
        explain: ({ country = "" }, { countries }) =>
            countries.get(country) === 1 && `The only pressing from ${country} on your shelf.`,
    },
    {
        rank: 4,
        explain: (album, { now }) =>
            !album.rating && daysOnShelf(album, now) < 30 && "New on the shelf, and not rated yet. How is it?",
    },
    {
        rank: 3,
        explain: (album, { now }) =>
            !album.rating &&
            daysOnShelf(album, now) > 365 &&
            `On your shelf since ${formatDay(album.created_at)}, and never rated. Tonight you could.`,
    },
    {
        rank: 3,
        explain: ({ media_condition: grade = "" }) =>
            /^(Mint|Near Mint)/.test(grade) && "It is in near perfect condition. Clean the needle, dim the light.",
    },
    {
        rank: 2,
        explain: ({ artist }, { artists }) => {
            const count = artists.get(artist) ?? 0;
            return count > MANY_ALBUMS && `One of your ${count} records by ${artist}. When did you last hear this one?`;
        },
    },
    { rank: 1, explain: ({ rating }) => !rating && "You have not rated it yet. Listen to it and decide." },
    { rank: 0, explain: () => "No special reason. Good records need none." },
];

/** Whether it is the same day of an earlier year. @param {string} time @param {Date} now */
function isAnniversary(time, now) {
    const then = new Date(time);
    const isSameDay = then.getMonth() === now.getMonth() && then.getDate() === now.getDate();
    return isSameDay && then.getFullYear() < now.getFullYear();
}

/** @param {Album[]} albums @param {(album: Album) => string[]} read @returns {Counts} */
function countValues(albums, read) {
    /** @type {Counts} */
    const counts = new Map();
    for (const value of albums.flatMap(read)) counts.set(value, (counts.get(value) ?? 0) + 1);
    return counts;
}

/** A number from 0 to 1 that is always the same for the same text. @param {string} text */
function drawLot(text) {
    let hash = 2166136261;
    for (const unit of text) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 16777619);
    hash = Math.imul(hash ^ (hash >>> 15), 2246822507);
    return ((hash ^ (hash >>> 13)) >>> 0) / 4294967296;
}

/**
 * @param {Album[]} albums
 * @param {Date} now
 * @param {number} turn how often the user asked for another one
 * @returns {{album: Album, reason: string}|null} null without albums
 */
export function chooseTonight(albums, now, turn) {
    const context = {
        now,
        genres: countValues(albums, (album) => valuesOf(album, "genre")),
        countries: countValues(albums, (album) => (album.country ? [album.country] : [])),
        artists: countValues(albums, (album) => [album.artist]),
    };
    const evening = `${now.getFullYear()}-${now.getMonth()}-${now.getDate()}`;
    const drawn = albums
        .map((album) => ({ album, lot: drawLot(`${evening}/${turn}/${album.uid}`) }))
        .sort((a, b) => a.lot - b.lot)
        .slice(0, DRAWN)
        .map(({ album }) => ({ album, ...findReason(album, context) }));
    if (!drawn.length) return null;
    return drawn.reduce((best, next) => (next.rank > best.rank ? next : best));
}

/** @param {Album} album @param {Context} context */
function findReason(album, context) {
    for (const { rank, explain } of REASONS) {
        const reason = explain(album, context);
        if (reason) return { rank, reason };
    }
    return { rank: 0, reason: "" };
}

/** @param {Date} now */
export function greet(now) {
    const hour = now.getHours();
    if (hour < 5) return "Still awake";
    if (hour < 12) return "Good morning";
    return hour < 18 ? "Good afternoon" : "Good evening";
}
