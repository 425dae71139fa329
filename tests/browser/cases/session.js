// Tokens, signing out, the records of an earlier application, and new versions.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { registered } from "./collection.js";

const REFRESH = "POST /api/auth/refresh";

export const cases = {
    async "an expired token is refreshed automatically, once for all tabs"(device) {
        const phone = await registered(device);
        const second = await phone.context.newPage();
        await phone.visit("/mycollection.html", second);
        await phone.visit("/mycollection.html");
        for (const spoil of [
            (session) => ({ ...session, access_token: "expired" }),
            (session) => ({ ...session, expires_at: 0 }),
        ]) {
            const before = phone.line.count(REFRESH);
            await phone.page.evaluate(`(async () => {
                const { session } = globalThis.vault;
                await session.save((${spoil})(await session.load()));
            })()`);
            await Promise.all([
                phone.app(async ({ collection, sync }) => {
                    await collection.add({ artist: "Can", album: "Tago Mago" });
                    await sync.now();
                }),
                second.evaluate(async () => (await import("/js/models/sync.js")).now()),
            ]);
            await phone.saved();
            assert.equal(phone.line.count(REFRESH), before + 1);
        }
        assert.equal(await phone.page.getAttribute("html", "data-user"), "in");
    },

    async "a lost answer to a refresh does not end the session"(device) {
        const phone = await registered(device);
        await phone.visit("/mycollection.html");
        await phone.saved();
        await phone.page.evaluate(async () => {
            const { session } = globalThis.vault;
            await session.save({ ...(await session.load()), expires_at: 0 });
        });
        phone.line.loseAnswer("/api/auth/refresh");
        await phone.app(({ sync }) => sync.now());
        await phone.add("Can", "Tago Mago");
        await phone.app(({ sync }) => sync.now());
        await phone.saved();
        assert.equal(await phone.app(({ auth, collection }) => auth.isEnded() || collection.outstanding().waiting), 0);
        assert.ok(phone.line.count(REFRESH) >= 2);
    },

    async "an ended session keeps the records and is shown"(device) {
        const phone = await registered(device);
        await phone.visit("/mycollection.html");
        await phone.add("Can", "Tago Mago");
        await phone.saved();
        const laptop = await device();
        await laptop.signIn(phone.email);
        await laptop.app(async ({ auth }) => {
            for (const session of await auth.sessions()) if (!session.current) await auth.endSession(session.id);
        });
        await phone.page.evaluate(async () => {
            const { session } = globalThis.vault;
            await session.save({ ...(await session.load()), access_token: "expired" });
        });
        await phone.app(({ collection }) => collection.add({ artist: "Neu!", album: "Neu! 75" }));
        await phone.page.waitForSelector(".sync[data-state=signed-out]");
        assert.equal(await phone.app(({ collection }) => collection.count()), 2);
    },

    async "signing out warns of unsent edits, and removes all data of the user"(device) {
        const phone = await registered(device);
        await phone.installed();
        await phone.visit("/mycollection.html");
        phone.line.cut();
        await phone.add("Can", "Tago Mago");
        const warned = await phone.app(({ auth }) =>
            auth.signOut().then(
                () => "signed out",
                (error) => `${error.name} ${error.count}`,
            ),
        );
        assert.equal(warned, "UnsentEdits 1");
        phone.line.restore();
        await phone.app(({ sync }) => sync.now());
        await phone.saved();
        // The page navigates away, which ends the call.
        await phone.app(async ({ auth }) => void (await auth.signOut().catch(() => {}))).catch(() => {});
        await phone.page.waitForSelector("html[data-user=out][data-ready=true]", { state: "attached" });
        const left = await phone.page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
        assert.deepEqual(left, ["vinyl-vault"]);
    },

    async "the records of an earlier application are taken over once, without loss"(device) {
        const old = [
            {
                artist: "Nina Simone",
                album: "Pastel Blues",
                genre: "Jazz",
                cover: "https://example.org/a.jpg",
                price: 12.5,
            },
            { artist: "Can", album: "Tago Mago", genre: "Krautrock", cover: "", price: "€30" },
            { artist: "Can", album: "Tago Mago", genre: "Krautrock", cover: "", price: "€30" },
            { artist: "", album: "No name", genre: null, cover: "covers/x.jpg", price: "priceless", shelf: 3 },
        ];
        const phone = await device();
        await phone.visit("/");
        await phone.page.evaluate(
            (records) => localStorage.setItem("vinylVaultCollection", JSON.stringify(records)),
            old,
        );
        const email = await phone.register();
        await phone.page.waitForFunction(() => localStorage.getItem("vinylVaultCollection") === null);
        const taken = await phone.app(({ collection }) => collection.all());
        assert.equal(taken.length, 4);
        const of = (artist) => taken.filter((album) => album.artist === artist);
        assert.deepEqual([of("Nina Simone")[0].price, of("Nina Simone")[0].cover], [12.5, "https://example.org/a.jpg"]);
        assert.deepEqual([of("Can").length, of("Can")[0].price, of("Can")[0].price_currency], [2, 30, "EUR"]);
        assert.deepEqual(of("Unknown artist")[0].custom, { cover: "covers/x.jpg", price: "priceless", shelf: 3 });
        // The same text again adds nothing: it may come from a tab that was closed half-way, or from a restored
        // profile.
        await phone.page.evaluate(
            (records) => localStorage.setItem("vinylVaultCollection", JSON.stringify(records)),
            old,
        );
        await phone.visit("/mycollection.html");
        assert.equal(await phone.app(({ collection }) => collection.count()), 4);
        await phone.saved();
        const laptop = await device();
        await laptop.signIn(email);
        assert.equal(await laptop.app(({ collection, sync }) => sync.now().then(collection.count)), 4);
    },

    async "a page that was loading while the first service worker started is served by it too"(device) {
        const phone = await device();
        // Only the service worker fetches this file: it is not installed before its release.
        const install = phone.line.hold("/offline.html");
        await phone.visit("/");
        const other = await phone.context.newPage();
        await phone.visit("/", other);
        const load = phone.line.hold("/");
        const visits = phone.line.count("GET /");
        const visit = phone.visit("/");
        await phone.line.received("GET /", visits + 1);
        install();
        await phone.installed(other);
        load();
        await visit;
        await phone.installed();
    },

    async "a new version is offered, and used when the user accepts it"(device) {
        const phone = await registered(device);
        await phone.installed();
        const path = "/js/models/config.js";
        const changed = (text) => `${text}\nexport const NEW = true;\n`;
        const before = await phone.page.evaluate(async (file) => (await fetch(file)).text(), path);
        const hash = (text) => createHash("sha256").update(text).digest("hex");
        phone.line.override(path, changed);
        phone.line.override("/sw.js", (text) => text.replace(hash(before), hash(changed(before))));
        await phone.page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
        const button = await phone.page.waitForSelector(".banner .button:has-text('Use it now')");
        // Until the user accepts it, the old files are served.
        assert.equal(await phone.page.evaluate(async (file) => (await fetch(file)).text(), path), before);
        await Promise.all([phone.page.waitForEvent("load"), button.click()]);
        await phone.page.waitForSelector("html[data-ready=true]", { state: "attached" });
        phone.line.cut();
        assert.match(await phone.page.evaluate(async (file) => (await fetch(file)).text(), path), /NEW/);
        const names = await phone.page.evaluate(async () =>
            (await (await caches.open("vinyl-vault-app")).keys()).map(({ url }) => new URL(url).pathname),
        );
        assert.equal(names.filter((name) => name === path).length, 1);
    },
};
