/** UUIDs that are made offline. */

/** @param {Uint8Array} bytes */
const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {string} digits */
const addHyphens = (digits) =>
    [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join("-");

/** A UUIDv7: one that is made later sorts later. @param {number} [now] in milliseconds @returns {string} */
export function makeUuid(now = Date.now()) {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    new DataView(bytes.buffer).setUint32(0, Math.floor(now / 0x10000));
    new DataView(bytes.buffer).setUint16(4, now % 0x10000);
    bytes[6] = (bytes[6] & 0x0f) | 0x70;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    return addHyphens(toHex(bytes));
}

/**
 * A UUIDv8 that is always the same for the same text. It is not for secrets: it is an FNV-1a hash of 128 bits, which
 * needs no SHA from the browser; browsers offer that only to pages with HTTPS.
 * @param {string} text
 * @returns {string}
 */
export function hashToUuid(text) {
    const prime = (1n << 88n) + 0x13bn;
    let hash = 0x6c62272e07bb014262b821756295c58dn;
    for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(128, (hash ^ BigInt(byte)) * prime);
    const digits = hash.toString(16).padStart(32, "0");
    const variant = ((parseInt(digits[16], 16) & 0x3) | 0x8).toString(16);
    return addHyphens(`${digits.slice(0, 12)}8${digits.slice(13, 16)}${variant}${digits.slice(17)}`);
}
