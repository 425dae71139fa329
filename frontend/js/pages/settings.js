// Settings: who you are, where you are signed in, files in and out, the assistant's key, look, and leaving.

import * as app from "../models/app.js";
import { inWords } from "../models/errors.js";
import { exportFile } from "../models/transfer.js";
import { disclaimer } from "../../components/attribution.js";
import { toast } from "../../components/notices.js";
import { el, icon, replace } from "../ui/dom.js";
import { busy } from "../ui/form.js";
import { importer } from "./settings/importer.js";
import { page } from "./open-page.js";
import { leave, password, profile } from "./settings/account.js";
import { assistant } from "./settings/assistant.js";
import { crates } from "./settings/crates.js";
import { sessions } from "./settings/sessions.js";

const place = document.querySelector("#settings");
const THEMES = [
    ["", "As the system"],
    ["light", "Daylight"],
    ["dark", "Listening room"],
];

page((user) => {
    const sections = [
        ["profile", "You", profile(user)],
        ["password", "Password", password()],
        ["sessions", "Your devices", sessions()],
        ["import", "Bring records along", importer()],
        ["export", "Take records with you", exporter()],
        ["crates", "Crates", crates()],
        ["assistant", "The assistant", assistant()],
        ["look", "Look", look()],
        ["install", "Install", install()],
        ["leave", "Sign out", leave(user)],
    ];
    replace(
        place,
        el(
            "nav",
            { class: "contents", "aria-label": "Settings" },
            el(
                "ul",
                {},
                sections.map(([id, title]) => el("li", {}, el("a", { href: `#${id}` }, title))),
            ),
        ),
        el(
            "div",
            { class: "stack wide-gap" },
            sections.map(([id, title, body]) =>
                el(
                    "section",
                    { id, class: "panel stack", "aria-labelledby": `${id}-title`, tabindex: "-1" },
                    el("h2", { id: `${id}-title` }, title),
                    body,
                ),
            ),
            disclaimer(),
        ),
    );
    // The place that was asked for is only there now.
    if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView({ behavior: "instant" });
});

function exporter() {
    const save = (format) => async (event) => {
        try {
            const { name, blob } = await busy(event.currentTarget, "Preparing …", () => exportFile({ format }));
            const link = el("a", { href: URL.createObjectURL(blob), download: name });
            link.click();
            setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
        } catch (error) {
            toast(inWords(error).text);
        }
    };
    return [
        el(
            "p",
            { class: "soft" },
            "They are yours. JSON holds everything, history included, and can be brought back as it was. CSV opens in any spreadsheet and has the columns of Discogs.",
        ),
        el(
            "div",
            { class: "row" },
            el(
                "button",
                { type: "button", class: "button quiet", onclick: save("json") },
                icon("download"),
                "Everything, as JSON",
            ),
            el(
                "button",
                { type: "button", class: "button quiet", onclick: save("csv") },
                icon("download"),
                "A table, as CSV",
            ),
            el(
                "button",
                { type: "button", class: "button quiet", onclick: save("wantlist") },
                icon("download"),
                "What you want, as CSV",
            ),
        ),
    ];
}

function look() {
    const root = document.documentElement;
    const choose = ({ target }) => {
        if (target.value) localStorage.setItem("theme", target.value);
        else localStorage.removeItem("theme");
        if (target.value) root.dataset.theme = target.value;
        else delete root.dataset.theme;
    };
    return el(
        "fieldset",
        { class: "stack tight", onchange: choose },
        el("legend", { class: "unseen" }, "Theme"),
        THEMES.map(([value, name]) =>
            el(
                "label",
                { class: "check" },
                el("input", {
                    type: "radio",
                    name: "theme",
                    value,
                    checked: (localStorage.getItem("theme") ?? "") === value,
                }),
                name,
            ),
        ),
    );
}

function install() {
    const body = el("div", { class: "stack" });
    const isInstalled = matchMedia("(display-mode: standalone)").matches;
    replace(
        body,
        el(
            "p",
            { class: "soft" },
            isInstalled
                ? "Vinyl Vault is installed on this device."
                : "Your browser can put Vinyl Vault on the home screen: look for “Install” or “Add to home screen” in its menu. It then opens like any app, and works without a signal.",
        ),
    );
    app.on("install", (ask) =>
        replace(
            body,
            el(
                "p",
                { class: "soft" },
                "Installed, Vinyl Vault opens from your home screen and works in the record shop without a signal.",
            ),
            el(
                "div",
                {},
                el(
                    "button",
                    { type: "button", class: "button", onclick: async () => (await ask()) && toast("Installed.") },
                    icon("download"),
                    "Install",
                ),
            ),
        ),
    );
    return body;
}
