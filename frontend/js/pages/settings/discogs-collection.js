/** The user's collection at Discogs: first a preview, then the import, then what the vault follows. */

import { makeAttribution } from "../../../components/attribution.js";
import { announce, showToast } from "../../../components/notices.js";
import { fetchImport, previewImport, startImport, stopFollowing } from "../../models/discogs-account.js";
import * as sync from "../../models/sync.js";
import { button, el, replace } from "../../ui/dom.js";
import { describeError } from "../../ui/error-text.js";
import { makeFigureList } from "../../ui/figures.js";
import { field, handleSubmit, runBusy, smallButton } from "../../ui/form.js";
import { formatAgo, formatCount, formatMoment, formatNumber } from "../../ui/format.js";
import { icon } from "../../ui/icons.js";
import { makeCounts, makeFault, makeGone, makeItems } from "./discogs-report.js";
import { makeLoaded } from "./section.js";

/** @typedef {import("../../models/discogs-account.js").DiscogsImport} DiscogsImport */
/** @typedef {import("../../models/discogs-account.js").Preview} Preview */
/** @typedef {import("../../models/discogs-account.js").Target} Target */

/** Time between two questions while the import runs. */
const PAUSE_MS = 2_000;
const TOKENS_PAGE = "https://www.discogs.com/settings/developers";

export const makeDiscogsCollection = () => makeLoaded(fetchImport, (found) => new DiscogsCollection(found).body);

class DiscogsCollection {
    body = el("div", { class: "stack" });
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    #timer;
    #pagesRead = 0;

    /** @param {DiscogsImport} found */
    constructor(found) {
        this.#show(found);
    }

    /** @param {DiscogsImport} found */
    #show(found) {
        clearTimeout(this.#timer);
        const isActive = found.state === "running" || found.state === "waiting";
        if (!found.username) this.#showForm();
        else if (isActive) this.#showProgress(found);
        else this.#showFollowed(found);
        if (isActive) this.#timer = setTimeout(() => this.#look(), PAUSE_MS);
    }

    async #look() {
        try {
            const found = await fetchImport();
            const isActive = found.state === "running" || found.state === "waiting";
            if (found.pages_read !== this.#pagesRead || !isActive) sync.now();
            this.#pagesRead = found.pages_read;
            if (!isActive) announce(found.error ? "The import has stopped." : "The import is finished.");
            this.#show(found);
        } catch {
            // The import goes on without this page.
            this.#timer = setTimeout(() => this.#look(), 5 * PAUSE_MS);
        }
    }

