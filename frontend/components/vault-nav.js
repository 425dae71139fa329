/**
 * `<vault-nav>`: the bar at the top and, on a phone, the tabs at the bottom. It shows the state of the synchronisation,
 * offers new versions, and opens the add dialog and the chat.
 */

import * as app from "../js/models/app.js";
import * as auth from "../js/models/auth.js";
import * as sync from "../js/models/sync.js";
import { button, el, replace, svg } from "../js/ui/dom.js";
import { formatCount } from "../js/ui/format.js";
import { icon } from "../js/ui/icons.js";
import { openAddDialog, openSyncDialog, preloadParts, toggleChat } from "./load-on-demand.js";

/** @typedef {import("../js/ui/icons.js").IconName} IconName */
/** @typedef {import("../js/models/sync.js").Status} Status */
/** @typedef {{href: string, name: string, sign: IconName}} Page */

const HOME = { href: "/", name: "Home", sign: /** @type {const} */ ("home") };
const RECORDS = { href: "/mycollection.html", name: "Records", sign: /** @type {const} */ ("records") };
const GENRES = { href: "/genre.html", name: "Genres", sign: /** @type {const} */ ("list") };
const NUMBERS = { href: "/stats.html", name: "Numbers", sign: /** @type {const} */ ("stats") };
const SETTINGS = "/settings.html";

/** @type {Record<Status["state"], [IconName, string]>} */
const STATES = {
    saved: ["saved", "Saved"],
    waiting: ["waiting", "Waiting"],
    syncing: ["syncing", "Saving…"],
    offline: ["offline", "Offline"],
    failed: ["warning", "Not saved yet"],
    "signed-out": ["warning", "Sign in again"],
};

const presentPath = () => (location.pathname === "/index.html" ? "/" : location.pathname);

/** The value of `aria-current` for a link. @param {string} href */
const currentFor = (href) => (presentPath() === href ? "page" : undefined);

const drawLogo = () =>
    svg(
        "svg",
        { viewBox: "0 0 40 40", "aria-hidden": "true", focusable: "false" },
        svg("circle", { cx: 20, cy: 20, r: 19, fill: "#1c1715", stroke: "#6b5a4c", "stroke-width": 1 }),
        svg("circle", { cx: 20, cy: 20, r: 15.5, fill: "none", stroke: "#4a403a", "stroke-width": 0.8 }),
        svg("circle", { cx: 20, cy: 20, r: 12.5, fill: "none", stroke: "#4a403a", "stroke-width": 0.8 }),
        svg("circle", { cx: 20, cy: 20, r: 8.5, fill: "#d9562f" }),
        svg("path", { d: "M11.5 20a8.5 8.5 0 0 1 17 0z", fill: "#e9b44c" }),
        svg("circle", { cx: 20, cy: 20, r: 1.5, fill: "#1c1715" }),
    );

export class VaultNav extends HTMLElement {
    #sync = button({ class: "sync", "aria-haspopup": "dialog", onclick: () => openSyncDialog() });
    #bar = el(
        "div",
        {},
        el(
            "a",
            { class: "wordmark", href: "/", "aria-label": "Vinyl Vault, home" },
            drawLogo(),
            el("span", {}, "Vinyl Vault"),
        ),
    );

    connectedCallback() {
        this.append(el("header", { class: "masthead" }, this.#bar));
        app.on("update", (apply) => this.#showBanner("A new version of Vinyl Vault is ready.", "Use it now", apply));
        app.on("taken-over", ({ count }) => {
            const text = `${formatCount(count, "record")} of your earlier collection were added.`;
            this.#showBanner(text, "Show them", () => location.assign(RECORDS.href));
        });
    }

    /** @param {auth.User|null} user */
    show(user) {
        if (!user) {
            const href = presentPath() === "/" ? "#enter" : "/#enter";
            this.#bar.append(el("a", { class: "button small", href }, "Sign in"));
            return;
        }
        this.#bar.append(...this.#makeBarContent());
        this.append(makeTabs());
        document.addEventListener("keydown", handleShortcut);
        sync.subscribe((status) => this.#showStatus(status));
        this.#showStatus(sync.status());
        preloadParts();
        auth.subscribe((event) => event === "signed-out" && location.assign("/"));
    }

    #makeBarContent() {
        /** @param {Page} page */
        const link = ({ href, name }) => el("a", { href, "aria-current": currentFor(href) }, name);
        const add = { class: "button small only-desk", onclick: () => openAddDialog(), title: "Add a record (n)" };
        const ask = { "aria-label": "Ask about your records", title: "Ask about your records" };
        const settings = { href: SETTINGS, "aria-current": currentFor(SETTINGS) };
        return [
            el("nav", { "aria-label": "Main" }, [HOME, RECORDS, GENRES, NUMBERS].map(link)),
            this.#sync,
            button(add, icon("plus"), "Add"),
            button({ class: "button icon bare only-desk", ...ask, onclick: () => toggleChat() }, icon("chat")),
            el(
                "a",
                { class: "button icon bare", ...settings, "aria-label": "Settings", title: "Settings" },
                icon("settings"),
            ),
        ];
    }

    /** @param {Status} status */
    #showStatus(status) {
        const [sign, word] = STATES[status.state];
        const toCheck = status.conflicts + status.refused;
        const isOffline = status.state === "offline";
        const hasWaiting = status.state === "waiting" || (isOffline && status.waiting > 0);
        let text = hasWaiting ? `${word} · ${status.waiting}` : word;
        if (toCheck && !isOffline) text = formatCount(toCheck, "to check", "to check");
        this.#sync.dataset.state = status.state === "failed" || status.refused ? "error" : status.state;
        replace(this.#sync, icon(toCheck ? "warning" : sign), el("span", {}, text));
        this.#sync.setAttribute("aria-label", `${text}. What does this mean?`);
    }

    /** @param {string} text @param {string} label @param {() => void} run */
    #showBanner(text, label, run) {
        /** @type {HTMLElement} */
        const banner = el(
            "div",
            { class: "banner", role: "status" },
            el("span", {}, text),
            button({ class: "button small", onclick: run }, label),
            button({ class: "button small bare", onclick: () => banner.remove() }, "Later"),
        );
        this.querySelector(".masthead")?.after(banner);
    }
}

function makeTabs() {
    /** @param {Page} page */
    const tab = ({ href, name, sign }) =>
        el("a", { href, "aria-current": currentFor(href) }, icon(sign), el("span", {}, name));
    const disc = el("span", {}, icon("plus"));
    return el(
        "nav",
        { class: "tabs only-phone", "aria-label": "Tabs" },
        tab(HOME),
        tab(RECORDS),
        button({ class: "add-disc", onclick: () => openAddDialog() }, disc, el("span", {}, "Add")),
        tab(NUMBERS),
        button({ onclick: () => toggleChat() }, icon("chat"), el("span", {}, "Ask")),
    );
}

/** "n" adds a record, "/" searches. @param {KeyboardEvent} event */
function handleShortcut(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const isTyping =
        event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
    if (isTyping) return;
    if (event.key === "n") {
        event.preventDefault();
        openAddDialog();
    } else if (event.key === "/") {
        event.preventDefault();
        /** @type {HTMLInputElement|null} */
        const search = document.querySelector("input[type=search]");
        if (search) search.focus();
        else location.assign(`${RECORDS.href}?search`);
    }
}

customElements.define("vault-nav", VaultNav);
