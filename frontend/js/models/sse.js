/** Server-sent events out of a response's body, as the standard frames them. */

/**
 * @param {ReadableStream<Uint8Array>} body
 * @returns {AsyncGenerator<{event: string, data: string}>}
 */
export async function* events(body) {
    let rest = "";
    for await (const text of chunks(body.pipeThrough(new TextDecoderStream()))) {
        const lines = (rest + text).split(/\r\n\r\n|\n\n|\r\r/);
        rest = lines.pop();
        for (const block of lines) {
            const event = parsed(block);
            if (event) yield event;
        }
    }
}

/** Not every browser iterates streams. */
async function* chunks(stream) {
    const reader = stream.getReader();
    try {
        for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
    } finally {
        await reader.cancel().catch(() => {});
    }
}

/** A block of lines; null if it holds no data (a heartbeat). */
function parsed(block) {
    let event = "message";
    const data = [];
    for (const line of block.split(/\r\n|\n|\r/)) {
        const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line);
        if (field === "event") event = value;
        if (field === "data") data.push(value);
    }
    return data.length ? { event, data: data.join("\n") } : null;
}
