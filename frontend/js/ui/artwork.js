/** Draws sleeves for records without a cover. The same artist and album always get the same design. */

import { svg } from "./dom.js";
import { DESIGNS } from "./sleeve-designs.js";

/** @typedef {import("./sleeve-designs.js").Palette} Palette */
/** @typedef {import("./sleeve-designs.js").Box} Box */
/** @typedef {{artist?: string, album?: string}} Titles */

/** @type {Palette[]} */
const PALETTES = [
    ["#efe3c8", "#1f1a17", "#c8452b", "#e0a83a"],
    ["#17474b", "#f4e6c6", "#e58b3c", "#7fb4a5"],
    ["#e2aa3b", "#231b16", "#b23a26", "#f3e5c5"],
    ["#6d1f22", "#f3dfc1", "#d9803f", "#b99a6b"],
    ["#a9c3c7", "#1e2a33", "#cf4f35", "#f2ead8"],
    ["#1d2233", "#efe6d2", "#d6a54a", "#6378ad"],
    ["#57582b", "#f5ead0", "#d8b348", "#2c2e1a"],
    ["#e29a7f", "#2a1a1c", "#7b2331", "#f6e4cf"],
    ["#181513", "#f1e7d3", "#d64a2e", "#e6b450"],
    ["#26473a", "#efe5cf", "#d0aa5f", "#8ab08a"],
    ["#c3b8c6", "#28202f", "#5a3d6b", "#f3e6d8"],
    ["#d9622b", "#1e1512", "#f4e3c4", "#7a2418"],
].map(([ground, ink, first, second]) => ({ ground, ink, first, second }));

/** The letters of the artist's name beyond this number are cut off. */
const LONGEST_ARTIST = 25;

/**
 * A random generator that is seeded by a text, and gives the same numbers in every browser: FNV-1a, then mulberry32.
 * @param {string} text
 */
function seedRandom(text) {
    let state = 0x811c9dc5;
    for (const unit of text) state = Math.imul(state ^ (unit.codePointAt(0) ?? 0), 0x01000193);
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
}

/** The mean width of a letter of Fraunces at this weight, as a part of its height. */
const WIDTH = 0.545;

/**
 * Finds the largest font size at which the text fits into the box.
 * @param {string} text
 * @param {{width: number, height: number}} box
 * @param {number} largest
 */
function fitText(text, box, largest) {
    for (let size = largest; ; size -= 2) {
        const perLine = Math.floor(box.width / (size * WIDTH));
        const most = Math.max(1, Math.floor(box.height / (size * 1.06)));
        const lines = wrapText(text, perLine);
        if (lines.length <= most && lines.every((line) => line.length <= perLine)) return { size, lines };
        if (size <= 15) return { size, lines: lines.slice(0, most).map((line) => line.slice(0, perLine)) };
    }
}

/** Breaks a text into lines. @param {string} text @param {number} perLine in characters */
function wrapText(text, perLine) {
    const lines = [""];
    for (const word of text.split(/\s+/)) {
        const last = lines[lines.length - 1];
        if (last && last.length + 1 + word.length > perLine) lines.push(word);
        else lines[lines.length - 1] = last ? `${last} ${word}` : word;
    }
    return lines;
}

/** @param {string} artist @param {string} album @param {Box} box @param {Palette} palette */
function drawLettering(artist, album, box, { ink }) {
    const name = svg("text", {
        x: box.x,
        y: box.y + 12,
        "font-size": 13,
        "font-weight": 700,
        "letter-spacing": 1.1,
        fill: ink,
        class: "sleeve-artist",
    });
    const shown = artist.toLocaleUpperCase();
    name.textContent = shown.length > LONGEST_ARTIST ? `${shown.slice(0, LONGEST_ARTIST - 1)}…` : shown;
    const { size, lines } = fitText(album, { width: box.width, height: box.height - 20 }, 42);
    const title = lines.map((line, index) => {
        const y = box.y + 18 + size * (0.86 + index * 1.03);
        const node = svg("text", { x: box.x, y, "font-size": size, "font-weight": 650, fill: ink });
        node.textContent = line;
        return node;
    });
    return [name, ...title];
}

/** @param {Titles} titles */
const seedOf = ({ artist = "", album = "" }) => `${artist}\n${album}`.toLowerCase();

/** The colours that a record's label and its sleeve share. @param {Titles} titles */
export const paletteFor = (titles) => PALETTES[Math.floor(seedRandom(seedOf(titles))() * PALETTES.length)];

/** The palette of a position in a list; neighbours differ. @param {number} index */
export const paletteAt = (index) => PALETTES[(index * 5 + 3) % PALETTES.length];

/** A sleeve of 300 by 300. `isPlain` leaves the lettering out, for thumbnails. @param {Titles} titles */
export function drawSleeve(titles, isPlain = false) {
    const { artist = "", album = "" } = titles;
    const random = seedRandom(seedOf(titles));
    const chosen = PALETTES[Math.floor(random() * PALETTES.length)];
    const palette = random() < 0.5 ? chosen : { ...chosen, first: chosen.second, second: chosen.first };
    const design = DESIGNS[Math.floor(random() * DESIGNS.length)];
    const [box, ...shapes] = design(random, palette, album);
    return svg(
        "svg",
        { viewBox: "0 0 300 300", "aria-hidden": "true", focusable: "false", class: "art" },
        svg("path", { d: "M0 0H300V300H0z", fill: palette.ground }),
        shapes,
        isPlain ? [] : drawLettering(artist, album, box, palette),
    );
}
