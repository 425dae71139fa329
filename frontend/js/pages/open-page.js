// What every page does first: who is it, is the collection readable, and say so if it is not.

import { start } from "../models/app.js";
import { inWords } from "../models/errors.js";
import "../../components/vault-nav.js";
import { toast } from "../../components/notices.js";
import { fillNotice } from "../ui/form.js";
import { el } from "../ui/dom.js";

/**
 * @param {(user: object|null) => (void|Promise<void>)} show draws the page
 * @param {{open?: boolean}} [options] `open`: also for who is not signed in; others are sent to sign in and come back
 */
export async function page(show, { open = false } = {}) {
    const root = document.documentElement;
    addEventListener("unhandledrejection", tell);
    try {
        const user = await start();
        remember(user);
        root.dataset.user = user ? "in" : "out";
        if (!user && !open)
            return location.replace(`/?next=${encodeURIComponent(location.pathname + location.search)}#enter`);
        document.querySelector("vault-nav").show(user);
        await show(user);
    } catch (error) {
        console.error(error);
        const notice = el("div");
        fillNotice(
            notice,
            `This page could not be opened. ${inWords(error).text} Reloading may help.`,
            inWords(error).requestId,
        );
        document.querySelector("main").prepend(notice);
    }
    root.dataset.ready = "true";
}

/** What nobody was prepared for is told, too. */
function tell({ reason }) {
    if (reason?.name !== "AbortError" && !/dynamically imported module/.test(reason?.message))
        toast(inWords(reason).text);
}

// For theme.js, which knows by it what to leave room for before the first paint.
function remember(user) {
    try {
        if (user) localStorage.setItem("signed-in", "yes");
        else localStorage.removeItem("signed-in");
    } catch {
        // Then the first paint guesses.
    }
}
