// <chat-panel>: questions about the collection, answered word by word. The conversation stays when one walks to another page.

import * as chat from "../js/models/chat.js";
import { inWords } from "../js/models/errors.js";
import { el, icon } from "../js/ui/dom.js";
import { announce } from "./notices.js";

const SUGGESTED = [
    "What should I play on a rainy Sunday?",
    "Pick one for me",
    "Which records have I not rated?",
    "How many records do I have from the seventies?",
];
const NEAR_END = 80;

class ChatPanel extends HTMLElement {
    #talk = el("div", { class: "talk", tabindex: "0", role: "log", "aria-label": "Conversation", "aria-live": "off" });
    #text = el("textarea", {
        id: "chat-text",
        rows: 1,
        maxlength: 8000,
        placeholder: "Ask about your records",
        enterkeyhint: "send",
    });
    #send = el("button", { type: "submit", class: "button icon", "aria-label": "Send" }, icon("send"));
    #stopping = null;
    #conversation = Number(sessionStorage.getItem("conversation")) || undefined;
    #from = null;

    connectedCallback() {
        const form = el(
            "form",
            {},
            el("label", { class: "unseen", for: "chat-text" }, "Your question"),
            this.#text,
            this.#send,
        );
        this.panel = el(
            "section",
            { class: "chat", role: "dialog", "aria-label": "Ask about your records", hidden: true },
            el(
                "div",
                { class: "sheet-head" },
                el("h2", {}, "Ask"),
                el("button", { type: "button", class: "button small bare", onclick: () => this.#anew() }, "New"),
                el(
                    "button",
                    { type: "button", class: "button icon bare", "aria-label": "Close", onclick: () => this.toggle() },
                    icon("close"),
                ),
            ),
            this.#talk,
            form,
        );
        this.append(this.panel);
        form.addEventListener("submit", (event) => {
            event.preventDefault();
            if (this.#stopping) this.#stopping.abort();
            else this.#ask(this.#text.value.trim());
        });
        this.#text.value = sessionStorage.getItem("question") ?? "";
        this.#text.addEventListener("input", () => sessionStorage.setItem("question", this.#text.value));
        this.#text.addEventListener("keydown", (event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            if (!this.#stopping) form.requestSubmit();
        });
        this.panel.addEventListener("keydown", (event) => event.key === "Escape" && this.toggle());
        this.#greet();
        if (this.#conversation) this.#recall();
    }

    toggle() {
        this.panel.hidden = !this.panel.hidden;
        // It covers the whole of a phone: nothing behind it may take the focus.
        const covers = !this.panel.hidden && matchMedia("(max-width: 47.99rem)").matches;
        for (const behind of document.querySelectorAll("main, vault-nav, .skip")) behind.inert = covers;
        if (this.panel.hidden) return this.#from?.focus?.();
        this.#from = document.activeElement;
        this.#text.focus();
    }

    #greet() {
        this.#talk.replaceChildren(
            el("p", { class: "liner" }, "Ask your collection something."),
            el(
                "ul",
                { class: "chips" },
                SUGGESTED.map((question) =>
                    el(
                        "li",
                        {},
                        el("button", { type: "button", class: "chip", onclick: () => this.#ask(question) }, question),
                    ),
                ),
            ),
        );
    }

    #anew() {
        this.#stopping?.abort();
        this.#conversation = undefined;
        sessionStorage.removeItem("conversation");
        this.#greet();
        this.#text.focus();
    }

    async #recall() {
        try {
            const { history } = await chat.conversation(this.#conversation);
            if (!history.length) return;
            this.#talk.replaceChildren(
                ...history.map(({ role, content }) =>
                    el("p", { class: role === "user" ? "said mine" : "said theirs" }, content),
                ),
            );
            this.#talk.scrollTop = this.#talk.scrollHeight;
        } catch {
            // Offline, or forgotten on another device: the greeting stays.
            this.#conversation = undefined;
        }
    }

    async #ask(message) {
        if (!message || this.#stopping) return;
        this.#talk.querySelector(".liner")?.remove();
        this.#talk.querySelector(".chips")?.remove();
        const answer = el("p", { class: "said theirs", "aria-busy": "true" });
        this.#talk.append(el("p", { class: "said mine" }, message), answer);
        this.#talk.scrollTop = this.#talk.scrollHeight;
        this.#text.value = "";
        this.#busy(new AbortController());
        announce("Thinking …");
        try {
            const { conversation_id: id, complete } = await chat.ask(
                { message, conversation_id: this.#conversation },
                { signal: this.#stopping.signal, onDelta: (text) => this.#add(answer, text) },
            );
            if (id !== undefined) sessionStorage.setItem("conversation", (this.#conversation = id));
            if (!complete) answer.after(el("p", { class: "fine soft" }, "Stopped."));
            sessionStorage.removeItem("question");
            announce(answer.textContent);
        } catch (error) {
            this.#failed(error, answer, message);
        } finally {
            answer.removeAttribute("aria-busy");
            if (!answer.textContent) answer.remove();
            this.#busy(null);
        }
    }

    #add(answer, text) {
        const isAtEnd = this.#talk.scrollHeight - this.#talk.scrollTop - this.#talk.clientHeight < NEAR_END;
        answer.append(text);
        if (isAtEnd) this.#talk.scrollTop = this.#talk.scrollHeight;
    }

    #failed(error, answer, message) {
        const words = error.status === 404 ? this.#missing() : inWords(error).text;
        const partial = error.partial ? "The answer broke off. " : "";
        answer.after(
            el(
                "div",
                { class: "notice bad", role: "alert" },
                icon("warning"),
                el("p", {}, partial + words),
                el(
                    "div",
                    {},
                    el(
                        "button",
                        { type: "button", class: "button small quiet", onclick: () => this.#ask(message) },
                        "Ask again",
                    ),
                ),
            ),
        );
        if (!error.partial) this.#text.value = message;
    }

    /** Either the conversation was forgotten on another device, or there never was anybody to talk to. */
    #missing() {
        if (!this.#conversation) return "There is no assistant in this vault.";
        this.#conversation = undefined;
        sessionStorage.removeItem("conversation");
        return "That conversation is gone. Ask again to begin a new one.";
    }

    #busy(stopping) {
        this.#stopping = stopping;
        this.#send.replaceChildren(icon(stopping ? "stop" : "send"));
        this.#send.setAttribute("aria-label", stopping ? "Stop" : "Send");
    }
}

customElements.define("chat-panel", ChatPanel);
