// The assistant, with the real stream.

import assert from "node:assert/strict";
import { Skipped } from "../device.js";
import { registered } from "./collection.js";

const CHAT = "/api/chat";

export const cases = {
    async "an answer about the user's own records arrives as a stream"(device) {
        const { page, line, ...phone } = await withAssistant(device);
        await page.fill("#chat-text", "How many records do I have?");
        await page.keyboard.press("Enter");
        await page.waitForSelector("chat-panel .message.answer:not([aria-busy])");
        assert.match(await page.textContent("chat-panel .message.answer"), /\b(1|one)\b/i);
        assert.equal(line.count(`POST ${CHAT}`), 1);
        assert.equal(await phone.app(({ collection }) => collection.outstanding().waiting), 0);
    },

    async "an answer can be stopped, and the text so far stays"(device) {
        const { page, line } = await withAssistant(device);
        line.slowStream(CHAT);
        await page.fill("#chat-text", "How many records do I have?");
        await page.keyboard.press("Enter");
        await page.waitForFunction(() => document.querySelector("chat-panel .message.answer")?.textContent.length > 0);
        const before = await page.textContent("chat-panel .message.answer");
        await page.click("chat-panel button[aria-label=Stop]");
        await page.waitForSelector("chat-panel .message.answer:not([aria-busy])");
        assert.ok((await page.textContent("chat-panel .message.answer")).startsWith(before));
        await page.waitForSelector("chat-panel :text('Stopped.')");
    },
};

async function withAssistant(device) {
    const phone = await registered(device);
    const status = await phone.page.evaluate(
        async (path) => (await globalThis.vault.session.fetch(`${path}/providers`)).status,
        CHAT,
    );
    if (status === 404) throw new Skipped("this vault has no assistant");
    await phone.app(({ collection, sync }) =>
        collection.add({ artist: "Nina Simone", album: "Pastel Blues" }).then(sync.now),
    );
    await phone.visit("/mycollection.html");
    await phone.page.click("button[aria-label='Ask about your records']");
    return phone;
}
