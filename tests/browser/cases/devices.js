// Offline, and on more than one device or tab.

import assert from "node:assert/strict";
import { registered } from "./collection.js";

export const cases = {
    async "a record that is added offline survives a reload and reaches the second device"(device) {
        const phone = await registered(device);
        await phone.installed();
        await phone.visit("/mycollection.html");
        phone.line.cut();
        await phone.add("Nina Simone", "Pastel Blues");
        await phone.page.waitForSelector(".sync[data-state=offline]");
        await phone.visit("/mycollection.html"); // from the service worker's cache
        assert.equal(await phone.page.locator("record-shelf a.record-card").count(), 1);
        assert.equal(await phone.app(({ collection }) => collection.outstanding().waiting), 1);
        await phone.page.goto("/nothing-there.html").catch(() => {});
        assert.match(await phone.page.textContent("body"), /not on this device/);
        await phone.visit("/mycollection.html");

        phone.line.restore();
        await phone.app(({ sync }) => sync.now());
        await phone.saved();
        const laptop = await device();
        await laptop.signIn(phone.email);
        await laptop.visit("/mycollection.html");
        await laptop.page.waitForSelector("record-shelf a.record-card:has-text('Pastel Blues')");
    },

    async "an offline edit is sent automatically when the line is restored"(device) {
        const phone = await registered(device);
        await phone.installed(); // The dialog is loaded when it is opened, here without a line.
        await phone.visit("/mycollection.html");
        phone.line.cut();
        await phone.add("Can", "Tago Mago");
        await phone.page.waitForSelector(".sync[data-state=offline]");
        phone.line.restore();
        await phone.saved();
        assert.equal(await phone.app(({ collection }) => collection.all()[0].version > 0), true);
    },

    async "two devices change one field: the newer value is kept, and the other one can be restored"(device) {
        const phone = await registered(device);
        await phone.visit("/mycollection.html");
        await phone.add("Can", "Tago Mago");
        await phone.saved();
        const laptop = await device();
        await laptop.signIn(phone.email);
        const { uid } = await laptop.app(({ collection, sync }) => sync.now().then(() => collection.all()[0]));

        phone.line.cut();
        await phone.app(({ collection }, of) => collection.edit(of, { notes: "from the phone", rating: 5 }), uid);
        await laptop.app(
            ({ collection }, of) => collection.edit(of, { notes: "from the laptop", genre: "Krautrock" }),
            uid,
        );
        await laptop.saved();
        phone.line.restore();
        await phone.app(({ sync }) => sync.now());

        const seen = await phone.app(
            ({ collection }, of) => ({ album: collection.get(of), state: collection.stateOf(of) }),
            uid,
        );
        assert.equal(seen.state, "conflict");
        assert.equal(seen.album.notes, "from the laptop");
        assert.equal(seen.album.rating, 5);
        assert.equal(seen.album.genre, "Krautrock");
        await phone.visit(`/album.html?uid=${uid}`);
        await phone.page.waitForSelector("text=changed on two devices");
        const lost = await phone.app(async ({ collection }, of) => (await collection.history(of)).lost, uid);
        assert.equal(lost[0].value, "from the phone");
        await phone.app(({ collection }, [of, id]) => collection.restoreValue(of, id), [uid, lost[0].id]);
        await phone.app(({ collection }, of) => collection.acknowledge(of), uid);
        await laptop.app(({ sync }) => sync.now());
        assert.equal(await laptop.app(({ collection }, of) => collection.get(of).notes, uid), "from the phone");
    },

    async "two tabs show the same records and send each edit once"(device) {
        const phone = await registered(device);
        await phone.visit("/mycollection.html");
        const second = await phone.context.newPage();
        await phone.visit("/mycollection.html", second);
        await Promise.all([
            phone.app(({ collection }) => collection.add({ artist: "Can", album: "Tago Mago" })),
            second.evaluate(async () =>
                (await import("/js/models/collection.js")).add({ artist: "Neu!", album: "Neu! 75" }),
            ),
        ]);
        for (const page of [phone.page, second])
            await page.waitForFunction(() => document.querySelectorAll("record-shelf a.record-card").length === 2);
        await phone.saved();
        const laptop = await device();
        await laptop.signIn(phone.email);
        assert.equal(await laptop.app(({ collection, sync }) => sync.now().then(collection.count)), 2);
    },

    async "a refused edit stays until it is corrected, and does not block other edits"(device) {
        const phone = await registered(device);
        await phone.app(({ collection }) =>
            collection.addMany([
                { artist: "Can", album: "Tago Mago" },
                { artist: "Neu!", album: "Neu! 75" },
            ]),
        );
        await phone.saved();
        // The form would refuse this value: only a client of another release can send it.
        const uid = await phone.app(async ({ collection, sync }) => {
            const [first, second] = collection.all();
            const database = await globalThis.vault.database.openUser(collection.ownerId());
            await globalThis.vault.database.run(database, ["outbox"], "readwrite", (store) =>
                globalThis.vault.database.ask(
                    store.add({
                        op_id: crypto.randomUUID(),
                        type: "album",
                        kind: "put",
                        record_id: first.uid,
                        base: first.version,
                        patch: { year: 3000, genre: "Rock" },
                        edited_at: new Date().toISOString(),
                    }),
                ),
            );
            database.close();
            await collection.reload(null, "tab");
            await collection.edit(second.uid, { rating: 4 });
            await sync.now();
            return first.uid;
        });
        const refused = await phone.app(
            ({ collection }, of) => ({
                state: collection.stateOf(of),
                errors: collection.errorsOf(of),
                year: collection.get(of).year,
                rating: collection.all()[1].rating,
                waiting: collection.outstanding().waiting,
            }),
            uid,
        );
        assert.equal(refused.state, "refused");
        assert.match(refused.errors[0].field, /year/);
        assert.equal(refused.year, 3000);
        assert.deepEqual([refused.rating, refused.waiting], [4, 0]);
        const corrected = await phone.app(async ({ collection, sync }, of) => {
            await collection.edit(of, { year: 1971 });
            await sync.now();
            return { state: collection.stateOf(of), album: collection.get(of) };
        }, uid);
        assert.deepEqual([corrected.state, corrected.album.year, corrected.album.genre], ["saved", 1971, "Rock"]);
    },

    async "a cursor that is too old reads everything again and keeps unsent edits"(device) {
        const phone = await registered(device);
        await phone.app(({ collection }) =>
            collection.addMany([
                { artist: "Can", album: "Tago Mago" },
                { artist: "Neu!", album: "Neu! 75" },
            ]),
        );
        await phone.saved();
        const laptop = await device();
        await laptop.signIn(phone.email);
        await laptop.app(({ sync }) => sync.now());
        phone.line.cut();
        await phone.app(({ collection }) => collection.add({ artist: "Faust", album: "Faust IV" }));
        await laptop.app(async ({ collection, sync }) => {
            await collection.remove(collection.all()[0].uid);
            await sync.now();
            await collection.emptyTrash();
        });
        phone.line.restore();
        await phone.app(({ sync }) => sync.now());
        await phone.saved();
        assert.deepEqual(await phone.app(({ collection }) => collection.all().map((album) => album.artist)), [
            "Faust",
            "Neu!",
        ]);
    },
};
