/** The account: the profile, the password, signing out, and deleting the account. */

import { confirmDanger, openDialog } from "../../../components/dialog.js";
import { showToast } from "../../../components/notices.js";
import * as auth from "../../models/auth.js";
import * as collection from "../../models/collection.js";
import { UnsentEdits } from "../../models/errors.js";
import { button, el } from "../../ui/dom.js";
import { describeError } from "../../ui/error-text.js";
import { controlOf, field, handleSubmit } from "../../ui/form.js";
import { formatCount } from "../../ui/format.js";
import { makeForm } from "./section.js";

/** @param {auth.User} user */
export function makeProfile(user) {
    const password = field({
        name: "current_password",
        label: "Your password, to change the email",
        type: "password",
        autocomplete: "current-password",
    });
    password.hidden = true;
    const form = makeForm({
        fields: [
            field({ name: "name", label: "Name", value: user.name, autocomplete: "name" }),
            field({ name: "email", label: "Email", type: "email", value: user.email, autocomplete: "email" }),
            password,
        ],
        yes: "Save",
        done: "Saved.",
        run: saveProfile,
    });
    const email = controlOf(form, "email");
    email.addEventListener("input", () => (password.hidden = email.value.trim() === auth.current()?.email));
    return form;
}

/** Sends the changed fields only: an unchanged email needs no password. @param {Record<string, string>} typed */
async function saveProfile({ name, email, current_password: password }) {
    const present = auth.current();
    /** @type {Parameters<typeof auth.updateProfile>[0]} */
    const change = {};
    if (name.trim() !== (present?.name ?? "")) change.name = name.trim() || null;
    if (email.trim() !== present?.email) Object.assign(change, { email: email.trim(), current_password: password });
    if (Object.keys(change).length) await auth.updateProfile(change);
}

export const makePassword = () =>
    makeForm({
        fields: [
            field({
                name: "current_password",
                label: "Current password",
                type: "password",
                autocomplete: "current-password",
            }),
            field({
                name: "new_password",
                label: "New password",
                type: "password",
                autocomplete: "new-password",
                hint: "At least 8 characters. A few words are easy to remember. Other devices must sign in again.",
            }),
        ],
        yes: "Change the password",
        done: "Your password is changed.",
        run: async ({ current_password, new_password }, form) => {
            await auth.changePassword({ current_password, new_password });
            form.reset();
        },
    });

/** @param {auth.User} user */
export const makeSignOut = (user) => [
    el(
        "p",
        { class: "soft" },
        `Signed in as ${user.email}. When you sign out, your records are removed from this browser. `,
        "They stay in your vault.",
    ),
    el(
        "div",
        { class: "row" },
        button({ class: "button quiet", onclick: signOut }, "Sign out"),
        button({ class: "button danger", onclick: openDeletion }, "Delete the account …"),
    ),
];

async function signOut() {
    try {
        await auth.signOut();
        location.assign("/");
    } catch (error) {
        if (error instanceof UnsentEdits) await discardAndSignOut(error.count);
        else showToast(describeError(error).text);
    }
}

/** @param {number} count of unsent edits */
async function discardAndSignOut(count) {
    const isConfirmed = await confirmDanger({
        title: "Sign out and lose changes?",
        text: `${formatCount(count, "change")} on this device did not reach your vault. Go online first to keep them.`,
        yes: "Sign out and lose them",
    });
    if (!isConfirmed) return;
    await auth.signOut({ discard: true });
    location.assign("/");
}

function openDeletion() {
    const notice = el("div", { hidden: true });
    const records = formatCount(collection.count(), "record");
    const form = el(
        "form",
        { id: "delete-account", class: "stack", novalidate: true },
        notice,
        el(
            "p",
            {},
            `Your account and ${records}, with notes and history, will be deleted permanently. Export them first.`,
        ),
        field({ name: "password", label: "Your password", type: "password", autocomplete: "current-password" }),
    );
    const attributes = { type: "submit", form: "delete-account", class: "button danger" };
    const submit = el("button", attributes, "Delete everything permanently");
    openDialog({ title: "Delete the account", body: [form], foot: [submit] });
    handleSubmit(form, { notice, submit, busy: "Deleting …" }, async ({ password }) => {
        await auth.deleteAccount(password);
        location.assign("/");
    });
}
