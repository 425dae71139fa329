/** Import and export of files. */

import { formatQuery, request } from "./api.js";
import { Offline, readProblem } from "./errors.js";
import * as sync from "./sync.js";

/**
 * @typedef {{row: number, action: string, artist?: string, album?: string, reason?: string, errors?: Fault[]}}
 * ReportRow
 */
/**
 * What an import did or would do, as docs/api.md describes it.
 * @typedef {object} ImportReport
 * @property {string} format
 * @property {number} added
 * @property {number} updated
 * @property {number} skipped
 * @property {number} crates_added
 * @property {string[]} ignored_columns
 * @property {ReportRow[]} rows
 */
/** @typedef {{phase: "sending"|"reading"|"done", fraction: number|null}} Progress */
/**
 * @typedef {object} ImportOptions
 * @property {"auto"|"discogs"|"csv"|"json"} [format]
 * @property {boolean} [dryRun]  only reports what the import would do
 * @property {Record<string, string>} [mapping]  the column of the file by our field
 * @property {AbortSignal} [signal]
 * @property {(progress: Progress) => void} [onProgress]
 */

const TYPES = { json: "application/json", csv: "text/csv" };

/** @param {File} file @param {ImportOptions} [options] @returns {Promise<ImportReport>} */
export async function importFile(file, options = {}) {
    const { format = "auto", dryRun = false, mapping = {}, signal, onProgress = () => {} } = options;
    const columns = Object.entries(mapping)
        .map(([field, column]) => `${field}:${column}`)
        .join(",");
    const path = `/api/collection/import${formatQuery({ format, dry_run: dryRun, mapping: columns })}`;
    const isJson = /\.json$/i.test(file.name) || format === "json";
    const headers = { "content-type": isJson ? TYPES.json : TYPES.csv, authorization: await readAuthorization() };
    const report = await upload(path, file, headers, signal, onProgress);
    if (!dryRun) await sync.now();
    onProgress({ phase: "done", fraction: 1 });
    return report;
}

/**
 * The header of a valid token. A request before the upload refreshes it, because the upload cannot be repeated on a
 * 401.
 */
async function readAuthorization() {
    await request("/api/auth/me");
    const session = await globalThis.vault.session.load();
    return `Bearer ${session?.access_token}`;
}

/**
 * Sends a file. XMLHttpRequest is used because `fetch` does not report the progress of an upload.
 * @param {string} path
 * @param {File} file
 * @param {Record<string, string>} headers
 * @param {AbortSignal|undefined} signal
 * @param {(progress: Progress) => void} onProgress
 * @returns {Promise<ImportReport>}
 */
function upload(path, file, headers, signal, onProgress) {
    return new Promise((resolve, reject) => {
        const sending = new XMLHttpRequest();
        sending.open("POST", path);
        for (const [name, value] of Object.entries(headers)) sending.setRequestHeader(name, value);
        sending.upload.onprogress = ({ loaded, total }) =>
            onProgress({ phase: "sending", fraction: total ? loaded / total : null });
        sending.upload.onload = () => onProgress({ phase: "reading", fraction: null });
        sending.onerror = () => reject(new Offline());
        sending.onabort = () => reject(signal?.reason ?? new DOMException("Aborted", "AbortError"));
        sending.onload = async () => {
            const response = new Response(sending.responseText, { status: sending.status });
            if (response.ok) resolve(await response.json());
            else reject(await readProblem(response));
        };
        signal?.addEventListener("abort", () => sending.abort(), { once: true });
        sending.send(file);
    });
}

/**
 * The whole collection as a file.
 * @param {"json"|"csv"|"wantlist"} format JSON includes the history
 * @returns {Promise<{name: string, blob: Blob}>}
 */
export async function exportFile(format) {
    const query = { format, ...(format === "json" ? { history: true } : {}) };
    const response = await request("/api/collection/export", { query, timeout: 0 });
    const extension = format === "wantlist" ? "wantlist.csv" : format;
    const day = new Date().toISOString().slice(0, 10);
    return { name: `vinyl-vault-${day}.${extension}`, blob: await response.blob() };
}
