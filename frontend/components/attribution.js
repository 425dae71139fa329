// What Discogs' terms ask to be shown beside their data.

import { el } from "../js/ui/dom.js";

/** @param {number} [release] at Discogs: leads to it */
export const attribution = (release) =>
    el(
        "p",
        { class: "attribution" },
        el(
            "a",
            {
                href: release ? `https://www.discogs.com/release/${release}` : "https://www.discogs.com",
                rel: "noopener",
            },
            "Data provided by Discogs.",
        ),
    );

export const disclaimer = () =>
    el(
        "p",
        { class: "attribution" },
        "This application uses Discogs’ API but is not affiliated with, sponsored or endorsed by Discogs. ‘Discogs’ is a trademark of Zink Media, LLC.",
    );
