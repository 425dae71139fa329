// Which record to play tonight, and why. The same all evening; "another" goes on. Pure.

import { listed as several } from "../../models/text.js";
import { day } from "../../ui/format.js";

const DAY_MS = 86_400_000;

const ROUND = new Set([10, 20, 25, 30, 40, 50, 60, 70, 75, 80]);

/** Each tells why this record, or nothing. The first that speaks is taken; `rank` makes the better stories come up earlier. */
const REASONS = [
    {
        rank: 9,
        why: ({ year }, { now }) =>
            ROUND.has(now.getFullYear() - year) &&
            `It came out in ${year}, ${now.getFullYear() - year} years ago. A round birthday deserves a spin.`,
    },
    {
        rank: 8,
        why: ({ created_at: added }, { now }) =>
            sameDay(added, now) && `It joined your shelf on ${day(added)}: to the day.`,
    },
    { rank: 6, why: ({ rating }) => rating === 5 && "You gave it five stars. Does it still deserve them?" },
    {
        rank: 5,
        why: ({ genre, rating }, { genres }) =>
            !rating &&
            genres.get(genre) === 1 &&
            `Your only record filed under ${genre}. Give it an evening of its own.`,
    },
    {
        rank: 4,
        why: ({ country }, { countries }) =>
            country && countries.get(country) === 1 && `The one pressing from ${country} on your shelf.`,
    },
    {
        rank: 4,
        why: ({ created_at: added, rating }, { now }) =>
            !rating && now - new Date(added) < 30 * DAY_MS && "New on the shelf, and not rated yet. How is it?",
    },
    {
        rank: 3,
        why: ({ created_at: added, rating }, { now }) =>
            !rating &&
            now - new Date(added) > 365 * DAY_MS &&
            `On your shelf since ${day(added)}, and never rated. Tonight may be the night.`,
    },
    {
        rank: 3,
        why: ({ media_condition: grade }) =>
            /^(Mint|Near Mint)/.test(grade ?? "") && "It is in near perfect shape. Clean the needle, dim the light.",
    },
    {
        rank: 2,
        why: ({ artist }, { artists }) =>
            artists.get(artist) > 3 &&
            `One of ${artists.get(artist)} records by ${artist} on your shelf. When did you last hear this one?`,
    },
    { rank: 1, why: ({ rating }) => !rating && "You have not rated it yet. Let it play through and see." },
    { rank: 0, why: () => "No reason. The best records need none." },
];

const sameDay = (time, now) => {
    const then = new Date(time);
    return (
        then.getFullYear() < now.getFullYear() && then.getMonth() === now.getMonth() && then.getDate() === now.getDate()
    );
};

const tally = (albums, field, listed = several) => {
    const counts = new Map();
    for (const album of albums)
        for (const value of listed(album[field])) counts.set(value, (counts.get(value) ?? 0) + 1);
    return counts;
};

/** A number from 0 to 1 that is the same for the same text. */
function lot(text) {
    let hash = 2166136261;
    for (const unit of text) hash = Math.imul(hash ^ unit.codePointAt(0), 16777619);
    hash = Math.imul(hash ^ (hash >>> 15), 2246822507);
    return ((hash ^ (hash >>> 13)) >>> 0) / 4294967296;
}

/**
 * @param {object[]} albums
 * @param {Date} now
 * @param {number} turn how often "another" was asked for
 * @returns {{album: object, reason: string}|null}
 */
export function tonight(albums, now, turn = 0) {
    if (!albums.length) return null;
    const about = {
        now,
        genres: tally(albums, "genre"),
        countries: tally(albums, "country"),
        artists: tally(albums, "artist", (artist) => [artist]),
    };
    const date = `${now.getFullYear()}-${now.getMonth()}-${now.getDate()}`;
    // A few are drawn, and of those the one with the best story is played.
    const drawn = albums
        .map((album) => [lot(`${date}/${turn}/${album.uid}`), album])
        .sort(([a], [b]) => a - b)
        .slice(0, 6);
    const told = drawn.map(([, album]) => {
        const { rank, why } = REASONS.find((reason) => reason.why(album, about));
        return { album, rank, reason: why(album, about) };
    });
    return told.reduce((best, next) => (next.rank > best.rank ? next : best));
}

/** How to greet at this hour. */
export const greeting = (now) =>
    now.getHours() < 5
        ? "Still up"
        : now.getHours() < 12
          ? "Good morning"
          : now.getHours() < 18
            ? "Good afternoon"
            : "Good evening";
