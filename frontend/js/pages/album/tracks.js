/** The tracks of the pressing at Discogs. */

import { makeAttribution } from "../../../components/attribution.js";
import * as discogs from "../../models/discogs.js";
import { isIncomplete } from "../../models/pressing.js";
import * as sync from "../../models/sync.js";
import { el, replace } from "../../ui/dom.js";
import { current } from "./current-album.js";

/** @typedef {import("../../models/discogs.js").Track} Track */

/** Shows the tracks in `section` if the pressing is known and Discogs answers. @param {HTMLElement} section */
export async function showTracks(section) {
    const { discogs_id: id } = current();
    if (!id) return;
    try {
        const { tracklist } = await discogs.fetchRelease(id);
        drawTracks(section, id, tracklist);
        // With the release, the vault has filled in what the record lacks.
        if (isIncomplete(current())) sync.now();
    } catch {
        // Offline, or Discogs does not answer: the page does not need the tracks.
    }
}

/** @param {HTMLElement} section @param {number} id @param {Track[]} tracklist */
function drawTracks(section, id, tracklist) {
    const tracks = tracklist.filter(({ heading }) => !heading);
    if (!tracks.length) return;
    section.hidden = false;
    replace(
        section,
        el("h2", { id: "tracks-title", class: "unseen" }, "Tracks"),
        el("div", { class: "sides" }, groupBySide(tracks).map(makeSide)),
        makeAttribution(id),
    );
}

/**
 * Groups by the first letter of the position: "A1" is on side A.
 * @param {Track[]} tracks
 * @returns {[string, Track[]][]}
 */
function groupBySide(tracks) {
    /** @type {Map<string, Track[]>} */
    const sides = new Map();
    for (const track of tracks) {
        const side = /^([A-Z])/.exec(track.position ?? "")?.[1] ?? "";
        sides.set(side, [...(sides.get(side) ?? []), track]);
    }
    return [...sides];
}

/** @param {[string, Track[]]} side */
const makeSide = ([side, tracks]) =>
    el("div", {}, el("h3", {}, side ? `Side ${side}` : "Tracks"), el("ol", { class: "tracks" }, tracks.map(makeTrack)));

/** @param {Track} track */
const makeTrack = ({ position, title, duration }) =>
    el(
        "li",
        {},
        el("span", { class: "stamp soft" }, position),
        el("span", {}, title),
        el("span", { class: "soft numbers" }, duration),
    );
