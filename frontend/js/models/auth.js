/**
 * Accounts and sessions.
 *
 * Signing in keeps the session in IndexedDB, where the service worker finds it, too. A session that the server has ended leaves the
 * collector's data in the browser: `current()` is still that user, `isEnded()` says that nothing can be sent until they sign in again.
 */

import { call } from "./api.js";
import { CHANNEL } from "./config.js";
import { UnsentEdits } from "./errors.js";

const { session, database } = globalThis.vault;
const channel = new BroadcastChannel(CHANNEL);
const listeners = new Set();
let present = null;

/**
 * @typedef {{id: number, email: string, name?: string, role: "member"|"super_admin", created_at: string, updated_at: string}} User
 * @typedef {{id: string, created_at: string, last_used_at: string, expires_at: string, address: string, user_agent: string, current: boolean}} Session
 */

/** Reads who is signed in; before anything else. @returns {Promise<User|null>} */
export async function load() {
    present = await session.load();
    return current();
}

/** @returns {User|null} */
export const current = () => present?.user ?? null;

/** Whether the collector must sign in again before anything can be sent. */
export const isEnded = () => Boolean(present?.ended);

/**
 * @param {(event: "signed-in"|"signed-out"|"ended"|"changed") => void} listener also told what other tabs do
 * @returns {() => void} ends it
 */
export function subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
}

async function tell(event) {
    await load();
    channel.postMessage({ kind: "auth", event });
    for (const listener of listeners) listener(event);
}

channel.addEventListener("message", async ({ data }) => {
    if (data.kind !== "auth") return;
    await load();
    for (const listener of listeners) listener(data.event);
});

/** @param {{email: string, password: string, name?: string}} account @returns {Promise<User>} */
export const register = ({ email, password, name }) =>
    enter("/api/auth/register", { email, password, ...(name ? { name } : {}) });

/** @param {{email: string, password: string}} credentials @returns {Promise<User>} */
export const signIn = ({ email, password }) => enter("/api/auth/login", { email, password });

async function enter(path, json) {
    const answer = await call(path, { method: "POST", json, anonymous: true });
    await session.keep(answer);
    await tell("signed-in");
    return answer.user;
}

/**
 * Ends the session and removes the collector's data from this browser.
 * @param {{discard?: boolean}} [options] `discard`: the collector was warned and wants it so
 * @throws {UnsentEdits} if edits would be lost; nothing has happened then
 */
export async function signOut({ discard = false } = {}) {
    const user = current();
    if (!user) return;
    const waiting = await unsent(user.id);
    if (waiting > 0 && !discard) throw new UnsentEdits(waiting);
    const { refresh_token } = await session.load();
    // Offline, or ended already: the session dies by its expiry.
    await call("/api/auth/logout", { method: "POST", json: { refresh_token }, anonymous: true, timeout: 5_000 }).catch(
        () => {},
    );
    await leave(user);
}

async function unsent(userId) {
    const opened = await database.openUser(userId);
    try {
        return await database.run(opened, ["outbox"], "readonly", (outbox) => database.ask(outbox.count()));
    } finally {
        opened.close();
    }
}

async function leave(user) {
    await session.clear();
    await tell("signed-out");
    await database.removeUser(user.id);
    await globalThis.caches?.delete("vinyl-vault-covers");
}

/** The account as the server has it. @returns {Promise<User>} */
export const me = () => call("/api/auth/me");

/** @param {{name?: string|null, email?: string, current_password?: string}} change an email needs `current_password` @returns {Promise<User>} */
export async function updateProfile(change) {
    const user = await call("/api/auth/me", { method: "PATCH", json: change });
    await session.save({ ...(await session.load()), user });
    await tell("changed");
    return user;
}

/** Ends every other session, too. @param {{current_password: string, new_password: string}} change */
export const changePassword = (change) => call("/api/auth/password", { method: "POST", json: change });

/** Deletes the account and all that belongs to it, for good. @param {string} password */
export async function deleteAccount(password) {
    const user = current();
    await call("/api/auth/me", { method: "DELETE", json: { password } });
    await leave(user);
}

/** @returns {Promise<Session[]>} latest used first */
export const sessions = async () => (await call("/api/auth/sessions")).items;

/** @param {string} id */
export const endSession = (id) => call(`/api/auth/sessions/${encodeURIComponent(id)}`, { method: "DELETE" });
