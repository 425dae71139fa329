// Who answers questions, and a key of your own.

import * as chat from "../../models/chat.js";
import { inWords } from "../../models/errors.js";
import { toast } from "../../../components/notices.js";
import { el } from "../../ui/dom.js";
import { busy, field } from "../../ui/form.js";
import { counted } from "../../ui/format.js";
import { fetched, form } from "./section.js";

const PROVIDERS = {
    builtin: "Built in",
    together: "Together",
    openai: "OpenAI or compatible",
    anthropic: "Anthropic",
    ollama: "Ollama",
};
const KEYS = {
    none: "needs no key, answers from your records alone",
    operator: "with the key of this vault",
    yours: "with your key",
    missing: "needs a key",
};

export function assistant() {
    return fetched(chat.providers, ({ items, limit, remaining }, look) => {
        const takers = items.filter(({ key }) => key !== "none").map(({ id }) => [id, PROVIDERS[id] ?? id]);
        const removeKey = (event) =>
            busy(event.currentTarget, "Removing …", () => chat.removeKey()).then(look, (error) =>
                toast(inWords(error).text),
            );
        return [
            el(
                "p",
                { class: "soft" },
                "A key of your own is kept encrypted in your vault and never shown again. Prices, and other data that must not be passed on, are not sent to the assistant.",
            ),
            el(
                "ul",
                { class: "ledger" },
                items.map(({ id, default: isDefault, key, model, host }) =>
                    el(
                        "li",
                        { class: "row" },
                        el(
                            "div",
                            {},
                            el(
                                "p",
                                {},
                                el("strong", {}, PROVIDERS[id] ?? id),
                                isDefault && el("span", { class: "soft" }, " · answers your questions"),
                            ),
                            el("p", { class: "fine soft" }, [KEYS[key], model, host].filter(Boolean).join(" · ")),
                        ),
                        key === "yours" &&
                            el(
                                "button",
                                { type: "button", class: "button small quiet push", onclick: removeKey },
                                "Remove the key",
                            ),
                    ),
                ),
            ),
            limit !== undefined &&
                el("p", { class: "fine soft" }, `${counted(remaining, "question")} of ${limit} left today.`),
            takers.length > 0 &&
                form({
                    fields: [
                        field({ name: "provider", label: "Provider", type: "select", options: takers }),
                        field({ name: "key", label: "Your key", type: "password", autocomplete: "off" }),
                    ],
                    yes: "Keep the key",
                    done: "The key is kept.",
                    run: async ({ provider, key }) => {
                        await chat.saveKey(provider, key.trim());
                        look();
                    },
                }),
        ].filter(Boolean);
    });
}
