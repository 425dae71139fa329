/** The export of the collection as a file. */

import { showToast } from "../../../components/notices.js";
import { exportFile } from "../../models/transfer.js";
import { button, el } from "../../ui/dom.js";
import { describeError } from "../../ui/error-text.js";
import { runBusy } from "../../ui/form.js";
import { icon } from "../../ui/icons.js";

/** The browser needs the address of a file until the download has started. */
const DOWNLOAD_MS = 60_000;

export const makeExporter = () => [
    el(
        "p",
        { class: "soft" },
        "JSON has everything, with the history, and can be imported again. CSV opens in any spreadsheet and has the ",
        "columns of Discogs.",
    ),
    el(
        "div",
        { class: "row" },
        makeButton("json", "Everything, as JSON"),
        makeButton("csv", "A table, as CSV"),
        makeButton("wantlist", "What you want, as CSV"),
    ),
];

/** @param {"json"|"csv"|"wantlist"} format @param {string} text */
function makeButton(format, text) {
    /** @param {{currentTarget: HTMLElement}} event */
    const save = async ({ currentTarget }) => {
        try {
            const { name, blob } = await runBusy(currentTarget, "Preparing …", () => exportFile(format));
            const link = el("a", { href: URL.createObjectURL(blob), download: name });
            link.click();
            setTimeout(() => URL.revokeObjectURL(link.href), DOWNLOAD_MS);
        } catch (error) {
            showToast(describeError(error).text);
        }
    };
    return button({ class: "button quiet", onclick: save }, icon("download"), text);
}
