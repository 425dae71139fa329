/** Ids that are made offline. */

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

const dashed = (digits) =>
    [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join("-");

/** A UUIDv7: those made later sort later. @param {number} [now] milliseconds @returns {string} */
export function uuid(now = Date.now()) {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    new DataView(bytes.buffer).setUint32(0, Math.floor(now / 0x10000));
    new DataView(bytes.buffer).setUint16(4, now % 0x10000);
    bytes[6] = (bytes[6] & 0x0f) | 0x70;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    return dashed(hex(bytes));
}

/**
 * A UUIDv8 that is the same for the same text. Not for secrets: FNV-1a over 128 bits, which works on pages without HTTPS, too, where
 * browsers offer no SHA.
 * @param {string} text @returns {string}
 */
export function uuidOf(text) {
    const prime = (1n << 88n) + 0x13bn;
    let hash = 0x6c62272e07bb014262b821756295c58dn;
    for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(128, (hash ^ BigInt(byte)) * prime);
    const digits = hash.toString(16).padStart(32, "0");
    const variant = ((parseInt(digits[16], 16) & 0x3) | 0x8).toString(16);
    return dashed(`${digits.slice(0, 12)}8${digits.slice(13, 16)}${variant}${digits.slice(17)}`);
}
