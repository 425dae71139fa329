/**
 * Adds a record: by name with suggestions, by number or camera, or by hand. All of them use one form. So nothing that
 * was typed is lost: a suggestion fills in the fields that it knows, and everything can be changed before it is saved.
 */

import { isBarcode, normaliseBarcode } from "../js/models/barcode.js";
import * as collection from "../js/models/collection.js";
import * as discogs from "../js/models/discogs.js";
import { Offline, Problem } from "../js/models/errors.js";
import { PRESSING_FIELDS, summarise } from "../js/ui/album-fields.js";
import { button, el, find } from "../js/ui/dom.js";
import { describeError } from "../js/ui/error-text.js";
import { clearFaults, controlOf, keepDraft, setValue, showFaults } from "../js/ui/form.js";
import { icon } from "../js/ui/icons.js";
import { albumLink } from "../js/ui/links.js";
import { ID_FIELDS, makeAddForm, readAddForm } from "./add-form.js";
import { makeAttribution } from "./attribution.js";
import { openDialog } from "./dialog.js";
import { announce, showToast } from "./notices.js";
import { fillOwnedNotice } from "./owned-notice.js";
import { makePressingList } from "./pressing-list.js";
import { makeSleeve } from "./sleeve.js";

/** @typedef {import("../js/models/pressing.js").Candidate} Candidate */
/** @typedef {import("../js/models/pressing.js").PressingFields} PressingFields */

/** Time without typing before suggestions are requested. */
const TYPING_MS = 250;
const NOT_FOUND = "Discogs does not know this. Add it by hand.";

/** @param {import("../js/models/fields.js").Patch} [prefill] fields of the record */
export function addRecord(prefill = {}) {
    new AddDialog(prefill);
}

