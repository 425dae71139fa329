/** Talking to the assistant. */

import { call, request } from "./api.js";
import { Offline, Problem } from "./errors.js";
import { events } from "./sse.js";

const CHAT = "/api/chat";

/**
 * Asks, and hands on the answer word by word as it comes. To stop it, abort the signal: what had come stays.
 * @param {{message: string, conversation_id?: string|number}} question
 * @param {{signal?: AbortSignal, onDelta?: (text: string) => void}} [options]
 * @returns {Promise<{text: string, conversation_id?: string|number, usage?: object, complete: boolean}>} `complete`: false if it was stopped
 * @throws {Problem|Offline} with `partial`, the text that had come
 */
export async function ask(question, { signal, onDelta = () => {} } = {}) {
    const answer = { text: "", complete: false };
    try {
        const response = await request(CHAT, { method: "POST", json: question, headers: { accept: "text/event-stream" }, signal, timeout: 0 });
        for await (const { event, data } of events(response.body)) {
            const document = JSON.parse(data);
            if (event === "delta") {
                answer.text += document.text;
                onDelta(document.text);
            } else if (event === "done") {
                return { ...answer, ...document, text: answer.text, complete: true };
            } else if (event === "error") {
                throw new Problem(response, document);
            }
        }
        throw new Offline(new Error("The answer broke off."));
    } catch (error) {
        if (signal?.aborted) return answer;
        throw Object.assign(error instanceof TypeError ? new Offline(error) : error, { partial: answer.text });
    }
}

/** What may answer here. */
export const providers = () => call(`${CHAT}/providers`);

export const conversations = () => call(`${CHAT}/conversations`);
export const conversation = (id) => call(`${CHAT}/conversations/${encodeURIComponent(id)}`);
export const rename = (id, title) => call(`${CHAT}/conversations/${encodeURIComponent(id)}`, { method: "PATCH", json: { title } });
export const forget = (id) => call(`${CHAT}/conversations/${encodeURIComponent(id)}`, { method: "DELETE" });

/** Stores a key of the collector's own; it never comes back. */
export const saveKey = (provider, key) => call(`${CHAT}/providers/${encodeURIComponent(provider)}/key`, { method: "PUT", json: { key } });
export const removeKey = (provider) => call(`${CHAT}/providers/${encodeURIComponent(provider)}/key`, { method: "DELETE" });
