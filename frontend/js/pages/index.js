// The front door: signed out, what this is and how to come in; signed in, what to play tonight.

import * as app from "../models/app.js";
import * as auth from "../models/auth.js";
import * as collection from "../models/collection.js";
import "../../components/vinyl-record.js";
import { openAdd } from "../../components/load-on-demand.js";
import { albumHref, recordCard } from "../../components/record-card.js";
import { sleeve } from "../../components/sleeve.js";
import { summary } from "../ui/album-fields.js";
import { el, icon, replace, steady } from "../ui/dom.js";
import { busy, clearFaults, keepDraft, showFault } from "../ui/form.js";
import { counted, money, number } from "../ui/format.js";
import { page } from "./open-page.js";
import { greeting, tonight } from "./index/tonight.js";

const LATEST = 12;
const DIVIDERS = 8;

page(
    (user) => {
        if (user) home(user);
        if (!user || new URLSearchParams(location.search).has("again")) door();
    },
    { open: true },
);

// Signed out

const SHOWN = [
    { artist: "The Night Porters", album: "Midnight Ferry" },
    { artist: "Ida Marlowe", album: "Blue Hours" },
    { artist: "Constellation Brass", album: "Seven Small Suns" },
];

function door() {
    document.documentElement.dataset.user = "out";
    document
        .querySelector("#poster")
        .replaceChildren(
            ...SHOWN.map((album) => sleeve(album)),
            el("vinyl-record", { spinning: true, artist: "Vinyl Vault", album: "Side A" }),
        );
    const [signIn, register] = [document.querySelector("#sign-in"), document.querySelector("#register")];
    const tabs = [...document.querySelectorAll("#enter [role=tab]")];
    const choose = (which) => {
        for (const tab of tabs) {
            const isChosen = tab === which;
            tab.setAttribute("aria-selected", String(isChosen));
            tab.tabIndex = isChosen ? 0 : -1;
            document.getElementById(tab.getAttribute("aria-controls")).hidden = !isChosen;
        }
    };
    for (const tab of tabs) {
        tab.addEventListener("click", () => choose(tab));
        tab.addEventListener("keydown", (event) => {
            if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
            const other = tabs[1 - tabs.indexOf(tab)];
            choose(other);
            other.focus();
        });
    }
    if (auth.isEnded()) choose(tabs[0]);
    entering(signIn, "sign-in", (data) => auth.signIn(data));
    entering(register, "register", (data) => auth.register(data));
}

function entering(form, name, enter) {
    const draft = keepDraft(form, name);
    const notice = form.querySelector(".notice");
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        const button = form.querySelector("[type=submit]");
        if (button.getAttribute("aria-disabled")) return;
        clearFaults(form);
        notice.hidden = true;
        try {
            await busy(button, "One moment …", () => enter(Object.fromEntries(new FormData(form))));
            draft.forget();
            location.replace(nextPage());
        } catch (error) {
            showFault(form, notice, error);
        }
    });
}

/** Where the visitor was going; only ever a page of this site. */
function nextPage() {
    const next = new URLSearchParams(location.search).get("next") ?? "/";
    return /^\/(?![/\\])/.test(next) ? next : "/";
}

// Signed in

function home(user) {
    document.title = "Home · Vinyl Vault";
    const place = document.querySelector("#home");
    let turn = 0;
    const parts = {
        hello: el("header", { class: "hello" }),
        tonight: el("section", { class: "tonight", "aria-labelledby": "tonight-title" }),
        rest: el("div", { class: "stack wide-gap" }),
    };
    const draw = () => {
        const albums = collection.all();
        replace(
            parts.hello,
            el("h1", {}, `${greeting(new Date())}${user.name ? `, ${user.name}` : ""}.`),
            hello(albums),
        );
        if (!albums.length) return replace(place, parts.hello, beginning());
        play(albums);
        replace(parts.rest, latest(albums), worth(), dividers());
        if (!parts.tonight.isConnected) replace(place, parts.hello, parts.tonight, parts.rest);
    };
    const play = (albums) => {
        const { album, reason } = tonight(albums, new Date(), turn);
        if (parts.shown === album && parts.reason === reason) return;
        Object.assign(parts, { shown: album, reason });
        replace(
            parts.tonight,
            ...turntable(album, reason, () => {
                turn += 1;
                play(collection.all());
                parts.tonight.querySelector("#another").focus();
            }),
        );
    };
    draw();
    collection.subscribe(() => steady(place, draw));
    app.on("install", (install) => offerInstall(place, install));
}

const hello = (albums) =>
    albums.length
        ? el("p", { class: "soft" }, `${counted(albums.length, "record")} on your shelf.`)
        : el("p", { class: "soft" }, "Your shelf is empty, for now.");

