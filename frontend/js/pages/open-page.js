/** Opens a page: starts the app, then lets the page draw itself, and reports what fails. */

import { start } from "../models/app.js";
import "../../components/vault-nav.js";
import { showToast } from "../../components/notices.js";
import { el, find } from "../ui/dom.js";
import { describeError } from "../ui/error-text.js";
import { fillNotice } from "../ui/form.js";

/** @typedef {import("../models/auth.js").User} User */

/**
 * Opens a page for the signed-in user. Others are sent to the sign-in, and return here afterwards.
 * @param {(user: User) => void|Promise<void>} draw
 */
export function openPage(draw) {
    openPublicPage((user) => {
        if (user) return draw(user);
        location.replace(`/?next=${encodeURIComponent(location.pathname + location.search)}#enter`);
        return undefined;
    });
}

/**
 * Opens a page that everybody may see.
 * @param {(user: User|null) => void|Promise<void>} draw
 */
export async function openPublicPage(draw) {
    const root = document.documentElement;
    addEventListener("unhandledrejection", reportRejection);
    try {
        const user = await start();
        rememberUser(user);
        root.dataset.user = user ? "in" : "out";
        document.querySelector("vault-nav")?.show(user);
        await draw(user);
    } catch (error) {
        console.error(error);
        const notice = el("div");
        const { text, requestId } = describeError(error);
        fillNotice(notice, `This page could not be opened. ${text} Reloading may help.`, requestId);
        find("main").prepend(notice);
    }
    root.dataset.ready = "true";
}

/** Shows an error that no code has handled. @param {PromiseRejectionEvent} event */
function reportRejection({ reason }) {
    // load-on-demand.js has already shown a message for a module that could not be loaded.
    const isReported = reason?.name === "AbortError" || /dynamically imported module/.test(reason?.message);
    if (!isReported) showToast(describeError(reason).text);
}

/** For theme.js, which reserves space before the page is drawn. @param {User|null} user */
function rememberUser(user) {
    try {
        if (user) localStorage.setItem("signed-in", "yes");
        else localStorage.removeItem("signed-in");
    } catch {
        // The storage is blocked: theme.js assumes that no user is signed in.
    }
}
