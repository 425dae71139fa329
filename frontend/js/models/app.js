/** Starts the web app: every page calls {@link start} first. */

import "../kernel/database.js";
import * as auth from "./auth.js";
import * as collection from "./collection.js";
import { claimStorage } from "./device-data.js";
import * as pwa from "./pwa.js";
import * as sync from "./sync.js";
import { takeOver } from "./takeover.js";

export { on } from "./pwa.js";

const { database } = globalThis.vault;
let isSyncing = false;

/**
 * Reads the signed-in user and their collection into memory; needs no network. It is called again after a sign-in.
 * @returns {Promise<auth.User|null>} null if no user is signed in
 */
export async function start() {
    pwa.register().catch((error) => console.warn("The service worker could not be registered:", error));
    const user = await auth.load();
    claimStorage(user?.id);
    if (!user) return null;
    await collection.open(user);
    await takeOverEarlierCollection(user);
    if (isSyncing) sync.now();
    else sync.start();
    isSyncing = true;
    return user;
}

/** @param {auth.User} user */
async function takeOverEarlierCollection(user) {
    try {
        const count = await takeOver(user, collection, (text) => storeEarlierText(user, text));
        if (count) pwa.emit("taken-over", { count });
    } catch (error) {
        // The text stays where it is, and the next start tries again.
        console.error(error);
    }
}

/** @param {auth.User} user @param {string} text */
async function storeEarlierText(user, text) {
    const opened = await database.openUser(user.id);
    await database.run(opened, ["meta"], "readwrite", (meta) => database.ask(meta.put(text, "earlier_collection")));
    opened.close();
}

auth.subscribe((event) => {
    if (event === "signed-out") collection.close();
});
