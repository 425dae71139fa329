/**
 * The values of a field that can have several: the server stores a text of them and a list (`genre`, `genres`), and the
 * text of a format and its parts. A client writes one of the two, and the server the other. Until it has done so, the
 * values are computed here from the text, by the server's rules (components/collection/src/record/values.rs); a test
 * compares them.
 */

/** @typedef {import("./fields.js").AlbumFields} AlbumFields */
/** @typedef {Pick<AlbumFields, "carrier"|"format_quantity"|"format_descriptions">} FormatParts */

/** The fields that the server writes with a text. @type {Record<string, string[]>} */
export const WRITTEN_WITH = {
    genre: ["genres"],
    style: ["styles"],
    label: ["labels"],
    format: ["carrier", "format_quantity", "format_descriptions"],
};

/** What a record can be. */
export const CARRIERS = [
    "LP",
    '12"',
    '10"',
    '7"',
    "Vinyl",
    "Shellac",
    "Flexi-disc",
    "Lathe Cut",
    "Acetate",
    "CD",
    "SACD",
    "DVD",
    "Blu-ray",
    "MiniDisc",
    "Cassette",
    "8-Track Cartridge",
    "Reel-To-Reel",
    "Box Set",
    "File",
];

/** Other names of carriers, in lower case. */
const OTHER_NAMES = new Map([
    ["flexi", "Flexi-disc"],
    ["lathe", "Lathe Cut"],
    ["cdr", "CD"],
    ["dvdr", "DVD"],
    ["cass", "Cassette"],
    ["8-trk", "8-Track Cartridge"],
    ["reel", "Reel-To-Reel"],
    ["box", "Box Set"],
]);
const NAMES = new Map([...CARRIERS.map((name) => /** @type {const} */ ([name.toLowerCase(), name])), ...OTHER_NAMES]);

/** The first of these that is among the descriptions of "Vinyl" is its carrier. */
const SIZES = ["LP", '12"', '10"', '7"'];
const MOST_VALUES = 50;
/** A comma before one of these does not separate two values. */
const SEPARATOR = /, (?!World, & Country|& Country|Inc\.|Ltd\.|LLC)/;

/** Whether no value is blank or begins or ends with a space, and they are not too many. @param {string} text */
const isList = (text) => !/^ |^, | $|, {2}| , /.test(text) && text.split(", ").length <= MOST_VALUES;

/** @param {string} text @returns {string[]} the values that the text joins by commas */
export const splitText = (text) => (isList(text) ? text.split(SEPARATOR) : [text]);

/** The parts of a format such as "2xLP, Album". @param {string} text @returns {FormatParts} */
export function parseFormat(text) {
    const line = text.replaceAll(" + ", ", ");
    if (!isList(line)) return { format_descriptions: [text] };
    const all = line.split(", ");
    const [, quantity, name] = /** @type {string[]} */ (/^(?:([1-9]\d{0,2})x)?(.*)$/s.exec(all[0]));
    const carrier = NAMES.get(name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()));
    if (!carrier) return { format_descriptions: all };
    const size = carrier === "Vinyl" ? SIZES.find((each) => all.slice(1).includes(each)) : undefined;
    const descriptions = all.slice(1).filter((each) => each !== size);
    return {
        carrier: size ?? carrier,
        ...(quantity ? { format_quantity: Number(quantity) } : {}),
        ...(descriptions.length ? { format_descriptions: descriptions } : {}),
    };
}

/**
 * The values of a field, each once.
 * @param {Partial<AlbumFields>} album
 * @param {"genre"|"style"|"label"} field
 * @returns {string[]}
 */
export function valuesOf(album, field) {
    const list = album[/** @type {"genres"|"styles"|"labels"} */ (WRITTEN_WITH[field][0])];
    const text = album[field];
    return [...new Set(list ?? (text ? splitText(text) : []))];
}

/** @param {Partial<AlbumFields>} album @returns {FormatParts} */
export function formatOf({ format, carrier, format_quantity, format_descriptions }) {
    if (carrier || format_descriptions || !format) return { carrier, format_quantity, format_descriptions };
    return parseFormat(format);
}

/** The names by which a format is found. @param {Partial<AlbumFields>} album @returns {string[]} */
export function formatNamesOf(album) {
    const { carrier, format_descriptions: descriptions = [] } = formatOf(album);
    return [...new Set(carrier ? [carrier, ...descriptions] : descriptions)];
}
