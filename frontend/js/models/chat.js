/** Questions to the assistant. */

import { call, request } from "./api.js";
import { Offline, Problem } from "./errors.js";
import { readEvents } from "./sse.js";

const CHAT = "/api/chat";

/** @typedef {{message: string, conversation_id?: number, provider?: string}} Question */
/**
 * @typedef {{text: string, conversation_id?: number, usage?: object, complete: boolean}} Answer `complete`: not stopped
 */
/** @typedef {"none"|"operator"|"yours"|"missing"} KeySource */
/**
 * @typedef {{id: string, available: boolean, default: boolean, key: KeySource, host?: string, model?: string}} Provider
 */

/**
 * Asks a question, and calls `onDelta` with each part of the answer as it arrives. Abort the signal to stop the answer:
 * the text so far is returned.
 * @param {Question} question
 * @param {{signal?: AbortSignal, onDelta?: (text: string) => void}} [options]
 * @returns {Promise<Answer>}
 * @throws {Problem|Offline} with `partial`, the text that arrived before
 */
export async function ask(question, { signal, onDelta = () => {} } = {}) {
    const answer = { text: "", complete: false };
    const headers = { accept: "text/event-stream" };
    try {
        const response = await request(CHAT, { method: "POST", json: question, headers, signal, timeout: 0 });
        if (!response.body) throw new Offline(new Error("The answer has no body."));
        for await (const { event, data } of readEvents(response.body)) {
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
        throw new Offline(new Error("The answer ended too early."));
    } catch (error) {
        if (signal?.aborted) return answer;
        const failure = error instanceof TypeError ? new Offline(error) : error;
        throw Object.assign(/** @type {Error} */ (failure), { partial: answer.text });
    }
}

/**
 * The providers of this vault, and how many questions are left today.
 * @returns {Promise<{items: Provider[], limit?: number, remaining?: number}>}
 */
export const fetchProviders = () => call(`${CHAT}/providers`);

/** @param {number} id @returns {Promise<{history: {role: "user"|"assistant", content: string}[]}>} */
export const fetchConversation = (id) => call(`${CHAT}/conversations/${id}`);

/** Stores the user's own key. No answer of the API contains it. @param {string} provider @param {string} key */
export const saveKey = (provider, key) => call(`${CHAT}/key`, { method: "PUT", json: { provider, key } });
export const removeKey = () => call(`${CHAT}/key`, { method: "DELETE" });
