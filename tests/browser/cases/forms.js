// The forms of the settings: faults are shown at their fields, and a form that is being sent is not sent again.

import assert from "node:assert/strict";
import { registered } from "./collection.js";

export const cases = {
    async "a wrong password is shown, and an account is deleted once however often the form is submitted"(device) {
        const { page, line, visit } = await registered(device);
        await visit("/settings.html");
        await page.click("button:has-text('Delete the account')");
        await page.fill("#delete-account [name=password]", "not the password");
        await page.keyboard.press("Enter");
        await page.waitForSelector("#delete-account .notice.bad");
        assert.equal(line.count("DELETE /api/auth/me"), 1);

        await page.fill("#delete-account [name=password]", "correct horse battery");
        await page.evaluate(() => {
            const form = document.querySelector("#delete-account");
            for (let times = 0; times < 3; times += 1) form.requestSubmit();
        });
        await page.waitForSelector("html[data-user=out][data-ready=true]", { state: "attached" });
        assert.equal(line.count("DELETE /api/auth/me"), 2);
    },
};
