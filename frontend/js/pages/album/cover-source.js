/** Where the picture of a sleeve comes from, and a way to reject a wrong one. */

import { releaseOfCover } from "../../models/musicbrainz.js";
import { el } from "../../ui/dom.js";
import { smallButton } from "../../ui/form.js";
import { current, saveAlbum } from "./current-album.js";

/** @returns {HTMLElement|null} null if the cover is not of the Cover Art Archive */
export function makeCoverSource() {
    const mbid = releaseOfCover(current().cover);
    if (!mbid) return null;
    const link = { href: `https://musicbrainz.org/release/${mbid}`, target: "_blank", rel: "noopener noreferrer" };
    const reject = () => saveAlbum({ cover: null });
    return el(
        "div",
        { class: "row cover-source" },
        el("p", { class: "fine" }, "Cover: Cover Art Archive, ", el("a", link, "this record at MusicBrainz")),
        smallButton({ onclick: reject, class: "bare" }, "Wrong picture"),
    );
}
