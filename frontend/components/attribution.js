/** The notices that Discogs' terms require beside their data. */

import { el } from "../js/ui/dom.js";

const DISCOGS = "https://www.discogs.com";

/** @param {number} [release] links to the release at Discogs */
export const makeAttribution = (release) =>
    el(
        "p",
        { class: "attribution" },
        el(
            "a",
            { href: release ? `${DISCOGS}/release/${release}` : DISCOGS, rel: "noopener" },
            "Data provided by Discogs.",
        ),
    );

export const makeDisclaimer = () =>
    el(
        "p",
        { class: "attribution" },
        "This application uses Discogs’ API but is not affiliated with, sponsored or endorsed by Discogs. ",
        "‘Discogs’ is a trademark of Zink Media, LLC.",
    );
