/** How texts are compared: without case, accents, and the punctuation that every source writes differently. */

/** @param {unknown} text @returns {string} without case and accents */
export const foldText = (text) =>
    String(text ?? "")
        .normalize("NFD")
        .replace(/\p{M}+/gu, "")
        .toLowerCase();

/** @param {unknown} text @returns {string[]} the folded words */
export const splitWords = (text) =>
    foldText(text)
        .split(/[^\p{L}\p{N}]+/u)
        .filter(Boolean);

/** The text by which an artist is sorted: "The Beatles" sorts under B. @param {unknown} artist @returns {string} */
export const sortKey = (artist) => foldText(artist).replace(/^the (?=.)/, "");

/** A barcode or catalogue number without spaces, dots and hyphens. @param {unknown} text @returns {string} */
export const numberKey = (text) => foldText(text).replace(/[\s.-]/g, "");