function turntable(album, reason, another) {
    return [
        el(
            "a",
            { class: "pulled", href: albumHref(album.uid), tabindex: "-1", "aria-hidden": "true" },
            sleeve(album, { eager: true }),
            el("vinyl-record", { spinning: true, artist: album.artist, album: album.album }),
        ),
        el(
            "div",
            { class: "stack" },
            el("h2", { class: "overline", id: "tonight-title" }, "Tonight on the turntable"),
            el(
                "div",
                { "aria-live": "polite", class: "stack tight" },
                el("p", { class: "tonight-album" }, el("a", { href: albumHref(album.uid) }, album.album)),
                el("p", { class: "tonight-artist" }, album.artist),
                el("p", { class: "soft" }, summary(album)),
                el("p", { class: "liner" }, reason),
            ),
            el(
                "div",
                { class: "row" },
                el("a", { class: "button", href: albumHref(album.uid) }, icon("play"), "Take it out"),
                el(
                    "button",
                    { type: "button", class: "button quiet", id: "another", onclick: another },
                    icon("dice"),
                    "Another one",
                ),
            ),
        ),
    ];
}

function latest(albums) {
    const newest = collection.query({ sort: "-added" }).slice(0, LATEST);
    return el(
        "section",
        { "aria-labelledby": "latest-title" },
        heading(
            "latest-title",
            "New on the shelf",
            "/mycollection.html?sort=-added",
            albums.length > LATEST && `All ${number(albums.length)}`,
        ),
        el(
            "ul",
            { class: "crate-row" },
            newest.map((album, at) => el("li", {}, recordCard(album, { eager: at < 4 }))),
        ),
    );
}

function worth() {
    const { value, spent, copies, total } = collection.stats();
    const facts = [
        [number(total), total === 1 ? "record" : "records", copies > total && `${number(copies)} copies`],
        ...value
            .slice(0, 2)
            .map((sum) => [money(sum.total, sum.currency, 0), "worth", `of ${counted(sum.albums, "priced record")}`]),
        ...spent
            .slice(0, 1)
            .map((sum) => [money(sum.total, sum.currency, 0), "paid", `for ${counted(sum.albums, "record")}`]),
    ];
    return el(
        "section",
        { "aria-labelledby": "worth-title" },
        heading("worth-title", "In numbers", "/stats.html", "All numbers"),
        el(
            "ul",
            { class: "figures" },
            facts.map(([figure, name, note]) =>
                el(
                    "li",
                    {},
                    el("span", { class: "figure" }, figure),
                    el("span", { class: "overline" }, name),
                    note && el("span", { class: "fine soft" }, note),
                ),
            ),
        ),
    );
}

function dividers() {
    const genres = collection.facets({ only: ["genre"] }).genre;
    if (!genres.length) return null;
    return el(
        "section",
        { "aria-labelledby": "genres-title" },
        heading("genres-title", "Flip through", "/genre.html", "As in the shop"),
        el(
            "ul",
            { class: "chips" },
            genres
                .slice(0, DIVIDERS)
                .map(({ value, count }) =>
                    el(
                        "li",
                        {},
                        el(
                            "a",
                            { class: "chip large", href: `/genre.html?name=${encodeURIComponent(value)}` },
                            value,
                            el("span", { class: "soft" }, ` ${number(count)}`),
                        ),
                    ),
                ),
        ),
    );
}

const heading = (id, title, href, more) =>
    el("div", { class: "section-head" }, el("h2", { id }, title), more && el("a", { href }, more));

function beginning() {
    return el(
        "section",
        { class: "empty" },
        el("vinyl-record", { spinning: true, artist: "Put the needle", album: "on the record" }),
        el("h2", {}, "What was the last record you played?"),
        el(
            "p",
            { class: "soft" },
            "Start with that one. Type artist and album, scan the barcode, or bring the whole shelf along from Discogs or a spreadsheet.",
        ),
        el(
            "div",
            { class: "row" },
            el(
                "button",
                { type: "button", class: "button", onclick: () => openAdd() },
                icon("plus"),
                "Add your first record",
            ),
            el("a", { class: "button quiet", href: "/settings.html#import" }, "Import a list"),
        ),
    );
}

function offerInstall(place, install) {
    if (localStorage.getItem("install-declined") || place.querySelector(".install")) return;
    const card = el(
        "aside",
        { class: "notice install", "aria-label": "Install" },
        icon("download"),
        el(
            "p",
            {},
            el("strong", {}, "Take it to the record shop. "),
            "Installed, Vinyl Vault opens from your home screen and works without a signal.",
        ),
        el(
            "div",
            { class: "row" },
            el(
                "button",
                { type: "button", class: "button small", onclick: async () => (await install()) && card.remove() },
                "Install",
            ),
            el(
                "button",
                {
                    type: "button",
                    class: "button small bare",
                    onclick: () => (localStorage.setItem("install-declined", "yes"), card.remove()),
                },
                "Not now",
            ),
        ),
    );
    place.append(card);
}
