// <vault-nav>: the bar above, the tabs below on a phone; what the sync does; updates and installing; adding and chat.

import * as app from "../js/models/app.js";
import * as auth from "../js/models/auth.js";
import * as sync from "../js/models/sync.js";
import { el, icon, replace, svg } from "../js/ui/dom.js";
import { counted } from "../js/ui/format.js";
import { later, openAdd, warm } from "./load-on-demand.js";

const PAGES = [
    ["/", "Home", "home"],
    ["/mycollection.html", "Records", "records"],
    ["/genre.html", "Genres", "list"],
    ["/stats.html", "Numbers", "stats"],
];

const here = () => (location.pathname === "/index.html" ? "/" : location.pathname);
const current = (href) => (here() === href ? "page" : undefined);

const disc = () =>
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

const WORDS = {
    saved: ["saved", "Saved"],
    waiting: ["waiting", "Waiting"],
    syncing: ["syncing", "Saving…"],
    offline: ["offline", "Offline"],
    failed: ["warning", "Not saved yet"],
    "signed-out": ["warning", "Sign in again"],
};

class VaultNav extends HTMLElement {
    #sync = el("button", { type: "button", class: "sync", "aria-haspopup": "dialog", onclick: () => this.#explain() });
    #banners = el("div", { class: "banners" });
    #isSignedIn = false;

    connectedCallback() {
        const wordmark = el(
            "a",
            { class: "wordmark", href: "/", "aria-label": "Vinyl Vault, home" },
            disc(),
            el("span", {}, "Vinyl Vault"),
        );
        this.bar = el("div", {}, wordmark);
        this.append(el("header", { class: "masthead" }, this.bar));
        app.on("update", (apply) => this.#offer("A new version of Vinyl Vault is ready.", "Use it now", apply));
        app.on("taken-over", ({ count }) =>
            this.#offer(`${counted(count, "record")} from your earlier collection came along.`, "See them", () =>
                location.assign("/mycollection.html"),
            ),
        );
    }

    /** @param {object|null} user as `start()` told */
    show(user) {
        this.#isSignedIn = Boolean(user);
        if (!user) {
            this.bar.append(el("a", { class: "button small", href: here() === "/" ? "#enter" : "/#enter" }, "Sign in"));
            return;
        }
        const add = () => openAdd();
        const chat = () => this.#chat();
        this.bar.append(
            el(
                "nav",
                { "aria-label": "Main" },
                PAGES.map(([href, name]) => el("a", { href, "aria-current": current(href) }, name)),
            ),
            this.#sync,
            el(
                "button",
                { type: "button", class: "button small only-desk", onclick: add, title: "Add a record (n)" },
                icon("plus"),
                "Add",
            ),
            el(
                "button",
                {
                    type: "button",
                    class: "button icon bare only-desk",
                    "aria-label": "Ask about your records",
                    title: "Ask about your records",
                    onclick: chat,
                },
                icon("chat"),
            ),
            el(
                "a",
                {
                    class: "button icon bare",
                    href: "/settings.html",
                    "aria-label": "Settings",
                    title: "Settings",
                    "aria-current": current("/settings.html"),
                },
                icon("settings"),
            ),
        );
        this.append(this.#tabs(add, chat));
        document.addEventListener("keydown", (event) => this.#shortcut(event));
        sync.subscribe((status) => this.#tell(status));
        this.#tell(sync.status());
        warm();
        auth.subscribe((event) => event === "signed-out" && location.assign("/"));
    }

    #tabs(add, chat) {
        const tab = ([href, name, sign]) =>
            el("a", { href, "aria-current": current(href) }, icon(sign), el("span", {}, name));
        return el(
            "nav",
            { class: "tabs only-phone", "aria-label": "Tabs" },
            tab(PAGES[0]),
            tab(PAGES[1]),
            el(
                "button",
                { type: "button", class: "add-disc", onclick: add },
                el("span", {}, icon("plus")),
                el("span", {}, "Add"),
            ),
            tab(PAGES[3]),
            el("button", { type: "button", onclick: chat }, icon("chat"), el("span", {}, "Ask")),
        );
    }

    async #chat() {
        await later("./chat-panel.js");
        let panel = document.querySelector("chat-panel");
        if (!panel) document.body.append((panel = document.createElement("chat-panel")));
        panel.toggle();
    }

    #shortcut(event) {
        if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
        if (event.target.closest("input, textarea, select, [contenteditable]")) return;
        if (event.key === "n") {
            event.preventDefault();
            openAdd();
        }
        if (event.key === "/") {
            event.preventDefault();
            const search = document.querySelector("input[type=search]");
            if (search) search.focus();
            else location.assign("/mycollection.html?search");
        }
    }

    #tell(status) {
        const [sign, word] = WORDS[status.state] ?? WORDS.saved;
        const needsLook = status.conflicts + status.refused;
        const text =
            needsLook && status.state !== "offline"
                ? counted(needsLook, "to look at", "to look at")
                : status.state === "waiting" || (status.state === "offline" && status.waiting)
                  ? `${word} · ${status.waiting}`
                  : word;
        this.#sync.dataset.state = status.state === "failed" || status.refused ? "error" : status.state;
        replace(this.#sync, icon(needsLook ? "warning" : sign), el("span", {}, text));
        this.#sync.setAttribute("aria-label", `${text}. What does that mean?`);
    }

    async #explain() {
        const { explainSync } = await later("./sync-dialog.js");
        explainSync();
    }

    #offer(text, label, run) {
        const banner = el(
            "div",
            { class: "banner", role: "status" },
            el("span", {}, text),
            el("button", { type: "button", class: "button small", onclick: run }, label),
            el("button", { type: "button", class: "button small bare", onclick: () => banner.remove() }, "Later"),
        );
        this.querySelector(".masthead").after(banner);
    }
}

customElements.define("vault-nav", VaultNav);
