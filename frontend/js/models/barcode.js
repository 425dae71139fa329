/** Barcodes: EAN-13, UPC-A and EAN-8. */

/** Removes spaces and hyphens. @param {string} text */
export const normaliseBarcode = (text) => text.replace(/[\s-]/g, "");

/** Whether the text is a barcode with a correct check digit. @param {string} text */
export function isBarcode(text) {
    const digits = normaliseBarcode(text);
    if (!/^(\d{8}|\d{12,13})$/.test(digits)) return false;
    // From the right, every second digit counts three times.
    const fromRight = [...digits].reverse();
    const sum = fromRight.reduce((total, digit, index) => total + Number(digit) * (index % 2 ? 3 : 1), 0);
    return sum % 10 === 0;
}
