/** The import of a file: first a report of what would happen, then the import, then a report of what happened. */

import { makeAttribution } from "../../../components/attribution.js";
import { announce } from "../../../components/notices.js";
import { Invalid, Offline, Problem } from "../../models/errors.js";
import { importFile } from "../../models/transfer.js";
import { FIELDS } from "../../ui/album-fields.js";
import { button, el, replace } from "../../ui/dom.js";
import { describeError } from "../../ui/error-text.js";
import { field, fillNotice, readForm, smallButton } from "../../ui/form.js";
import { formatBytes, formatCount, formatNumber } from "../../ui/format.js";
import { icon } from "../../ui/icons.js";
import { shelfLink } from "../../ui/links.js";
import { listIgnored, makeCounts, makeRows } from "./import-report.js";

/** @typedef {import("../../models/transfer.js").ImportReport} ImportReport */

const LARGEST = 20 * 1024 * 1024;
/** @type {Record<string, string>} */
const FORMAT_NAMES = {
    discogs: "a Discogs collection",
    csv: "a table",
    json: "an export of Vinyl Vault",
    wantlist: "a Discogs wantlist",
};

export const makeImporter = () => new Importer().body;

class Importer {
    /** @type {File|undefined} */
    #file;
    /** The columns that the user chose, by our field. @type {Record<string, string>} */
    #mapping = {};
    /** @type {AbortController|undefined} */
    #stopping;
    #result = el("div", { class: "stack" });
    #input = el("input", {
        type: "file",
        id: "import-file",
        accept: ".csv,.tsv,.json,.txt,text/csv,application/json",
        onchange: ({ target }) => this.#choose(target.files?.[0]),
    });
    body = el(
        "div",
        { class: "stack" },
        el(
            "p",
            { class: "soft" },
            "A CSV export from Discogs, any spreadsheet saved as CSV, or an export of Vinyl Vault. You see what would ",
            "happen before anything is changed. Importing the same file twice adds nothing twice.",
        ),
        el("div", { class: "field" }, el("label", { for: "import-file" }, "File"), this.#input),
        this.#result,
    );

    constructor() {
        this.body.addEventListener("dragover", (event) => event.preventDefault());
        this.body.addEventListener("drop", (event) => {
            event.preventDefault();
            this.#choose(event.dataTransfer?.files[0]);
        });
    }

    /** @param {File|undefined} file */
    #choose(file) {
        if (!file) return;
        this.#file = file;
        this.#mapping = {};
        if (file.size <= LARGEST) this.#run(file, true);
        else {
            const limit = formatBytes(LARGEST);
            this.#showFailure(`This file has ${formatBytes(file.size)}; an import takes at most ${limit}. Split it.`);
        }
    }

    /** @param {File} file @param {boolean} dryRun */
    async #run(file, dryRun) {
        this.#stopping?.abort();
        const stopping = (this.#stopping = new AbortController());
        const onProgress = this.#showProgress(dryRun, stopping);
        try {
            const options = { dryRun, mapping: this.#mapping, signal: stopping.signal, onProgress };
            const report = await importFile(file, options);
            if (dryRun) this.#showPreview(file, report);
            else this.#showResult(report);
        } catch (error) {
            if (!stopping.signal.aborted) return this.#showFailure(explainFailure(error), error);
            const text = "Stopped. You can choose the file again.";
            replace(this.#result, el("p", { class: "soft", role: "status" }, text));
        }
        return undefined;
    }

    /**
     * @param {boolean} dryRun
     * @param {AbortController} stopping
     * @returns {(progress: import("../../models/transfer.js").Progress) => void} updates the progress
     */
    #showProgress(dryRun, stopping) {
        const meter = el("progress", { class: "meter", "aria-label": "Progress", max: 1 });
        const status = el("p", { role: "status" }, dryRun ? "Reading the file …" : "Importing your records …");
        const stop = smallButton({ onclick: () => stopping.abort() }, icon("stop"), "Stop");
        replace(this.#result, status, meter, el("div", {}, stop));
        return ({ phase, fraction }) => {
            if (fraction === null || phase === "reading") meter.removeAttribute("value");
            else meter.value = fraction;
            if (phase === "reading") status.textContent = dryRun ? "Comparing with your shelf …" : "Saving …";
        };
    }

    /** @param {string} text @param {unknown} [error] */
    #showFailure(text, error) {
        const notice = el("div");
        fillNotice(notice, text, describeError(error).requestId);
        const file = this.#file;
        const retry = file && smallButton({ onclick: () => this.#run(file, true) }, "Try again");
        const hasFaults = (error instanceof Problem || error instanceof Invalid) && error.errors.length > 0;
        replace(this.#result, notice, el("div", {}, retry), hasFaults && file && this.#makeMapping(file, []));
    }

    /** @param {File} file @param {ImportReport} report */
    #showPreview(file, report) {
        const { added, updated, skipped, ignored_columns: columns, format } = report;
        const count = added + updated;
        const run = { class: "button", disabled: !count, onclick: () => this.#run(file, false) };
        const rows = ` with ${formatCount(count + skipped, "row")}. Nothing is changed yet.`;
        const title = `${file.name} looks like ${FORMAT_NAMES[format] ?? "a list"}`;
        replace(
            this.#result,
            el("div", { class: "notice", role: "status" }, icon("search"), el("p", {}, el("strong", {}, title), rows)),
            makeCounts(report, "would be "),
            listIgnored(columns),
            columns.length > 0 && format !== "json" && this.#makeMapping(file, columns),
            makeRows(report.rows),
            el(
                "div",
                { class: "row" },
                button(run, count ? `Import ${formatCount(count, "record")}` : "Nothing to import"),
                this.#makeReset(),
            ),
        );
        const counts = [added, updated, skipped].map(formatNumber);
        announce(`${counts[0]} would be added, ${counts[1]} changed, ${counts[2]} skipped.`);
    }

    /** @param {ImportReport} report */
    #showResult(report) {
        const title = report.added ? `${formatCount(report.added, "record")} imported.` : "Done.";
        replace(
            this.#result,
            el(
                "div",
                { class: "notice good", role: "status" },
                icon("check"),
                el("p", {}, el("strong", {}, title)),
                el("p", {}, el("a", { href: shelfLink({ sort: "-added" }) }, "Show them on the shelf")),
            ),
            makeCounts(report, ""),
            report.skipped > 0 && makeRows(report.rows, true),
            report.format === "discogs" && makeAttribution(),
            el("div", {}, this.#makeReset()),
        );
    }

    #makeReset() {
        const reset = () => {
            this.#input.value = "";
            this.#result.replaceChildren();
            this.#input.focus();
        };
        return button({ class: "button quiet", onclick: reset }, "Another file");
    }

    /** A form in which the user says which column has which field. @param {File} file @param {string[]} columns */
    #makeMapping(file, columns) {
        const fields = Object.entries(FIELDS).map(([name, { label }]) => {
            const value = this.#mapping[name] ?? "";
            if (!columns.length) return field({ name, label, placeholder: "Column in your file", value });
            return field({ name, label, type: "select", options: [["", "As recognised"], ...columns], value });
        });
        const submit = el("button", { type: "submit", class: "button small" }, "Read the file again");
        const form = el("form", { class: "stack" }, el("div", { class: "fields" }, fields), el("div", {}, submit));
        form.addEventListener("submit", (event) => {
            event.preventDefault();
            this.#mapping = Object.fromEntries(Object.entries(readForm(form)).filter(([, column]) => column));
            this.#run(file, true);
        });
        return el("details", {}, el("summary", {}, "Choose the columns"), form);
    }
}

/** @param {unknown} error */
function explainFailure(error) {
    if (error instanceof Offline) {
        return "Your vault, which reads the file, cannot be reached. Try again when you are online.";
    }
    const { text, fields } = describeError(error);
    const faults = Object.entries(fields).map(([name, message]) => `${name} ${message}`);
    return faults.length ? `The file could not be read: ${faults.join("; ")}.` : text;
}
