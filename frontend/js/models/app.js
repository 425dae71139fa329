/** What every page begins with. */

import "../kernel/database.js";
import * as auth from "./auth.js";
import * as collection from "./collection.js";
import * as pwa from "./pwa.js";
import * as sync from "./sync.js";
import { takeOver } from "./takeover.js";

export { on } from "./pwa.js";

const { database } = globalThis.vault;
let isSyncing = false;

/**
 * Who is signed in, with their collection read into memory. Needs no network. Again after a sign-in.
 * @returns {Promise<auth.User|null>} null: nobody is
 */
export async function start() {
    pwa.register().catch((error) => console.warn("No service worker:", error));
    const user = await auth.load();
    if (!user) return null;
    await collection.open(user);
    const count = await takeOver(user, collection, (text) => preserve(user, text)).catch(
        (error) => (console.error(error), 0),
    );
    if (count) pwa.emit("taken-over", { count });
    if (isSyncing) sync.now();
    else sync.start();
    isSyncing = true;
    return user;
}

async function preserve(user, text) {
    const opened = await database.openUser(user.id);
    await database.run(opened, ["meta"], "readwrite", (meta) => database.ask(meta.put(text, "earlier_collection")));
    opened.close();
}

auth.subscribe((event) => {
    if (event === "signed-out") collection.close();
});
