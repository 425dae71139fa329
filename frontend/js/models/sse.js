/** Reads server-sent events from the body of a response. */

/** @typedef {{event: string, data: string}} ServerEvent */

/** @param {ReadableStream<Uint8Array<ArrayBuffer>>} body @returns {AsyncGenerator<ServerEvent>} */
export async function* readEvents(body) {
    let rest = "";
    for await (const text of readChunks(body.pipeThrough(new TextDecoderStream()))) {
        const blocks = (rest + text).split(/\r\n\r\n|\n\n|\r\r/);
        // The last block is incomplete, or empty.
        rest = blocks.pop() ?? "";
        for (const block of blocks) {
            const event = parseBlock(block);
            if (event) yield event;
        }
    }
}

/** Iterates a stream; not every browser does so on its own. @param {ReadableStream<string>} stream */
async function* readChunks(stream) {
    const reader = stream.getReader();
    try {
        for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
    } finally {
        await reader.cancel().catch(() => {});
    }
}

/** @param {string} block the lines of one event @returns {ServerEvent|null} null without data, as in a heartbeat */
function parseBlock(block) {
    let event = "message";
    /** @type {string[]} */
    const data = [];
    for (const line of block.split(/\r\n|\n|\r/)) {
        const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
        if (field === "event") event = value;
        if (field === "data") data.push(value);
    }
    return data.length ? { event, data: data.join("\n") } : null;
}
