/** Who may create an account in this vault: the form follows it. */

import * as auth from "../../models/auth.js";
import { find } from "../../ui/dom.js";
import { setValue } from "../../ui/form.js";

/** The code in the link of an invitation, `/?invitation=CODE`. */
export const invitationInLink = () => new URLSearchParams(location.search).get("invitation")?.trim() ?? "";

/** Asks the vault who may register, and shows the form accordingly. */
export async function followRegistration() {
    /** @type {HTMLFormElement} */
    const form = find("#register");
    const code = invitationInLink();
    if (code) setValue(form, "invitation", code);
    try {
        show(await auth.fetchRegistration(), form);
    } catch {
        // Offline, or an older vault: the form stays as it is, and the vault decides.
        find("#register-invitation-field").hidden = !code;
    }
}

/** @param {auth.Registration} state @param {HTMLFormElement} form */
function show({ mode, first_account: isFirst }, form) {
    const isClosed = mode === "closed" && !isFirst;
    form.hidden = isClosed;
    find("#register-closed").hidden = !isClosed;
    find("#register-first").hidden = !isFirst;
    const needsCode = mode === "invite" && !isFirst;
    find("#register-invitation-field").hidden = !needsCode;
    /** @type {HTMLInputElement} */
    const input = find("#register-invitation");
    input.required = needsCode;
}
