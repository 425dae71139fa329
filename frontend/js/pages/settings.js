/** The settings: the account, the devices, import and export, the crates, the assistant, and the look. */

import { makeDisclaimer } from "../../components/attribution.js";
import { el, find, replace } from "../ui/dom.js";
import { openPage } from "./open-page.js";
import { makePassword, makeProfile, makeSignOut } from "./settings/account.js";
import { makeAssistant } from "./settings/assistant.js";
import { makeCrates } from "./settings/crates.js";
import { makeDiscogsCollection } from "./settings/discogs-collection.js";
import { makeExporter } from "./settings/exporter.js";
import { makeImporter } from "./settings/importer.js";
import { makeInstallation, makeLook } from "./settings/look.js";
import { makeSessions } from "./settings/sessions.js";

/** @typedef {import("../ui/dom.js").Child} Child */
/** @typedef {{id: string, title: string, body: Child}} Section */

openPage((user) => {
    /** @type {Section[]} */
    const sections = [
        { id: "profile", title: "You", body: makeProfile(user) },
        { id: "password", title: "Password", body: makePassword() },
        { id: "sessions", title: "Your devices", body: makeSessions() },
        { id: "import", title: "Import records", body: makeImporter() },
        { id: "discogs", title: "Your Discogs collection", body: makeDiscogsCollection() },
        { id: "export", title: "Export records", body: makeExporter() },
        { id: "crates", title: "Crates", body: makeCrates() },
        { id: "assistant", title: "The assistant", body: makeAssistant() },
        { id: "look", title: "Look", body: makeLook() },
        { id: "install", title: "Install", body: makeInstallation() },
        { id: "leave", title: "Sign out", body: makeSignOut(user) },
    ];
    const links = sections.map(({ id, title }) => el("li", {}, el("a", { href: `#${id}` }, title)));
    replace(
        find("#settings"),
        el("nav", { class: "contents", "aria-label": "Settings" }, el("ul", {}, links)),
        el("div", { class: "stack wide-gap" }, sections.map(makeSection), makeDisclaimer()),
    );
    // The browser could not scroll to the section before it was drawn.
    if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView({ behavior: "instant" });
});

/** @param {Section} section */
const makeSection = ({ id, title, body }) =>
    el(
        "section",
        { id, class: "panel stack", "aria-labelledby": `${id}-title`, tabindex: "-1" },
        el("h2", { id: `${id}-title` }, title),
        body,
    );
