// Adding a record: by name with suggestions, by number or camera, or by hand. One form all along, so nothing typed is ever thrown
// away: a suggestion fills in what it knows, and everything can be changed before it is saved.

import * as collection from "../js/models/collection.js";
import * as discogs from "../js/models/discogs.js";
import { inWords, Offline } from "../js/models/errors.js";
import { el, icon } from "../js/ui/dom.js";
import { COPY, FIELDS, MONEY, PRESSING, summary, valueOf } from "../js/ui/album-fields.js";
import { clearFaults, field, keepDraft, rating, setValue, showFault } from "../js/ui/form.js";
import { attribution } from "./attribution.js";
import { albumHref } from "./record-card.js";
import { openDialog } from "./dialog.js";
import { announce, toast } from "./notices.js";
import { showOwned } from "./owned-notice.js";
import { pressings } from "./pressing-list.js";
import { sleeve } from "./sleeve.js";

const TYPING_MS = 250;
const HIDDEN = ["cover", "discogs_id", "master_id"];

/** @param {object} [prefill] fields of the record */
export function addRecord(prefill = {}) {
    new Adding(prefill);
}

class Adding {
    constructor(prefill) {
        this.notice = el("div", { hidden: true });
        this.owned = el("div", { hidden: true, role: "status" });
        this.found = el("div", { class: "found" });
        this.preview = el("div", { class: "add-preview" });
        this.form = this.#build();
        this.draft = keepDraft(this.form, "add");
        for (const [name, value] of Object.entries(prefill)) setValue(this.form, name, value);
        this.dialog = openDialog({
            title: "Add a record",
            className: "add",
            body: [this.form],
            foot: [
                // No submit buttons: Enter takes the first of those, and means the last of these.
                el(
                    "button",
                    { type: "button", class: "button quiet", onclick: () => this.#save({ wanted: true }) },
                    "I want it",
                ),
                el(
                    "button",
                    { type: "button", class: "button quiet", onclick: () => this.#save({ goOn: true }) },
                    "Add and next",
                ),
                el("button", { type: "submit", form: "add-form", class: "button" }, "Add to my records"),
            ],
        });
        this.dialog.addEventListener("close", () => {
            this.search?.abort();
            this.scanner?.stop();
        });
        this.form.elements.artist.focus();
        this.#changed();
        if (this.draft.restored) this.#tell("This is what you had typed before. Go on, or start over below.");
    }

    #build() {
        const input = (name) => field({ name, ...FIELDS[name], ...FIELDS[name].input });
        const crate = field({
            name: "crate",
            label: "Crate",
            type: "select",
            options: [["", "In no crate"], ...collection.crates().map(({ uid, name }) => [uid, name])],
        });
        const copy = COPY.map((name) => (name === "crate" ? crate : input(name)));
        const number = field({
            name: "number",
            label: "Barcode or catalogue number",
            class: "stamp",
            autocomplete: "off",
            enterkeyhint: "search",
            placeholder: "0 600753 523506 or BLP 4003",
        });
        const form = el(
            "form",
            { id: "add-form", class: "stack", novalidate: true, autocomplete: "off" },
            this.notice,
            el(
                "div",
                { class: "add-top" },
                this.preview,
                el("div", { class: "stack tight" }, input("artist"), input("album")),
            ),
            el(
                "div",
                { class: "add-number" },
                number,
                el(
                    "button",
                    { type: "button", class: "button quiet", onclick: () => this.#lookUp() },
                    icon("search"),
                    "Look up",
                ),
                el(
                    "button",
                    { type: "button", class: "button quiet", onclick: () => this.#scan() },
                    icon("camera"),
                    "Scan",
                ),
            ),
            (this.scanning = el("div", { hidden: true })),
            this.owned,
            this.found,
            el(
                "details",
                { class: "folded" },
                el("summary", {}, "The pressing"),
                el(
                    "div",
                    { class: "fields" },
                    PRESSING.map(input),
                    field({ name: "cover", ...FIELDS.cover, ...FIELDS.cover.input, wide: true }),
                ),
            ),
            el(
                "details",
                { class: "folded" },
                el("summary", {}, "Your copy"),
                el("div", { class: "fields" }, rating("rating"), copy),
            ),
            el(
                "details",
                { class: "folded" },
                el("summary", {}, "What you paid"),
                el("div", { class: "fields" }, MONEY.map(input)),
            ),
            ["discogs_id", "master_id"].map((name) => el("input", { type: "hidden", name })),
            el(
                "p",
                { class: "fine soft" },
                "A whole list at once? ",
                el("a", { href: "/settings.html#import" }, "Import a file"),
                ", from Discogs or any spreadsheet. Or ",
                el("button", { type: "button", class: "link", onclick: () => this.#clear() }, "start over"),
                ".",
            ),
        );
        form.addEventListener("submit", (event) => {
            event.preventDefault();
            this.#save();
        });
        form.addEventListener("input", (event) => this.#changed(event));
        form.elements.number.addEventListener("keydown", (event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            this.#lookUp();
        });
        return form;
    }

    #values() {
        const values = {};
        for (const [name, input] of new FormData(this.form)) {
            if (name in FIELDS) values[name] = valueOf(name, input);
            else if (HIDDEN.includes(name) && input) values[name] = Number(input);
        }
        return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== ""));
    }

    #changed(event) {
        const {
            artist = "",
            album = "",
            barcode,
            catno,
            cover,
            discogs_id: discogsId,
            master_id: masterId,
        } = this.#values();
        const name = event?.target.name;
        if (name === "artist" || name === "album") {
            // Another record than the one that was chosen.
            for (const hidden of ["discogs_id", "master_id"]) setValue(this.form, hidden, "");
            this.#suggestSoon(artist, album);
        }
        this.preview.replaceChildren(sleeve({ artist, album: album || artist, cover }, { eager: true }));
        if ((artist && album) || barcode || catno) {
            const had = !this.owned.hidden;
            const has = showOwned(this.owned, {
                artist,
                album,
                barcode,
                catno,
                discogs_id: discogsId,
                master_id: masterId,
            });
            if (has && !had) announce(this.owned.textContent);
        } else this.owned.hidden = true;
    }

    #suggestSoon(artist, album) {
        clearTimeout(this.timer);
        const words = `${artist} ${album}`.trim();
        if (words.length < 3) return this.found.replaceChildren();
        this.timer = setTimeout(
            () => this.#find(() => discogs.suggest(words, { signal: this.search.signal }), { quiet: true }),
            TYPING_MS,
        );
    }

    #lookUp() {
        const typed = this.form.elements.number.value.trim();
        if (!typed) return this.form.elements.number.focus();
        const isBarcode = discogs.isBarcode(typed);
        const looksLikeOne = /^[\d\s-]{11,}$/.test(typed);
        setValue(this.form, isBarcode || looksLikeOne ? "barcode" : "catno", typed);
        this.#changed();
        if (looksLikeOne && !isBarcode) {
            return this.#tell(
                "That barcode has a digit wrong: its check digit does not fit. Look at it again, or type artist and album.",
            );
        }
        const question = isBarcode ? { barcode: discogs.normaliseBarcode(typed) } : { catno: typed };
        this.#find(() => discogs.search(question, { signal: this.search.signal }).then((page) => page.items ?? []));
    }

    async #find(ask, { quiet = false } = {}) {
        this.search?.abort();
        this.search = new AbortController();
        const { signal } = this.search;
        if (!quiet) this.#tell("Looking at Discogs …");
        try {
            const items = await ask();
            if (!signal.aborted) this.#offer(items, quiet);
        } catch (error) {
            if (signal.aborted) return;
            if (error instanceof Offline)
                this.#tell("No connection to Discogs now. Add it by hand; the rest can be filled in later.");
            else if (error.status === 404) this.#tell(quiet ? "" : "Discogs does not know that. Add it by hand.");
            else this.#tell(quiet && !error.retryAfter ? "" : `${inWords(error).text} You can always add it by hand.`);
        }
    }

    #tell(text) {
        this.found.replaceChildren(text ? el("p", { class: "soft fine", role: "status" }, text) : "");
    }

    #offer(items, quiet) {
        if (!items.length) return this.#tell(quiet ? "" : "Discogs does not know that. Add it by hand.");
        announce(`${items.length} pressings found`);
        this.found.replaceChildren(...pressings(items, (fields) => this.#choose(fields)));
    }

    #choose(fields) {
        for (const name of [...PRESSING, ...HIDDEN]) if (name in this.form.elements) setValue(this.form, name, "");
        for (const [name, value] of Object.entries(fields)) setValue(this.form, name, value);
        this.form.dispatchEvent(new Event("input"));
        this.found.replaceChildren(
            el(
                "p",
                { class: "notice good" },
                icon("check"),
                el("span", {}, [fields.artist, fields.album, summary(fields)].filter(Boolean).join(" · ")),
            ),
            attribution(fields.discogs_id),
        );
        announce("Filled in. Add it, or tell more about your copy.");
        this.dialog.querySelector(".sheet-foot .button:last-child").focus();
    }

    async #scan() {
        const { scan } = await import("./barcode-scanner.js");
        this.scanner?.stop();
        this.scanner = scan(this.scanning, (code) => {
            setValue(this.form, "number", code);
            this.#lookUp();
        });
    }

    async #save({ goOn = false, wanted = false } = {}) {
        clearFaults(this.form);
        this.notice.hidden = true;
        try {
            const album = await collection.add({ ...this.#values(), ...(wanted ? { wanted } : {}) });
            this.draft.forget();
            if (goOn) this.#clear();
            else this.dialog.close();
            toast(wanted ? `${album.album} is on your list of wants.` : `${album.album} is on your shelf.`, {
                label: "See it",
                run: () => location.assign(albumHref(album.uid)),
            });
        } catch (error) {
            showFault(this.form, this.notice, error);
        }
    }

    #clear() {
        const { crate } = this.form.elements;
        const kept = crate.value; // who fills a crate, fills it on
        this.form.reset();
        for (const hidden of ["discogs_id", "master_id"]) setValue(this.form, hidden, "");
        crate.value = kept;
        this.draft.forget();
        this.found.replaceChildren();
        this.notice.hidden = true;
        clearFaults(this.form);
        this.#changed();
        this.form.elements.artist.focus();
    }
}