class AddDialog {
    #parts = {
        notice: el("div", { hidden: true }),
        preview: el("div", { class: "add-preview" }),
        scanner: el("div", { hidden: true }),
        owned: el("div", { hidden: true, role: "status" }),
        found: el("div", { class: "found" }),
    };
    #form = makeAddForm(this.#parts, {
        lookUp: () => this.#lookUp(),
        scan: () => this.#scan(),
        startOver: () => this.#startOver(),
    });
    #draft = keepDraft(this.#form, "add");
    #dialog = this.#open();
    /** The search at Discogs that is running. @type {AbortController|undefined} */
    #search;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    #typing;
    /** @type {import("./barcode-scanner.js").BarcodeScanner|undefined} */
    #scanner;

    /** @param {import("../js/models/fields.js").Patch} prefill */
    constructor(prefill) {
        for (const [name, value] of Object.entries(prefill)) setValue(this.#form, name, value);
        this.#listen();
        controlOf(this.#form, "artist").focus();
        this.#update();
        if (this.#draft.isRestored) this.#report("This is what you typed before. Continue, or start over below.");
    }

    #open() {
        // The Enter key presses the only submit button, which is the last one.
        return openDialog({
            title: "Add a record",
            className: "add",
            body: [this.#form],
            foot: [
                button({ class: "button quiet", onclick: () => this.#save({ isWanted: true }) }, "I want it"),
                button({ class: "button quiet", onclick: () => this.#save({ isContinued: true }) }, "Add and next"),
                el("button", { type: "submit", form: "add-form", class: "button" }, "Add to my records"),
            ],
        });
    }

    #listen() {
        this.#dialog.addEventListener("close", () => {
            this.#search?.abort();
            this.#scanner?.stop();
        });
        this.#form.addEventListener("submit", (event) => {
            event.preventDefault();
            this.#save();
        });
        this.#form.addEventListener("input", ({ target }) => {
            const name = target instanceof HTMLInputElement ? target.name : "";
            if (name === "artist" || name === "album") this.#changeTitle();
            this.#update();
        });
        controlOf(this.#form, "number").addEventListener("keydown", (event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            this.#lookUp();
        });
    }

    /** With another title it is another record than the chosen one. */
    #changeTitle() {
        for (const name of ID_FIELDS) setValue(this.#form, name, "");
        const { artist = "", album = "" } = readAddForm(this.#form);
        clearTimeout(this.#typing);
        const words = `${artist} ${album}`.trim();
        if (words.length < 3) return this.#parts.found.replaceChildren();
        const suggest = (/** @type {AbortSignal} */ signal) => discogs.suggestReleases(words, { signal });
        this.#typing = setTimeout(() => this.#find(suggest, true), TYPING_MS);
    }

    /** Draws the sleeve, and what the user already owns. */
    #update() {
        const fields = /** @type {Partial<PressingFields>} */ (readAddForm(this.#form));
        const { artist = "", album, barcode, catno, cover } = fields;
        this.#parts.preview.replaceChildren(makeSleeve({ artist, album: album ?? artist, cover }, { isEager: true }));
        const { owned } = this.#parts;
        if ((artist && album) || barcode || catno) {
            const wasShown = !owned.hidden;
            const isShown = fillOwnedNotice(owned, { ...fields, artist, album });
            if (isShown && !wasShown) announce(owned.textContent ?? "");
        } else owned.hidden = true;
    }

    #lookUp() {
        const number = controlOf(this.#form, "number");
        const typed = number.value.trim();
        if (!typed) return number.focus();
        const looksLikeBarcode = /^[\d\s-]{11,}$/.test(typed);
        setValue(this.#form, isBarcode(typed) || looksLikeBarcode ? "barcode" : "catno", typed);
        this.#update();
        if (looksLikeBarcode && !isBarcode(typed)) {
            return this.#report("This barcode has a wrong digit. Check it, or type artist and album.");
        }
        const search = isBarcode(typed) ? { barcode: normaliseBarcode(typed) } : { catno: typed };
        this.#find(async (signal) => (await discogs.searchReleases(search, { signal })).items ?? []);
    }

    /**
     * Searches at Discogs and shows the pressings.
     * @param {(signal: AbortSignal) => Promise<Candidate[]>} search
     * @param {boolean} [isSuggestion] the user did not ask for it, so faults that they cannot change are not reported
     */
    async #find(search, isSuggestion = false) {
        this.#search?.abort();
        this.#search = new AbortController();
        const { signal } = this.#search;
        if (!isSuggestion) this.#report("Searching at Discogs …");
        try {
            const candidates = await search(signal);
            if (signal.aborted) return;
            if (candidates.length) this.#showPressings(candidates);
            else this.#report(isSuggestion ? "" : NOT_FOUND);
        } catch (error) {
            if (!signal.aborted) this.#report(explainFailure(error, isSuggestion));
        }
    }

    /** @param {string} text */
    #report(text) {
        this.#parts.found.replaceChildren(text ? el("p", { class: "soft fine", role: "status" }, text) : "");
    }

    /** @param {Candidate[]} candidates */
    #showPressings(candidates) {
        announce(`${candidates.length} pressings found`);
        this.#parts.found.replaceChildren(...makePressingList(candidates, (fields) => this.#choose(fields)));
    }

    /** Fills in a pressing. @param {PressingFields} fields */
    #choose(fields) {
        for (const name of [...PRESSING_FIELDS, "cover", ...ID_FIELDS]) setValue(this.#form, name, "");
        for (const [name, value] of Object.entries(fields)) setValue(this.#form, name, value);
        this.#form.dispatchEvent(new Event("input"));
        const text = [fields.artist, fields.album, summarise(fields)].filter(Boolean).join(" · ");
        this.#parts.found.replaceChildren(
            el("p", { class: "notice good" }, icon("check"), el("span", {}, text)),
            makeAttribution(fields.discogs_id),
        );
        announce("The fields are filled in. Add the record, or add details of your copy.");
        find(".sheet-foot .button:last-child", this.#dialog).focus();
    }

    async #scan() {
        const { BarcodeScanner } = await import("./barcode-scanner.js");
        this.#scanner?.stop();
        this.#scanner = new BarcodeScanner(this.#parts.scanner, (code) => {
            setValue(this.#form, "number", code);
            this.#lookUp();
        });
    }

    async #save({ isContinued = false, isWanted = false } = {}) {
        clearFaults(this.#form);
        this.#parts.notice.hidden = true;
        try {
            const fields = readAddForm(this.#form);
            const album = await collection.add(isWanted ? { ...fields, wanted: true } : fields);
            this.#draft.forget();
            if (isContinued) this.#startOver();
            else this.#dialog.close();
            showToast(`${album.album} is on your ${isWanted ? "want list" : "shelf"}.`, {
                label: "Show it",
                run: () => location.assign(albumLink(album.uid)),
            });
        } catch (error) {
            showFaults(this.#form, this.#parts.notice, error);
        }
    }

    #startOver() {
        const crate = controlOf(this.#form, "crate");
        // The next record is often put into the same crate.
        const chosenCrate = crate.value;
        this.#form.reset();
        for (const name of ID_FIELDS) setValue(this.#form, name, "");
        crate.value = chosenCrate;
        this.#draft.forget();
        this.#parts.found.replaceChildren();
        this.#parts.notice.hidden = true;
        clearFaults(this.#form);
        this.#update();
        controlOf(this.#form, "artist").focus();
    }
}

/** @param {unknown} error @param {boolean} isSuggestion @returns {string} empty if it is not worth reporting */
function explainFailure(error, isSuggestion) {
    if (error instanceof Offline) {
        return "Discogs cannot be reached right now. Add the record by hand; you can fill in the rest later.";
    }
    const problem = error instanceof Problem ? error : null;
    if (problem?.status === 404) return isSuggestion ? "" : NOT_FOUND;
    if (isSuggestion && !problem?.retryAfter) return "";
    return `${describeError(error).text} You can always add it by hand.`;
}
