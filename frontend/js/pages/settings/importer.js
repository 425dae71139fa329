// A file comes in: first only looked at, then taken, then told what became of each row.

import { inWords } from "../../models/errors.js";
import { importFile } from "../../models/transfer.js";
import { attribution } from "../../../components/attribution.js";
import { announce } from "../../../components/notices.js";
import { FIELDS } from "../../ui/album-fields.js";
import { el, icon, replace } from "../../ui/dom.js";
import { field, fillNotice } from "../../ui/form.js";
import { bytes, counted, number } from "../../ui/format.js";

const LARGEST = 20 * 1024 * 1024;
const ROWS_SHOWN = 200;
const FORMATS = {
    discogs: "a Discogs collection",
    csv: "a table",
    json: "an export of Vinyl Vault",
    wantlist: "a Discogs wantlist",
};

export function importer() {
    return new Importer().body;
}

class Importer {
    mapping = {};
    result = el("div", { class: "stack" });
    body = el(
        "div",
        { class: "stack" },
        el(
            "p",
            { class: "soft" },
            "A CSV export from Discogs, any spreadsheet saved as CSV, or an export of Vinyl Vault. You see what would happen before anything is changed, and the same file twice adds nothing twice.",
        ),
        el(
            "div",
            { class: "field" },
            el("label", { for: "import-file" }, "File"),
            el("input", {
                type: "file",
                id: "import-file",
                accept: ".csv,.tsv,.json,.txt,text/csv,application/json",
                onchange: (event) => this.#take(event.target.files[0]),
            }),
        ),
        this.result,
    );

    constructor() {
        this.body.addEventListener("dragover", (event) => event.preventDefault());
        this.body.addEventListener("drop", (event) => {
            event.preventDefault();
            this.#take(event.dataTransfer.files[0]);
        });
    }

