/** The numbers under the bars. */

/** Digits alone. @param {string} text */
export const normaliseBarcode = (text) => text.replace(/[\s-]/g, "");

/** Whether it is an EAN-13, UPC-A or EAN-8 with a right check digit. @param {string} text */
export function isBarcode(text) {
    const digits = normaliseBarcode(text);
    if (!/^(\d{8}|\d{12,13})$/.test(digits)) return false;
    const sum = [...digits].reverse().reduce((total, digit, place) => total + Number(digit) * (place % 2 ? 3 : 1), 0);
    return sum % 10 === 0;
}
