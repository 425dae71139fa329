// The assistant, over the real stream.

import assert from "node:assert/strict";
import { registered } from "./collection.js";

export const cases = {
    async "an answer comes word by word and can be stopped"(device) {
        const { page, ...phone } = await registered(device);
        await phone.app(({ collection, sync }) => collection.add({ artist: "Nina Simone", album: "Pastel Blues" }).then(sync.now));
        await phone.visit("/mycollection.html");
        await page.click("button[aria-label='Ask about your records']");
        await page.fill("#chat-text", "How many records do I have?");
        await page.keyboard.press("Enter");
        await page.waitForSelector("chat-panel .said.theirs:not([aria-busy])");
        assert.match(await page.textContent("chat-panel .said.theirs"), /1|one/i);
    },
};
