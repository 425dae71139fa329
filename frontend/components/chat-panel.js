/**
 * `<chat-panel>`: questions to the assistant. The answer is shown as it arrives. The conversation continues when the
 * user goes to another page of the app.
 */

import * as chat from "../js/models/chat.js";
import { button, el } from "../js/ui/dom.js";
import { describeError, statusOf } from "../js/ui/error-text.js";
import { smallButton } from "../js/ui/form.js";
import { icon } from "../js/ui/icons.js";
import { announce } from "./notices.js";

const SUGGESTIONS = [
    "What should I play on a rainy Sunday?",
    "Pick one for me",
    "Which records have I not rated?",
    "How many records do I have from the seventies?",
];
/** If the user has scrolled up by more than these pixels, an arriving answer does not scroll the conversation. */
const NEAR_END = 80;
/** The keys of `sessionStorage`. */
const CONVERSATION = "conversation";
const QUESTION = "question";

export class ChatPanel extends HTMLElement {
    #messages = el("div", {
        class: "talk",
        tabindex: "0",
        role: "log",
        "aria-label": "Conversation",
        "aria-live": "off",
    });
    #text = el("textarea", {
        id: "chat-text",
        rows: 1,
        maxlength: 8000,
        placeholder: "Ask about your records",
        enterkeyhint: "send",
    });
    #send = el("button", { type: "submit", class: "button icon", "aria-label": "Send" }, icon("send"));
    #form = el("form", {}, el("label", { class: "unseen", for: "chat-text" }, "Your question"), this.#text, this.#send);
    #panel = this.#makePanel();
    /** Stops the answer that is arriving. @type {AbortController|null} */
    #stopping = null;
    #conversation = Number(sessionStorage.getItem(CONVERSATION)) || undefined;
    /** What had the focus before the panel was opened. @type {Element|null} */
    #focusedBefore = null;

    connectedCallback() {
        this.append(this.#panel);
        this.#form.addEventListener("submit", (event) => {
            event.preventDefault();
            if (this.#stopping) this.#stopping.abort();
            else this.#ask(this.#text.value.trim());
        });
        this.#text.value = sessionStorage.getItem(QUESTION) ?? "";
        this.#text.addEventListener("input", () => sessionStorage.setItem(QUESTION, this.#text.value));
        this.#text.addEventListener("keydown", (event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            if (!this.#stopping) this.#form.requestSubmit();
        });
        this.#panel.addEventListener("keydown", (event) => event.key === "Escape" && this.toggle());
        this.#showGreeting();
        if (this.#conversation) this.#showConversation(this.#conversation);
    }

    #makePanel() {
        const close = { class: "button icon bare", "aria-label": "Close", onclick: () => this.toggle() };
        return el(
            "section",
            { class: "chat", role: "dialog", "aria-label": "Ask about your records", hidden: true },
            el(
                "div",
                { class: "sheet-head" },
                el("h2", {}, "Ask"),
                button({ class: "button small bare", onclick: () => this.#startOver() }, "New"),
                button(close, icon("close")),
            ),
            this.#messages,
            this.#form,
        );
    }

    toggle() {
        this.#panel.hidden = !this.#panel.hidden;
        // On a phone the panel covers the page: nothing behind it may get the focus.
        const isCovering = !this.#panel.hidden && matchMedia("(max-width: 47.99rem)").matches;
        /** @type {NodeListOf<HTMLElement>} */
        const behind = document.querySelectorAll("main, vault-nav, .skip");
        for (const each of behind) each.inert = isCovering;
        if (this.#panel.hidden) {
            if (this.#focusedBefore instanceof HTMLElement) this.#focusedBefore.focus();
            return;
        }
        this.#focusedBefore = document.activeElement;
        this.#text.focus();
    }

    #showGreeting() {
        /** @param {string} question */
        const suggest = (question) =>
            el("li", {}, button({ class: "chip", onclick: () => this.#ask(question) }, question));
        this.#messages.replaceChildren(
            el("p", { class: "liner" }, "Ask your collection something."),
            el("ul", { class: "chips" }, SUGGESTIONS.map(suggest)),
        );
    }

    #startOver() {
        this.#stopping?.abort();
        this.#forgetConversation();
        this.#showGreeting();
        this.#text.focus();
    }

    #forgetConversation() {
        this.#conversation = undefined;
        sessionStorage.removeItem(CONVERSATION);
    }

    /** @param {number} id */
    async #showConversation(id) {
        try {
            const { history } = await chat.fetchConversation(id);
            if (!history.length) return;
            const messages = history.map(({ role, content }) => {
                return el("p", { class: role === "user" ? "message question" : "message answer" }, content);
            });
            this.#messages.replaceChildren(...messages);
            this.#scrollToEnd();
        } catch {
            // Offline, or deleted on another device: the greeting stays.
            this.#conversation = undefined;
        }
    }

    #scrollToEnd() {
        this.#messages.scrollTop = this.#messages.scrollHeight;
    }

    /** @param {string} message */
    async #ask(message) {
        if (!message || this.#stopping) return;
        for (const part of this.#messages.querySelectorAll(".liner, .chips")) part.remove();
        const answer = el("p", { class: "message answer", "aria-busy": "true" });
        this.#messages.append(el("p", { class: "message question" }, message), answer);
        this.#scrollToEnd();
        this.#text.value = "";
        const stopping = new AbortController();
        this.#setBusy(stopping);
        announce("Thinking …");
        try {
            await this.#receive(message, answer, stopping.signal);
        } catch (error) {
            this.#showFailure(error, answer, message);
        } finally {
            answer.removeAttribute("aria-busy");
            if (!answer.textContent) answer.remove();
            this.#setBusy(null);
        }
    }

    /** @param {string} message @param {HTMLElement} answer @param {AbortSignal} signal */
    async #receive(message, answer, signal) {
        const question = { message, conversation_id: this.#conversation };
        const onDelta = (/** @type {string} */ text) => this.#append(answer, text);
        const { conversation_id: id, complete } = await chat.ask(question, { signal, onDelta });
        if (id !== undefined) {
            this.#conversation = id;
            sessionStorage.setItem(CONVERSATION, String(id));
        }
        if (!complete) answer.after(el("p", { class: "fine soft" }, "Stopped."));
        sessionStorage.removeItem(QUESTION);
        announce(answer.textContent ?? "");
    }

    /** @param {HTMLElement} answer @param {string} text */
    #append(answer, text) {
        const { scrollHeight, scrollTop, clientHeight } = this.#messages;
        const isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
        answer.append(text);
        if (isAtEnd) this.#scrollToEnd();
    }

    /** @param {unknown} error @param {HTMLElement} answer @param {string} message */
    #showFailure(error, answer, message) {
        const partial = /** @type {{partial?: string}} */ (error).partial;
        const text = statusOf(error) === 404 ? this.#explainMissing() : describeError(error).text;
        answer.after(
            el(
                "div",
                { class: "notice bad", role: "alert" },
                icon("warning"),
                el("p", {}, `${partial ? "The answer was cut off. " : ""}${text}`),
                el("div", {}, smallButton({ onclick: () => this.#ask(message) }, "Ask again")),
            ),
        );
        if (!partial) this.#text.value = message;
    }

    /** The conversation was deleted on another device, or the vault has no assistant. */
    #explainMissing() {
        if (!this.#conversation) return "This vault has no assistant.";
        this.#forgetConversation();
        return "This conversation no longer exists. Ask again to start a new one.";
    }

    /** @param {AbortController|null} stopping */
    #setBusy(stopping) {
        this.#stopping = stopping;
        this.#send.replaceChildren(icon(stopping ? "stop" : "send"));
        this.#send.setAttribute("aria-label", stopping ? "Stop" : "Send");
    }
}

customElements.define("chat-panel", ChatPanel);
