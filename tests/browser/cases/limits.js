// What the user sees when the vault refuses, and what leaves the device: pictures of other sites, and a sign-out.

import assert from "node:assert/strict";
import { registered } from "./collection.js";

const SYNC = "/api/collection/sync";
const SYNC_REQUEST = `POST ${SYNC}`;
/** A site that does not answer: the cases look at the requests only. */
const OTHER_SITE = "https://pictures.example";

export const cases = {
    async "a pause that the vault asks for is kept, and then everything is sent"(device) {
        const phone = await registered(device);
        await phone.visit("/mycollection.html");
        await phone.saved();
        phone.line.refuse(SYNC, { status: 429, code: "rate_limited", retryAfter: 3 });
        const before = phone.line.count(SYNC_REQUEST);
        await phone.app(({ collection }) => collection.add({ artist: "Can", album: "Tago Mago" }));
        await phone.page.waitForSelector(".sync[data-state=error]");
        // Neither edits nor impatience send a request before the pause is over.
        for (const album of ["Ege Bamyasi", "Future Days", "Landed"]) {
            await phone.app(({ collection }, title) => collection.add({ artist: "Can", album: title }), album);
            await phone.app(({ sync }) => sync.now());
        }
        assert.equal(phone.line.count(SYNC_REQUEST), before + 1);
        await phone.page.click(".sync");
        const text = await phone.page.textContent("dialog");
        assert.match(text, /Too many requests.*In \d+ seconds?\./s, text);
        await phone.page.keyboard.press("Escape");
        phone.line.accept(SYNC);
        await phone.saved();
        assert.equal(await phone.app(({ collection }) => collection.outstanding().waiting), 0);
        const laptop = await device();
        await laptop.signIn(phone.email);
        assert.equal(await laptop.app(({ collection, sync }) => sync.now().then(collection.count)), 4);
    },

    async "refusals are shown in words with the time to wait"(device) {
        const phone = await registered(device);
        for (const [problem, words] of [
            [{ status: 408, code: "request_timeout" }, /Sending took too long/],
            [{ status: 429, code: "rate_limited", retryAfter: 90 }, /Too many requests.*In 2 minutes/s],
            [{ status: 503, code: "unavailable", retryAfter: 5 }, /busy right now.*In 5 seconds/s],
            [{ status: 503, code: "storage_full" }, /disk is full/],
            [{ status: 503, retryAfter: 5 }, /busy right now/],
            [{ status: 507, code: "quota_exceeded" }, /vault is full/],
            [
                { status: 429, code: "quota_exceeded", detail: "You have no question left today.", retryAfter: 7_200 },
                /no question left today.*In 2 hours/s,
            ],
        ]) {
            phone.line.refuse("/api/chat/providers", problem);
            await phone.visit("/settings.html");
            await phone.page.waitForFunction(
                () => !document.querySelector("#assistant")?.textContent.includes("Loading"),
            );
            assert.match(await phone.page.textContent("#assistant"), words, JSON.stringify(problem));
        }
    },

    async "a full vault still takes removals and gives changes, and the user learns how to make room"(device) {
        const phone = await registered(device);
        await phone.visit("/mycollection.html");
        const uid = await phone.app(async ({ collection, sync }) => {
            const { uid: added } = await collection.add({ artist: "Can", album: "Landed" });
            await sync.now();
            return added;
        });
        await phone.saved();
        const laptop = await device();
        await laptop.signIn(phone.email);
        await laptop.app(({ collection, sync }) => collection.add({ artist: "Neu!", album: "Neu! 75" }).then(sync.now));
        phone.line.refuse(SYNC, { status: 507, code: "quota_exceeded" }, (body) => body.includes('"kind":"put"'));
        phone.line.override("/api/collection/stats", () =>
            JSON.stringify({
                usage: { records: 100_000, bytes: 3_000_000 },
                quota: { records: 100_000, bytes: null },
            }),
        );
        await phone.app(async ({ collection, sync }, landed) => {
            await collection.add({ artist: "Can", album: "Future Days" });
            await collection.remove(landed);
            await sync.now();
        }, uid);
        await phone.page.waitForSelector(".sync[data-state=error]");
        // The new record waits; the removal was sent, and the other device's record has arrived.
        const left = await phone.app(({ collection }) => ({
            waiting: collection.outstanding().waiting,
            albums: collection.all().map(({ album }) => album),
        }));
        assert.deepEqual(left, { waiting: 1, albums: ["Future Days", "Neu! 75"] });
        await laptop.app(({ sync }) => sync.now());
        assert.deepEqual(await laptop.app(({ collection }) => collection.all().map(({ album }) => album)), ["Neu! 75"]);
        await phone.page.click(".sync");
        await phone.page.waitForSelector("dialog .storage-full:has-text('100,000 of 100,000 records are used')");
        await phone.page.keyboard.press("Escape");
        phone.line.accept(SYNC);
        await phone.app(({ sync }) => sync.now());
        await phone.saved();
    },

    async "the registration follows what the vault allows"(device) {
        const phone = await device();
        const { page } = phone;
        const STATE = "/api/auth/registration";
        const isShown = (selector) => page.locator(selector).isVisible();
        for (const [state, form, code, closed] of [
            [{ mode: "open", first_account: false }, true, false, false],
            [{ mode: "invite", first_account: false }, true, true, false],
            [{ mode: "closed", first_account: false }, false, false, true],
            [{ mode: "closed", first_account: true }, true, false, false],
        ]) {
            phone.line.answer(STATE, state);
            await Promise.all([page.waitForResponse(`**${STATE}`), phone.visit("/")]);
            await page.click("#tab-register");
            const shown = ["#register", "#register-invitation", "#register-closed"].map(isShown);
            assert.deepEqual(await Promise.all(shown), [form, code, closed], JSON.stringify(state));
            assert.equal(await isShown("#register-first"), state.first_account);
        }
        // The link of an invitation opens the form and fills the code in.
        phone.line.answer(STATE, { mode: "invite", first_account: false });
        await Promise.all([page.waitForResponse(`**${STATE}`), phone.visit("/?invitation=a-code")]);
        assert.equal(await page.inputValue("#register-invitation"), "a-code");
        assert.ok(await isShown("#register-invitation"));
    },

    async "a cover of another site is loaded only after a click, without a referrer"(device) {
        const phone = await registered(device);
        const { page } = phone;
        const asked = await watchOtherSites(phone);
        const uid = await phone.app(async ({ collection }, cover) => {
            await collection.add({ artist: "Neu!", album: "Neu! 75", cover: "http://tracker.example/b.jpg" });
            return (await collection.add({ artist: "Can", album: "Tago Mago", cover })).uid;
        }, `${OTHER_SITE}/a.jpg`);
        await phone.visit("/mycollection.html");
        await phone.visit(`/album.html?uid=${uid}`);
        await page.waitForSelector(".cover-notice:has-text('pictures.example')");
        assert.deepEqual(asked, []);
        assert.equal(await page.locator(".pulled img").count(), 0);

        await page.click(".cover-notice button:has-text('Show it')");
        await page.waitForFunction(() => !document.querySelector(".cover-notice"));
        await waitUntil(() => asked.length === 1);
        assert.deepEqual(asked, [{ url: `${OTHER_SITE}/a.jpg`, referrer: undefined }]);

        // The choice for the whole site is remembered, until the user takes it back.
        await phone.visit(`/album.html?uid=${uid}`);
        await page.click(".cover-notice button:has-text('Always')");
        await waitUntil(() => asked.length === 2);
        await phone.visit("/mycollection.html");
        await waitUntil(() => asked.length === 3);
        await phone.visit("/settings.html#look");
        await page.click("#look button:has-text('Ask again')");
        await phone.visit(`/album.html?uid=${uid}`);
        await page.waitForSelector(".cover-notice");
        assert.equal(asked.length, 3);
    },

    async "a sign-out leaves nothing of the account on the device, in no tab"(device) {
        const phone = await registered(device);
        const { page } = phone;
        const second = await phone.context.newPage();
        await phone.visit("/mycollection.html");
        await phone.visit("/mycollection.html", second);
        for (const each of [page, second]) {
            await each.click("button[aria-label='Ask about your records']");
            await each.fill("#chat-text", "A private question");
            await each.evaluate(() => sessionStorage.setItem("conversation", "7"));
        }
        await page.keyboard.press("Escape");
        await page.keyboard.press("n");
        await page.fill("dialog.add [name=artist]", "A private draft");
        await page.evaluate(async () => {
            localStorage.setItem("theme", "dark");
            localStorage.setItem("shelf", "list");
            await caches.open("vinyl-vault-covers");
        });
        await phone.app(async ({ auth }) => void (await auth.signOut().catch(() => {}))).catch(() => {});
        for (const each of [page, second]) {
            await each.waitForSelector("html[data-user=out][data-ready=true]", { state: "attached" });
            assert.deepEqual(await each.evaluate(() => Object.keys(sessionStorage)), []);
        }
        const left = await page.evaluate(async () => [
            Object.keys(localStorage),
            (await indexedDB.databases()).map(({ name }) => name),
            await caches.has("vinyl-vault-covers"),
        ]);
        assert.deepEqual(left, [["theme"], ["vinyl-vault"], false]);
    },

    async "a tab that is restored for another account shows nothing of the one before"(device) {
        const phone = await registered(device);
        await phone.visit("/mycollection.html");
        await phone.page.evaluate(() => {
            sessionStorage.setItem("owner", "0");
            sessionStorage.setItem("question", "A private question of someone else");
        });
        await phone.visit("/mycollection.html");
        assert.equal(await phone.page.evaluate(() => sessionStorage.getItem("question")), null);
    },
};

/** The requests of the page to other sites, which get no answer. */
async function watchOtherSites({ context }) {
    const asked = [];
    await context.route(/^https?:\/\/[a-z.]+\.example\//, async (route) => {
        const headers = await route.request().allHeaders();
        asked.push({ url: route.request().url(), referrer: headers.referer });
        await route.abort();
    });
    return asked;
}

async function waitUntil(condition) {
    for (let tries = 0; !condition(); tries += 1) {
        if (tries > 100) throw new Error("the condition was not met within 10 s");
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
}
