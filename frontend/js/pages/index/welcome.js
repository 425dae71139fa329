/** What visitors see: three sleeves, the sign-in and the registration. */

import * as auth from "../../models/auth.js";
import "../../../components/vinyl-record.js";
import { makeSleeve } from "../../../components/sleeve.js";
import { el, find, replace } from "../../ui/dom.js";
import { handleSubmit, keepDraft } from "../../ui/form.js";
import { followRegistration, invitationInLink } from "./registration.js";

/** Invented records for the picture. */
const SHOWN = [
    { artist: "The Night Porters", album: "Midnight Ferry" },
    { artist: "Ida Marlowe", album: "Blue Hours" },
    { artist: "Constellation Brass", album: "Seven Small Suns" },
];

/** @param {boolean} isEnded opens the sign-in, because the visitor has an account */
export function drawWelcome(isEnded) {
    document.documentElement.dataset.user = "out";
    replace(
        find("#poster"),
        SHOWN.map((album) => makeSleeve(album)),
        el("vinyl-record", { spinning: true, artist: "Vinyl Vault", album: "Side A" }),
    );
    const tabs = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("#enter [role=tab]")]);
    for (const tab of tabs) {
        tab.addEventListener("click", () => selectTab(tabs, tab));
        tab.addEventListener("keydown", (event) => {
            if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
            const other = tabs[1 - tabs.indexOf(tab)];
            selectTab(tabs, other);
            other.focus();
        });
    }
    if (isEnded) selectTab(tabs, tabs[0]);
    else if (invitationInLink()) selectTab(tabs, tabs[1]);
    wireForm("sign-in", ({ email, password }) => auth.signIn({ email, password }));
    wireForm("register", ({ email, password, name, invitation }) =>
        auth.register({ email, password, name, invitation: invitation.trim() }),
    );
    followRegistration();
}

/** @param {HTMLElement[]} tabs @param {HTMLElement} selected */
function selectTab(tabs, selected) {
    for (const tab of tabs) {
        const isSelected = tab === selected;
        tab.setAttribute("aria-selected", String(isSelected));
        tab.tabIndex = isSelected ? 0 : -1;
        find(`#${tab.getAttribute("aria-controls")}`).hidden = !isSelected;
    }
}

/** @param {string} id @param {(typed: Record<string, string>) => Promise<unknown>} enter */
function wireForm(id, enter) {
    /** @type {HTMLFormElement} */
    const form = find(`#${id}`);
    const draft = keepDraft(form, id);
    const parts = { notice: find(".notice", form), submit: find("[type=submit]", form), busy: "One moment …" };
    handleSubmit(form, parts, async (typed) => {
        await enter(typed);
        draft.forget();
        location.replace(nextPage());
    });
}

/** The page that the visitor asked for. An address of another site is refused. */
function nextPage() {
    const next = new URLSearchParams(location.search).get("next") ?? "/";
    return /^\/(?![/\\])/.test(next) ? next : "/";
}