    #showForm() {
        const notice = el("div", { hidden: true });
        const submit = el("button", { type: "submit", class: "button" }, "Look at it first");
        const form = el(
            "form",
            { class: "stack narrow", novalidate: true },
            notice,
            field({ name: "username", label: "Your user name at Discogs", autocapitalize: "off", spellcheck: "false" }),
            makeTokenField(),
            el("div", {}, submit),
        );
        handleSubmit(form, { notice, submit, busy: "Asking Discogs …" }, async ({ username, token }) => {
            /** @type {Target} */
            const target = {};
            if (username.trim()) target.username = username.trim();
            if (token.trim()) target.token = token.trim();
            this.#showPreview(target, await previewImport(target));
        });
        replace(this.body, el("p", { class: "soft" }, INTRODUCTION), form);
    }

    /** @param {Target} target @param {Preview} preview */
    #showPreview(target, preview) {
        const { username, records, wants, compared, added, updated, unchanged, items } = preview;
        const follow = el("input", { type: "checkbox", name: "follow", checked: true });
        /** @param {{currentTarget: HTMLElement}} event */
        const start = ({ currentTarget }) =>
            this.#run(currentTarget, "Starting …", () => startImport({ ...target, follow: follow.checked }));
        const part = compared < records ? `Of the first ${formatNumber(compared)}:` : "";
        replace(
            this.body,
            el(
                "div",
                { class: "notice", role: "status" },
                icon("search"),
                el(
                    "p",
                    {},
                    el("strong", {}, `${username} has ${formatCount(records, "record")}`),
                    wants > 0 && ` and ${formatCount(wants, "wanted record")}`,
                    " at Discogs. Nothing is changed yet.",
                ),
            ),
            part && el("p", {}, part),
            makeFigureList([
                [formatNumber(added), "would be added"],
                [formatNumber(updated), "would get missing fields"],
                [formatNumber(unchanged), "would stay as they are"],
            ]),
            items.length > 0 && makeItems(items),
            el("label", { class: "row" }, follow, "Look every day for what is new"),
            el(
                "div",
                { class: "row" },
                button({ class: "button", onclick: start }, "Bring them"),
                button({ class: "button quiet", onclick: () => this.#showForm() }, "Another name"),
            ),
        );
    }

    /** @param {DiscogsImport} found */
    #showProgress(found) {
        const { username, pages, pages_read: read, added, updated, unchanged, records, wants, state } = found;
        const done = formatNumber(added + updated + unchanged);
        const all = records + wants > 0 && ` of ${formatNumber(records + wants)}`;
        const meter = el("progress", { class: "meter", "aria-label": "Progress", max: pages || 1 });
        if (pages) meter.value = read;
        replace(
            this.body,
            el("p", {}, el("strong", {}, `Reading the collection of ${username} …`)),
            meter,
            el("p", { class: "soft numbers" }, `${done}${all || ""} records. `, "You can leave this page."),
            state === "waiting" && el("p", { class: "soft" }, "Waiting for Discogs. The import goes on by itself."),
            el("div", {}, this.#makeStop("Stop")),
        );
    }

    /** @param {DiscogsImport} found */
    #showFollowed(found) {
        const { username, follow, state, error, finished_at: finished, next_at: next, gone, rejected = 0 } = found;
        const when = finished ? `Read ${formatAgo(finished)}.` : "Not read completely yet.";
        const then = follow && next ? ` Again ${formatMoment(next)}.` : "";
        /** @param {string} label @param {Target} target */
        const run = (label, target) =>
            smallButton(
                { onclick: ({ currentTarget }) => this.#run(currentTarget, "Starting …", () => startImport(target)) },
                label,
            );
        replace(
            this.body,
            el("p", {}, el("strong", {}, username), follow ? " is followed. " : " is not followed. ", when, then),
            error && makeFault(state, error),
            // A day on which nothing has changed has no counts.
            finished && found.records > 0 && makeCounts(found),
            rejected > 0 && el("p", {}, `${formatCount(rejected, "record")} could not be stored.`),
            gone.length > 0 && makeGone(gone),
            state === "failed" && error?.code === "discogs_token_rejected" && this.#makeNewToken(found),
            el(
                "div",
                { class: "row" },
                run("Read it again now", {}),
                !follow && run("Follow it every day", { follow: true }),
                this.#makeStop(follow ? "Stop following" : "Forget it"),
            ),
            makeAttribution(),
        );
    }

    /** A form for another token of the same user. @param {DiscogsImport} found */
    #makeNewToken({ username, follow }) {
        const notice = el("div", { hidden: true });
        const submit = el("button", { type: "submit", class: "button" }, "Use this token");
        const form = el("form", { class: "stack narrow", novalidate: true }, notice, makeTokenField(), submit);
        handleSubmit(form, { notice, submit, busy: "Asking Discogs …" }, async ({ token }) => {
            this.#show(await startImport({ username: username ?? undefined, token: token.trim(), follow }));
        });
        return form;
    }

    /** @param {string} label */
    #makeStop(label) {
        /** @param {{currentTarget: HTMLElement}} event */
        const stop = ({ currentTarget }) =>
            this.#run(currentTarget, "One moment …", async () => {
                await stopFollowing();
                showToast("Your Discogs collection is no longer followed. The records stay.");
                return fetchImport();
            });
        return smallButton({ onclick: stop }, label);
    }

    /** @param {HTMLElement} pressed @param {string} busy @param {() => Promise<DiscogsImport>} work */
    async #run(pressed, busy, work) {
        try {
            const found = await runBusy(pressed, busy, work);
            this.#pagesRead = 0;
            this.#show(found);
        } catch (error) {
            showToast(describeError(error).text);
        }
    }
}

const INTRODUCTION =
    "Your records, folders and wants at Discogs come to this shelf, each copy once. You see what would happen before " +
    "anything is changed, and nothing that you have here is changed or removed.";

const makeTokenField = () => [
    field({
        name: "token",
        label: "Personal token (only for a private collection, folders, grades and notes)",
        type: "password",
        autocomplete: "off",
        hint: "It is stored encrypted, and used only for this.",
    }),
    el("p", { class: "fine" }, el("a", { href: TOKENS_PAGE, rel: "noopener" }, "Make a token at Discogs")),
];
