/** Talking to the assistant. */

import { call, request } from "./api.js";
import { Offline, Problem } from "./errors.js";
import { events } from "./sse.js";

const CHAT = "/api/chat";

/**
 * Asks, and hands on the answer word by word as it comes. To stop it, abort the signal: what had come stays.
 * @param {{message: string, conversation_id?: number, provider?: string}} question
 * @param {{signal?: AbortSignal, onDelta?: (text: string) => void}} [options]
 * @returns {Promise<{text: string, conversation_id?: number, usage?: object, complete: boolean}>} `complete`: false if it was stopped
 * @throws {Problem|Offline} with `partial`, the text that had come
 */
export async function ask(question, { signal, onDelta = () => {} } = {}) {
    const answer = { text: "", complete: false };
    try {
        // Kept as text between pages.
        const id = question.conversation_id === undefined ? {} : { conversation_id: Number(question.conversation_id) };
        const response = await request(CHAT, {
            method: "POST",
            json: { ...question, ...id },
            headers: { accept: "text/event-stream" },
            signal,
            timeout: 0,
        });
        for await (const { event, data } of events(response.body)) {
            const document = JSON.parse(data);
            if (event === "delta") {
                answer.text += document.text;
                onDelta(document.text);
            } else if (event === "done") {
                return { ...answer, ...document, text: answer.text, complete: true };
            } else if (event === "error") {
                throw new Problem(response, { ...document, detail: document.message });
            }
        }
        throw new Offline(new Error("The answer broke off."));
    } catch (error) {
        if (signal?.aborted) return answer;
        throw Object.assign(error instanceof TypeError ? new Offline(error) : error, { partial: answer.text });
    }
}

/** What may answer here: `{items: [{id, available, default, key, host?, model?}], limit, remaining}`. */
export const providers = () => call(`${CHAT}/providers`);

/** With what was said: `history`. @param {number|string} id */
export const conversation = (id) => call(`${CHAT}/conversations/${encodeURIComponent(id)}`);

/** Stores a key of the collector's own; it never comes back. @param {string} provider @param {string} key @param {string} [model] */
export const saveKey = (provider, key, model) =>
    call(`${CHAT}/key`, { method: "PUT", json: { provider, key, ...(model ? { model } : {}) } });
export const removeKey = () => call(`${CHAT}/key`, { method: "DELETE" });
