/** The layouts of `<record-shelf>`: how many columns fit into a width, and where each record is. */

/**
 * @typedef {object} Layout
 * @property {number} columns
 * @property {number} width  of a record, in pixels, as all lengths
 * @property {number} height
 * @property {number} gapX
 * @property {number} gapY
 */

/** Below this width of the shelf, the sleeves are smaller. */
const NARROW = 560;
/** The height of a row of the list, and of one whose title takes two lines. */
const [LIST_ROW, LIST_ROW_TWO_LINES] = [68, 86];
/** Below this width of the shelf, the rows of the list have two lines. */
const TWO_LINES = 720;
/** The height of the texts below a sleeve, in rem, so that larger text has enough room. */
const TEXT_REM = 4.7;

const fontSize = () => parseFloat(getComputedStyle(document.documentElement).fontSize);

/** @param {number} width of the shelf @returns {Layout} */
export function gridLayout(width) {
    const isNarrow = width < NARROW;
    const gapX = isNarrow ? 16 : 24;
    const wantedWidth = isNarrow ? 150 : 178;
    const columns = Math.max(2, Math.floor((width + gapX) / (wantedWidth + gapX)));
    const sleeve = Math.floor((width - gapX * (columns - 1)) / columns);
    return { columns, width: sleeve, height: Math.round(sleeve + TEXT_REM * fontSize()), gapX, gapY: 14 };
}

/** @param {number} width of the shelf @returns {Layout} */
export function listLayout(width) {
    const row = width < TWO_LINES ? LIST_ROW_TWO_LINES : LIST_ROW;
    return { columns: 1, width, height: Math.round((row * fontSize()) / 16), gapX: 0, gapY: 0 };
}

/** The top of a record's row. @param {Layout} layout @param {number} index of the record */
export const rowTop = ({ columns, height, gapY }, index) => Math.floor(index / columns) * (height + gapY);
