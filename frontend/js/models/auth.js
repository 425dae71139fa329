/**
 * Accounts and sessions.
 *
 * A sign-in stores the session in IndexedDB, where the service worker reads it too. If the server ends the session, the
 * user's data stays in the browser: `current()` still returns the user, and `isEnded()` is true until they sign in
 * again.
 */

import { call } from "./api.js";
import { CHANNEL } from "./config.js";
import { forgetAccount } from "./device-data.js";
import { UnsentEdits } from "./errors.js";

const { session, database } = globalThis.vault;
const channel = new BroadcastChannel(CHANNEL);

/** @typedef {VaultUser} User */
/** @typedef {"signed-in"|"signed-out"|"ended"|"changed"} AuthEvent */
/**
 * @typedef {object} Session
 * @property {string} id
 * @property {string} created_at
 * @property {string} last_used_at
 * @property {string} expires_at
 * @property {string} address
 * @property {string} user_agent
 * @property {boolean} current  whether it is the session of this browser
 */

/** @typedef {{mode: "open"|"invite"|"closed", first_account: boolean}} Registration */

/** @type {Set<(event: AuthEvent) => void>} */
const listeners = new Set();
/** @type {VaultSession|null} */
let stored = null;

/** Reads the session. It must be called before the other functions. @returns {Promise<User|null>} */
export async function load() {
    stored = await session.load();
    return current();
}

/** @returns {User|null} */
export const current = () => stored?.user ?? null;

/** Whether the user must sign in again before anything can be sent. */
export const isEnded = () => Boolean(stored?.ended);

/**
 * @param {(event: AuthEvent) => void} listener is also called for the events of other tabs
 * @returns {() => void} unsubscribes
 */
export function subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
}

/** @param {AuthEvent} event */
async function announce(event) {
    await load();
    channel.postMessage({ kind: "auth", event });
    for (const listener of listeners) listener(event);
}

channel.addEventListener("message", async ({ data }) => {
    if (data.kind !== "auth") return;
    if (data.event === "signed-out") forgetAccount();
    await load();
    for (const listener of listeners) listener(data.event);
});

/**
 * Who may create an account. The first one is always allowed.
 * @returns {Promise<Registration>}
 */
export const fetchRegistration = () => call("/api/auth/registration", { anonymous: true });

/**
 * @param {{email: string, password: string, name?: string, invitation?: string}} account
 * @returns {Promise<User>}
 */
export const register = ({ email, password, name, invitation }) =>
    enter("/api/auth/register", {
        email,
        password,
        ...(name ? { name } : {}),
        ...(invitation ? { invitation } : {}),
    });

/** @param {{email: string, password: string}} credentials @returns {Promise<User>} */
export const signIn = ({ email, password }) => enter("/api/auth/login", { email, password });

/** @param {string} path @param {object} json */
async function enter(path, json) {
    /** @type {VaultTokens} */
    const answer = await call(path, { method: "POST", json, anonymous: true });
    await session.saveAnswer(answer);
    await announce("signed-in");
    return answer.user;
}

/**
 * Ends the session and removes the user's data from this browser: records, covers, drafts and the conversation.
 * @param {{discard?: boolean}} [options] `discard`: the user has been warned and accepts the loss of unsent edits
 * @throws {UnsentEdits} if edits would be lost; nothing has been changed then
 */
export async function signOut({ discard = false } = {}) {
    const user = current();
    if (!user) return;
    const waiting = await countUnsent(user.id);
    if (waiting > 0 && !discard) throw new UnsentEdits(waiting);
    const refreshToken = (await session.load())?.refresh_token;
    // If the vault cannot be reached, or the session has already ended, nothing is left to do: the session expires.
    const logout = { method: "POST", json: { refresh_token: refreshToken }, anonymous: true, timeout: 5_000 };
    await call("/api/auth/logout", logout).catch(() => {});
    await removeUserData(user);
}

/** @param {number} userId */
async function countUnsent(userId) {
    const opened = await database.openUser(userId);
    try {
        return await database.run(opened, ["outbox"], "readonly", (outbox) => database.ask(outbox.count()));
    } finally {
        opened.close();
    }
}

/** @param {User} user */
async function removeUserData(user) {
    await session.clear();
    forgetAccount();
    await announce("signed-out");
    await database.removeUser(user.id);
    await globalThis.caches?.delete("vinyl-vault-covers");
}

/**
 * @param {{name?: string|null, email?: string, current_password?: string}} change an email needs `current_password`
 * @returns {Promise<User>}
 */
export async function updateProfile(change) {
    const user = await call("/api/auth/me", { method: "PATCH", json: change });
    const present = await session.load();
    if (present) await session.save({ ...present, user });
    await announce("changed");
    return user;
}

/**
 * Changes the password and ends every other session.
 * @param {{current_password: string, new_password: string}} change
 */
export const changePassword = (change) => call("/api/auth/password", { method: "POST", json: change });

/** Deletes the account and all its data permanently. @param {string} password */
export async function deleteAccount(password) {
    const user = current();
    await call("/api/auth/me", { method: "DELETE", json: { password } });
    if (user) await removeUserData(user);
}

/** @returns {Promise<Session[]>} the most recently used first */
export const sessions = async () => (await call("/api/auth/sessions")).items;

/** @param {string} id */
export const endSession = (id) => call(`/api/auth/sessions/${encodeURIComponent(id)}`, { method: "DELETE" });
