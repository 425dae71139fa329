/** How texts are compared: without case, accents and what every source sets differently. */

/** @param {unknown} text @returns {string} */
export const fold = (text) =>
    String(text ?? "")
        .normalize("NFD")
        .replace(/\p{M}+/gu, "")
        .toLowerCase();

/** The words of a text, folded. @param {unknown} text @returns {string[]} */
export const words = (text) =>
    fold(text)
        .split(/[^\p{L}\p{N}]+/u)
        .filter(Boolean);

/** "The Beatles" stands at B. @param {unknown} artist @returns {string} */
export const shelfKey = (artist) => fold(artist).replace(/^the (?=.)/, "");

/** A number on a record, as one compares it. @param {unknown} text @returns {string} */
export const numberKey = (text) => fold(text).replace(/[\s.-]/g, "");

/** Discogs joins several by commas: "LP, Album". @param {unknown} text @returns {string[]} */
export const listed = (text) =>
    String(text ?? "")
        .split(",")
        .map((part) => part.trim())
        .filter(Boolean);
