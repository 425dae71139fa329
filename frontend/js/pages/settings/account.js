// Who you are, your password, and leaving.

import * as auth from "../../models/auth.js";
import * as collection from "../../models/collection.js";
import { inWords, UnsentEdits } from "../../models/errors.js";
import { confirmed, openDialog } from "../../../components/dialog.js";
import { toast } from "../../../components/notices.js";
import { el } from "../../ui/dom.js";
import { busy, field, showFault } from "../../ui/form.js";
import { counted } from "../../ui/format.js";
import { form } from "./section.js";

export function profile(user) {
    const current = field({
        name: "current_password",
        label: "Your password, to change the email",
        type: "password",
        autocomplete: "current-password",
    });
    current.hidden = true;
    const node = form({
        fields: [
            field({ name: "name", label: "Name", value: user.name, autocomplete: "name" }),
            field({ name: "email", label: "Email", type: "email", value: user.email, autocomplete: "email" }),
            current,
        ],
        yes: "Save",
        done: "Saved.",
        run: async ({ name, email, current_password: secret }) => {
            const present = auth.current();
            const change = {};
            if (name.trim() !== (present.name ?? "")) change.name = name.trim() || null;
            if (email.trim() !== present.email)
                Object.assign(change, { email: email.trim(), current_password: secret });
            if (Object.keys(change).length) await auth.updateProfile(change);
        },
    });
    node.elements.email.addEventListener(
        "input",
        () => (current.hidden = node.elements.email.value.trim() === auth.current().email),
    );
    return node;
}

export const password = () =>
    form({
        fields: [
            field({
                name: "current_password",
                label: "Present password",
                type: "password",
                autocomplete: "current-password",
            }),
            field({
                name: "new_password",
                label: "New password",
                type: "password",
                autocomplete: "new-password",
                hint: "At least 8 characters. A few words are easier to keep in mind. Other devices will have to sign in again.",
            }),
        ],
        yes: "Change the password",
        done: "Your password is changed.",
        run: async (typed, node) => {
            await auth.changePassword(typed);
            node.reset();
        },
    });

export function leave(user) {
    return [
        el(
            "p",
            { class: "soft" },
            `Signed in as ${user.email}. When you sign out, your records are removed from this browser; they stay in your vault.`,
        ),
        el(
            "div",
            { class: "row" },
            el("button", { type: "button", class: "button quiet", onclick: signOut }, "Sign out"),
            el("button", { type: "button", class: "button danger", onclick: deleteAccount }, "Delete the account …"),
        ),
    ];
}

async function signOut() {
    try {
        await auth.signOut();
        location.assign("/");
    } catch (error) {
        if (!(error instanceof UnsentEdits)) return toast(inWords(error).text);
        const yes = await confirmed({
            title: "Sign out and lose changes?",
            text: `${counted(error.count, "change")} on this device did not reach your vault yet. Go online first to keep them.`,
            yes: "Sign out and lose them",
            danger: true,
        });
        if (yes) auth.signOut({ discard: true }).then(() => location.assign("/"));
    }
}

function deleteAccount() {
    const notice = el("div", { hidden: true });
    const node = el(
        "form",
        { id: "farewell", class: "stack", novalidate: true },
        notice,
        el(
            "p",
            {},
            `Your account, ${counted(collection.count(), "record")}, notes and history will be gone for good. Take an export with you first.`,
        ),
        field({ name: "password", label: "Your password", type: "password", autocomplete: "current-password" }),
    );
    const button = el(
        "button",
        { type: "submit", form: "farewell", class: "button danger" },
        "Delete everything for good",
    );
    openDialog({ title: "Delete the account", body: [node], foot: [button] });
    node.addEventListener("submit", async (event) => {
        event.preventDefault();
        try {
            await busy(button, "Deleting …", () => auth.deleteAccount(node.elements.password.value));
            location.assign("/");
        } catch (error) {
            showFault(node, notice, error);
        }
    });
}
