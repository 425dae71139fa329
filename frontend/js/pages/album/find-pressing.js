/**
 * Finds the pressing of an album that came from a list. It fills in the missing fields and changes nothing else. If the
 * pressing is known by its number, there is nothing to choose.
 */

import { openDialog } from "../../../components/dialog.js";
import { showToast } from "../../../components/notices.js";
import { makePressingList } from "../../../components/pressing-list.js";
import { isBarcode, normaliseBarcode } from "../../models/barcode.js";
import * as discogs from "../../models/discogs.js";
import { pickMissing, toFields } from "../../models/pressing.js";
import { el, replace } from "../../ui/dom.js";
import { describeError, statusOf } from "../../ui/error-text.js";
import { current, saveAlbum } from "./current-album.js";
import { showTracks } from "./tracks.js";

/** @typedef {import("../../models/fields.js").Album} Album */

const NOT_FOUND =
    "Discogs does not know this name. Check artist and album, or add the barcode or the catalogue number first.";

/** @param {HTMLElement} tracks where the tracks of the chosen pressing are shown */
export async function findPressing(tracks) {
    const body = el("div", { class: "stack" }, el("p", { class: "soft", role: "status" }, "Searching at Discogs …"));
    const dialog = openDialog({ title: "Find this pressing", className: "add", body: [body] });
    const stopping = new AbortController();
    dialog.addEventListener("close", () => stopping.abort());
    /** @param {import("../../models/pressing.js").PressingFields} fields */
    const choose = async (fields) => {
        const album = /** @type {Record<string, unknown>} */ ({ ...current() });
        const missing = Object.entries(pickMissing(album, fields)).filter(([name, value]) => value !== album[name]);
        await saveAlbum(Object.fromEntries(missing));
        dialog.close();
        showToast(missing.length ? "The missing fields are filled in." : "Discogs has nothing more about it.");
        showTracks(tracks);
    };
    try {
        const release = await fetchKnown(current());
        if (stopping.signal.aborted) return;
        if (release) return await choose(toFields(release));
        const candidates = await search(current(), stopping.signal);
        replace(body, candidates.length ? makePressingList(candidates, choose) : el("p", {}, NOT_FOUND));
    } catch (error) {
        if (!stopping.signal.aborted) replace(body, el("p", {}, describeError(error).text));
    }
}

/** The release of the album's number; null if Discogs has no such release (any more). @param {Album} album */
async function fetchKnown({ discogs_id: id }) {
    if (!id) return null;
    try {
        return await discogs.fetchRelease(id);
    } catch (error) {
        if (statusOf(error) === 404) return null;
        throw error;
    }
}

/** Searches by number, and by name if the number is unknown. @param {Album} album @param {AbortSignal} signal */
async function search(album, signal) {
    const byName = { q: `${album.artist} ${album.album}` };
    const { barcode = "", catno } = album;
    const byCatno = catno ? { catno } : null;
    const byNumber = isBarcode(barcode) ? { barcode: normaliseBarcode(barcode) } : byCatno;
    const found = byNumber ? (await discogs.searchReleases(byNumber, { signal })).items : [];
    return found.length ? found : (await discogs.searchReleases(byName, { signal })).items;
}
