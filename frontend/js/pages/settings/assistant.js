/** The providers that answer questions, and the user's own key. */

import { showToast } from "../../../components/notices.js";
import * as chat from "../../models/chat.js";
import { el } from "../../ui/dom.js";
import { describeError } from "../../ui/error-text.js";
import { field, runBusy, smallButton } from "../../ui/form.js";
import { formatCount } from "../../ui/format.js";
import { makeForm, makeLoaded } from "./section.js";

/** @type {Record<string, string>} */
const PROVIDER_NAMES = {
    builtin: "Built in",
    together: "Together",
    openai: "OpenAI or compatible",
    anthropic: "Anthropic",
    ollama: "Ollama",
};
/** @type {Record<chat.KeySource, string>} */
const KEY_TEXTS = {
    none: "needs no key, answers from your records only",
    operator: "with the key of this vault",
    yours: "with your key",
    missing: "needs a key",
};

/** @param {string} id */
const nameOf = (id) => PROVIDER_NAMES[id] ?? id;

export const makeAssistant = () =>
    makeLoaded(chat.fetchProviders, ({ items, limit, remaining = 0 }, reload) => {
        const withKey = items.filter(({ key }) => key !== "none");
        return [
            el(
                "p",
                { class: "soft" },
                "Your own key is stored encrypted in your vault and never shown again. ",
                "Prices, and other data that must not be passed on, are not sent to the assistant.",
            ),
            el(
                "ul",
                { class: "ledger" },
                items.map((provider) => makeProvider(provider, reload)),
            ),
            limit !== undefined &&
                el("p", { class: "fine soft" }, `${formatCount(remaining, "question")} of ${limit} left today.`),
            withKey.length > 0 && makeKeyForm(withKey, reload),
        ];
    });

/** @param {chat.Provider} provider @param {() => Promise<void>} reload */
function makeProvider({ id, default: isDefault, key, model, host }, reload) {
    /** @param {{currentTarget: HTMLElement}} event */
    const removeKey = async ({ currentTarget }) => {
        try {
            await runBusy(currentTarget, "Removing …", () => chat.removeKey());
            await reload();
        } catch (error) {
            showToast(describeError(error).text);
        }
    };
    return el(
        "li",
        { class: "row" },
        el(
            "div",
            {},
            el(
                "p",
                {},
                el("strong", {}, nameOf(id)),
                isDefault && el("span", { class: "soft" }, " · answers your questions"),
            ),
            el("p", { class: "fine soft" }, [KEY_TEXTS[key], model, host].filter(Boolean).join(" · ")),
        ),
        key === "yours" && smallButton({ class: "push", onclick: removeKey }, "Remove the key"),
    );
}

/** @param {chat.Provider[]} providers @param {() => Promise<void>} reload */
function makeKeyForm(providers, reload) {
    const options = providers.map(({ id }) => [id, nameOf(id)]);
    return makeForm({
        fields: [
            field({ name: "provider", label: "Provider", type: "select", options }),
            field({ name: "key", label: "Your key", type: "password", autocomplete: "off" }),
        ],
        yes: "Save the key",
        done: "The key is saved.",
        run: async ({ provider, key }) => {
            await chat.saveKey(provider, key.trim());
            reload();
        },
    });
}
