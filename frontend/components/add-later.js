// Adding is loaded when it is asked for: most visits only look.

/** @param {object} [prefill] fields of the record */
export async function openAdd(prefill) {
    const { addRecord } = await import("./add.js");
    return addRecord(prefill);
}