    #take(file) {
        if (!file) return;
        this.file = file;
        this.mapping = {};
        if (file.size > LARGEST)
            return this.#fail(
                `This file has ${bytes(file.size)}; at most ${bytes(LARGEST)} can be taken at once. Split it in two.`,
            );
        this.#run(true);
    }

    async #run(dryRun) {
        this.stopping?.abort();
        const stopping = (this.stopping = new AbortController());
        const meter = el("progress", { class: "meter", "aria-label": "Progress", max: 1 });
        const status = el("p", { role: "status" }, dryRun ? "Looking at the file …" : "Bringing your records along …");
        replace(
            this.result,
            status,
            meter,
            el(
                "div",
                {},
                el(
                    "button",
                    { type: "button", class: "button small quiet", onclick: () => stopping.abort() },
                    icon("stop"),
                    "Stop",
                ),
            ),
        );
        try {
            const report = await importFile(this.file, {
                dryRun,
                mapping: this.mapping,
                signal: stopping.signal,
                onProgress: ({ phase, fraction }) => {
                    if (fraction === null || phase === "reading") meter.removeAttribute("value");
                    else meter.value = fraction;
                    if (phase === "reading")
                        status.textContent = dryRun ? "Comparing with your shelf …" : "Putting them on the shelf …";
                },
            });
            if (dryRun) this.#preview(report);
            else this.#report(report);
        } catch (error) {
            if (stopping.signal.aborted)
                return replace(
                    this.result,
                    el("p", { class: "soft", role: "status" }, "Stopped. Choose the file again when you like."),
                );
            this.#fail(reason(error), error);
        }
    }

    #fail(text, error) {
        const notice = el("div");
        fillNotice(notice, text, error?.requestId);
        replace(
            this.result,
            notice,
            el(
                "div",
                {},
                this.file &&
                    el(
                        "button",
                        { type: "button", class: "button small quiet", onclick: () => this.#run(true) },
                        "Try again",
                    ),
            ),
        );
        if (error?.errors?.length) this.result.append(this.#mapper([]));
    }

    #preview(report) {
        const total = report.added + report.updated + report.skipped;
        const worth = report.added + report.updated;
        replace(
            this.result,
            el(
                "div",
                { class: "notice", role: "status" },
                icon("search"),
                el(
                    "p",
                    {},
                    el("strong", {}, `${this.file.name} looks like ${FORMATS[report.format] ?? "a list"}`),
                    ` with ${counted(total, "row")}. Nothing is changed yet.`,
                ),
            ),
            counts(report, "would be "),
            ignored(report),
            report.ignored_columns.length > 0 && report.format !== "json" && this.#mapper(report.ignored_columns),
            rowsTable(report),
            el(
                "div",
                { class: "row" },
                el(
                    "button",
                    { type: "button", class: "button", disabled: !worth, onclick: () => this.#run(false) },
                    worth ? `Bring ${counted(worth, "record")} along` : "Nothing to bring along",
                ),
                el("button", { type: "button", class: "button quiet", onclick: () => this.#forget() }, "Another file"),
            ),
        );
        announce(
            `${number(report.added)} would be added, ${number(report.updated)} changed, ${number(report.skipped)} skipped.`,
        );
    }

    #report(report) {
        replace(
            this.result,
            el(
                "div",
                { class: "notice good", role: "status" },
                icon("check"),
                el(
                    "p",
                    {},
                    el("strong", {}, report.added ? `${counted(report.added, "record")} came along.` : "Done."),
                ),
                el("p", {}, el("a", { href: "/mycollection.html?sort=-added" }, "See them on the shelf")),
            ),
            counts(report, ""),
            report.skipped > 0 && rowsTable(report, true),
            report.format === "discogs" && attribution(),
            el(
                "div",
                {},
                el("button", { type: "button", class: "button quiet", onclick: () => this.#forget() }, "Another file"),
            ),
        );
    }

    #forget() {
        const input = this.body.querySelector("input[type=file]");
        input.value = "";
        this.result.replaceChildren();
        input.focus();
    }

    /** Columns that go by other names than ours. */
    #mapper(columns) {
        const form = el(
            "form",
            { class: "stack" },
            el(
                "div",
                { class: "fields" },
                Object.entries(FIELDS).map(([name, { label }]) =>
                    field(
                        columns.length
                            ? {
                                  name,
                                  label,
                                  type: "select",
                                  options: [["", "As recognised"], ...columns],
                                  value: this.mapping[name] ?? "",
                              }
                            : { name, label, placeholder: "Column in your file", value: this.mapping[name] },
                    ),
                ),
            ),
            el("div", {}, el("button", { type: "submit", class: "button small" }, "Look again")),
        );
        form.addEventListener("submit", (event) => {
            event.preventDefault();
            this.mapping = Object.fromEntries([...new FormData(form)].filter(([, column]) => column));
            this.#run(true);
        });
        return el("details", {}, el("summary", {}, "Say which column is what"), form);
    }
}

const counts = (report, how) =>
    el(
        "ul",
        { class: "figures" },
        [
            [report.added, `${how}added`],
            [report.updated, `${how}changed`],
            [report.skipped, `${how}skipped`],
            [report.crates_added, `crates ${how}added`],
        ]
            .filter(([count], at) => count || at === 0)
            .map(([count, name]) =>
                el("li", {}, el("span", { class: "figure" }, number(count)), el("span", { class: "overline" }, name)),
            ),
    );

const ignored = ({ ignored_columns: columns }) =>
    columns.length > 0 &&
    el("p", { class: "fine soft" }, `Not read, because they are no field of a record: ${columns.join(", ")}.`);

const ACTIONS = { added: "adds", updated: "changes", skipped: "skipped" };

function rowsTable({ rows }, onlySkipped = false) {
    const faulty = rows.filter((row) => row.action === "skipped");
    const wanted = (onlySkipped ? faulty : [...faulty, ...rows.filter((row) => row.action !== "skipped")]).slice(
        0,
        ROWS_SHOWN,
    );
    if (!wanted.length) return null;
    const why = ({ reason: text, errors = [] }) =>
        errors.length ? errors.map(({ field: name, message }) => `${name} ${message}`).join("; ") : (text ?? "");
    return el(
        "details",
        { open: faulty.length > 0 },
        el("summary", {}, onlySkipped ? "What was skipped, and why" : "Row by row"),
        el(
            "div",
            { class: "scroller", tabindex: "0", role: "region", "aria-label": "Rows of the file" },
            el(
                "table",
                { class: "data-table" },
                el(
                    "thead",
                    {},
                    el(
                        "tr",
                        {},
                        ["Row", "Does", "Record", "Why"].map((name) => el("th", { scope: "col" }, name)),
                    ),
                ),
                el(
                    "tbody",
                    {},
                    wanted.map((row) =>
                        el(
                            "tr",
                            {},
                            el("td", { class: "numbers" }, number(row.row)),
                            el("td", {}, ACTIONS[row.action] ?? row.action),
                            el("td", { class: "told" }, [row.artist, row.album].filter(Boolean).join(" – ") || "–"),
                            el("td", { class: "told" }, why(row)),
                        ),
                    ),
                ),
            ),
        ),
    );
}

function reason(error) {
    const { text, fields } = inWords(error);
    const faults = Object.entries(fields).map(([name, message]) => `${name} ${message}`);
    if (error.code === "offline")
        return "Your vault cannot be reached now. Files are read there: try again when you are online.";
    return faults.length ? `The file could not be read: ${faults.join("; ")}.` : text;
}
