/**
 * What the app keeps in this browser outside of the databases: what a user was typing, the conversation, choices. All
 * of it belongs to the account but for a few settings of the device.
 */

import { OLD_COLLECTION_KEY } from "./config.js";

/** The keys of `localStorage` that stay when a user signs out. The last one is not taken over yet. */
const OF_THE_DEVICE = ["theme", "install-declined", OLD_COLLECTION_KEY];
/** The key of both storages: the id of the account whose data is there. */
const OWNER = "owner";

/** Removes what belongs to an account. `sessionStorage` is that of this tab: each tab calls this. */
export function forgetAccount() {
    sessionStorage.clear();
    for (const key of Object.keys(localStorage)) {
        if (!OF_THE_DEVICE.includes(key)) localStorage.removeItem(key);
    }
}

/**
 * Removes what another account has left: a tab that the browser restored, or a session that ended without a sign-out.
 * @param {number|undefined} userId undefined: no user is signed in
 */
export function claimStorage(userId) {
    try {
        const owner = String(userId ?? "");
        const found = [sessionStorage.getItem(OWNER), localStorage.getItem(OWNER)];
        if (found.some((each) => each !== null && each !== owner)) forgetAccount();
        if (!owner) return;
        sessionStorage.setItem(OWNER, owner);
        localStorage.setItem(OWNER, owner);
    } catch {
        // The storage is full or blocked: then nothing of another account is read from it either.
    }
}
