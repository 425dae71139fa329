/** Files into the collection, and out of it. */

import { request, queryString } from "./api.js";
import { Offline, problemOf } from "./errors.js";
import * as sync from "./sync.js";

const TYPES = { json: "application/json", csv: "text/csv" };

/**
 * Imports a file; with `dryRun` it only tells what it would do.
 * @param {File|Blob} file
 * @param {{format?: "auto"|"discogs"|"csv"|"json", dryRun?: boolean, mapping?: Record<string, string>, signal?: AbortSignal,
 *     onProgress?: (progress: {phase: "sending"|"reading"|"done", fraction: number|null}) => void}} [options]
 *     `mapping`: our field → the file's column
 * @returns {Promise<object>} what was added, updated and skipped, and why: docs/api.md
 */
export async function importFile(
    file,
    { format = "auto", dryRun = false, mapping = {}, signal, onProgress = () => {} } = {},
) {
    const columns = Object.entries(mapping)
        .map(([field, column]) => `${field}:${column}`)
        .join(",");
    const path = `/api/collection/import${queryString({ format, dry_run: dryRun, mapping: columns })}`;
    // A session that is nearly over is renewed first: the upload itself cannot be sent twice.
    const { access_token: token } = JSON.parse(await accessToken());
    const type = /\.json$/i.test(file.name ?? "") || format === "json" ? TYPES.json : TYPES.csv;
    const report = await upload(path, file, type, token, signal, onProgress);
    if (!dryRun) await sync.now();
    onProgress({ phase: "done", fraction: 1 });
    return report;
}

async function accessToken() {
    await request("/api/auth/me");
    return JSON.stringify(await globalThis.vault.session.load());
}

/** `fetch` tells nothing of how an upload proceeds. */
function upload(path, file, type, token, signal, onProgress) {
    return new Promise((resolve, reject) => {
        const sending = new XMLHttpRequest();
        const stop = () => sending.abort();
        sending.open("POST", path);
        sending.setRequestHeader("content-type", type);
        sending.setRequestHeader("authorization", `Bearer ${token}`);
        sending.upload.onprogress = ({ loaded, total }) =>
            onProgress({ phase: "sending", fraction: total ? loaded / total : null });
        sending.upload.onload = () => onProgress({ phase: "reading", fraction: null });
        sending.onerror = () => reject(new Offline());
        sending.onabort = () => reject(signal?.reason ?? new DOMException("Aborted", "AbortError"));
        sending.onload = async () => {
            const response = new Response(sending.responseText, { status: sending.status });
            if (response.ok) resolve(await response.json());
            else reject(await problemOf(response));
        };
        signal?.addEventListener("abort", stop, { once: true });
        sending.send(file);
    });
}

/**
 * The whole collection as a file.
 * @param {{format?: "json"|"csv"|"wantlist", history?: boolean}} [options]
 * @returns {Promise<{name: string, blob: Blob}>}
 */
export async function exportFile({ format = "json", history = true } = {}) {
    const query = { format, ...(format === "json" ? { history } : {}) };
    const response = await request("/api/collection/export", { query, timeout: 0 });
    const ending = format === "wantlist" ? "wantlist.csv" : format;
    return { name: `vinyl-vault-${new Date().toISOString().slice(0, 10)}.${ending}`, blob: await response.blob() };
}
