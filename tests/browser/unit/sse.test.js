import assert from "node:assert/strict";
import { test } from "node:test";
import { readEvents } from "../../../frontend/js/models/sse.js";

async function read(...chunks) {
    const body = new ReadableStream({
        start(controller) {
            for (const chunk of chunks) controller.enqueue(chunk);
            controller.close();
        },
    });
    const found = [];
    for await (const event of readEvents(body)) found.push([event.event, event.data]);
    return found;
}

const bytes = (text) => new TextEncoder().encode(text);

test("events are read correctly however the stream is cut into chunks", async () => {
    const text =
        ': heartbeat\n\nevent: delta\ndata: {"text":"Rós 🎶"}\n\ndata: a\ndata: b\n\nevent: done\r\ndata: {}\r\n\r\n';
    const expected = [
        ["delta", '{"text":"Rós 🎶"}'],
        ["message", "a\nb"],
        ["done", "{}"],
    ];
    assert.deepEqual(await read(bytes(text)), expected);
    assert.deepEqual(await read(...Array.from(bytes(text), (byte) => Uint8Array.of(byte))), expected);
});

test("an incomplete event at the end is ignored", async () => {
    assert.deepEqual(await read(bytes("data: whole\n\ndata: hal")), [["message", "whole"]]);
});
