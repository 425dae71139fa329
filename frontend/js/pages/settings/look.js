/** The theme, and the installation of the app on this device. */

import { showToast } from "../../../components/notices.js";
import * as app from "../../models/app.js";
import { forgetSite, sites } from "../../models/covers.js";
import { button, el, replace } from "../../ui/dom.js";
import { smallButton } from "../../ui/form.js";
import { icon } from "../../ui/icons.js";

/** The key of `localStorage`; theme.js reads it. */
const THEME = "theme";
const THEMES = [
    ["", "As the system"],
    ["light", "Light"],
    ["dark", "Dark"],
];
const HOW_TO_INSTALL =
    "Your browser can put Vinyl Vault on the home screen: " +
    "look for “Install” or “Add to home screen” in its menu. It then opens like any app, and works without a signal.";
const WHY_INSTALL =
    "Once installed, Vinyl Vault opens from your home screen and works in the record shop without a signal.";

export const makeLook = () => [makeThemes(), makeSites()];

function makeThemes() {
    const present = localStorage.getItem(THEME) ?? "";
    return el(
        "fieldset",
        { class: "stack tight", onchange: chooseTheme },
        el("legend", { class: "unseen" }, "Theme"),
        THEMES.map(([value, name]) => {
            const input = el("input", { type: "radio", name: "theme", value, checked: present === value });
            return el("label", { class: "check" }, input, name);
        }),
    );
}

/** The sites whose covers are loaded without a click. */
function makeSites() {
    const body = el("div", { class: "stack tight" });
    const draw = () => {
        const list = sites().map((site) => {
            const forget = () => {
                forgetSite(site);
                draw();
            };
            return el("li", { class: "row" }, el("span", {}, site), smallButton({ onclick: forget }, "Ask again"));
        });
        const text = "Covers of these sites are loaded without asking, and each site sees your network address:";
        replace(body, list.length > 0 && [el("p", { class: "soft" }, text), el("ul", { class: "plain" }, list)]);
    };
    draw();
    return body;
}

/** @param {{target: HTMLInputElement}} event */
function chooseTheme({ target }) {
    const root = document.documentElement;
    if (target.value) {
        localStorage.setItem(THEME, target.value);
        root.dataset.theme = target.value;
    } else {
        localStorage.removeItem(THEME);
        delete root.dataset.theme;
    }
}

export function makeInstallation() {
    const isInstalled = matchMedia("(display-mode: standalone)").matches;
    const text = isInstalled ? "Vinyl Vault is installed on this device." : HOW_TO_INSTALL;
    const body = el("div", { class: "stack" }, el("p", { class: "soft" }, text));
    app.on("install", (install) => {
        const accept = async () => (await install()) && showToast("Installed.");
        replace(
            body,
            el("p", { class: "soft" }, WHY_INSTALL),
            el("div", {}, button({ class: "button", onclick: accept }, icon("download"), "Install")),
        );
    });
    return body;
}
