// Settings: who you are, where you are signed in, files in and out, the assistant's key, look, and leaving.

import * as app from "/js/app.js";
import * as auth from "/js/auth.js";
import * as chat from "/js/chat.js";
import * as collection from "/js/collection.js";
import { inWords, UnsentEdits } from "/js/errors.js";
import { exportFile } from "/js/transfer.js";
import { disclaimer } from "/components/attribution.js";
import { confirmed, openDialog } from "/components/dialog.js";
import { toast } from "/components/notices.js";
import { el, icon, replace } from "./dom.js";
import { busy, clearFaults, field, showFault } from "./form.js";
import { ago, counted } from "./format.js";
import { importer } from "./importer.js";
import { page } from "./page.js";

const place = document.querySelector("#settings");
const THEMES = [["", "As the system"], ["light", "Daylight"], ["dark", "Listening room"]];

page((user) => {
    const sections = [
        ["profile", "You", profile(user)],
        ["password", "Password", password()],
        ["sessions", "Your devices", sessions()],
        ["import", "Bring records along", importer()],
        ["export", "Take records with you", exporter()],
        ["crates", "Crates", crates()],
        ["assistant", "The assistant", assistant()],
        ["look", "Look", look()],
        ["install", "Install", install()],
        ["leave", "Sign out", leave(user)],
    ];
    replace(place,
        el("nav", { class: "contents", "aria-label": "Settings" }, el("ul", {}, sections.map(([id, title]) => el("li", {}, el("a", { href: `#${id}` }, title))))),
        el("div", { class: "stack wide-gap" }, sections.map(([id, title, body]) => el("section", { id, class: "panel stack", "aria-labelledby": `${id}-title`, tabindex: "-1" }, el("h2", { id: `${id}-title` }, title), body)), disclaimer()));
    // The place that was asked for is only there now.
    if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView({ behavior: "instant" });
});

/** A form that says what is wrong at the field, and that it is saved. */
function form({ fields, yes, run, done }) {
    const notice = el("div", { hidden: true });
    const button = el("button", { type: "submit", class: "button" }, yes);
    const node = el("form", { class: "stack narrow", novalidate: true }, notice, fields, el("div", {}, button));
    node.addEventListener("submit", async (event) => {
        event.preventDefault();
        if (button.getAttribute("aria-disabled")) return;
        clearFaults(node);
        notice.hidden = true;
        try {
            await busy(button, "Saving …", () => run(Object.fromEntries(new FormData(node)), node));
            if (done) toast(done);
        } catch (error) {
            showFault(node, notice, error);
        }
    });
    return node;
}

function profile(user) {
    const current = field({ name: "current_password", label: "Your password, to change the email", type: "password", autocomplete: "current-password" });
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
            if (email.trim() !== present.email) Object.assign(change, { email: email.trim(), current_password: secret });
            if (Object.keys(change).length) await auth.updateProfile(change);
        },
    });
    node.elements.email.addEventListener("input", () => (current.hidden = node.elements.email.value.trim() === auth.current().email));
    return node;
}

const password = () =>
    form({
        fields: [
            field({ name: "current_password", label: "Present password", type: "password", autocomplete: "current-password" }),
            field({ name: "new_password", label: "New password", type: "password", autocomplete: "new-password", hint: "At least 8 characters. A few words are easier to keep in mind. Other devices will have to sign in again." }),
        ],
        yes: "Change the password",
        done: "Your password is changed.",
        run: async (typed, node) => {
            await auth.changePassword(typed);
            node.reset();
        },
    });

/** What only the vault knows: shown when it has come, with a way to try again. */
function fetched(load, draw) {
    const body = el("div", { class: "stack" });
    const look = async () => {
        replace(body, el("p", { class: "soft" }, "Looking it up …"));
        try {
            const answer = await load();
            replace(body, ...[draw(answer, look)].flat());
        } catch (error) {
            const text = error.status === 404 ? "This vault does not offer that." : error.code === "offline" ? "This is kept in your vault, which cannot be reached now." : inWords(error).text;
            replace(body, el("p", { class: "soft" }, text), error.status !== 404 && el("div", {}, el("button", { type: "button", class: "button small quiet", onclick: look }, "Try again")));
        }
    };
    look();
    return body;
}

const sessions = () =>
    fetched(auth.sessions, (answer, look) => el("ul", { class: "ledger" }, (answer.items ?? answer).map((session) =>
        el("li", { class: "row" },
            el("div", {}, el("p", {}, el("strong", {}, device(session.user_agent)), session.current && el("span", { class: "soft" }, " · this one")),
                el("p", { class: "fine soft" }, `Last used ${ago(session.last_used_at)}, from ${session.address}`)),
            !session.current && el("button", { type: "button", class: "button small quiet push", "aria-label": `Sign out ${device(session.user_agent)}`, onclick: (event) => endSession(session, event.currentTarget, look) }, "Sign out")))));

async function endSession(session, button, look) {
    try {
        await busy(button, "One moment …", () => auth.endSession(session.id));
        look();
    } catch (error) {
        toast(inWords(error).text);
    }
}

/** "Firefox on Android": near enough to be recognised. */
function device(agent) {
    const browser = [["Edg", "Edge"], ["OPR", "Opera"], ["Firefox", "Firefox"], ["Chrome", "Chrome"], ["Safari", "Safari"]].find(([mark]) => agent.includes(mark))?.[1];
    const system = [["Android", "Android"], ["iPhone", "iPhone"], ["iPad", "iPad"], ["Windows", "Windows"], ["Mac OS", "Mac"], ["Linux", "Linux"]].find(([mark]) => agent.includes(mark))?.[1];
    return [browser, system].filter(Boolean).join(" on ") || agent.slice(0, 60) || "Unknown device";
}

function exporter() {
    const save = (format) => async (event) => {
        try {
            const { name, blob } = await busy(event.currentTarget, "Preparing …", () => exportFile({ format }));
            const link = el("a", { href: URL.createObjectURL(blob), download: name });
            link.click();
            setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
        } catch (error) {
            toast(inWords(error).text);
        }
    };
    return [
        el("p", { class: "soft" }, "They are yours. JSON holds everything, history included, and can be brought back as it was. CSV opens in any spreadsheet and has the columns of Discogs."),
        el("div", { class: "row" },
            el("button", { type: "button", class: "button quiet", onclick: save("json") }, icon("download"), "Everything, as JSON"),
            el("button", { type: "button", class: "button quiet", onclick: save("csv") }, icon("download"), "A table, as CSV")),
    ];
}

function crates() {
    const body = el("div", { class: "stack" });
    const draw = () => {
        const all = collection.crates();
        replace(body,
            all.length ? el("ul", { class: "ledger" }, all.map((crate) => el("li", { class: "row" },
                el("a", { href: `/mycollection.html?crate=${crate.uid}` }, crate.name), el("span", { class: "soft fine" }, counted(crate.count, "record")),
                el("span", { class: "row push" },
                    el("button", { type: "button", class: "button small quiet", "aria-label": `Rename ${crate.name}`, onclick: () => rename(crate, draw) }, "Rename"),
                    el("button", { type: "button", class: "button small quiet", "aria-label": `Remove ${crate.name}`, onclick: () => removeCrate(crate, draw) }, "Remove")))))
                : el("p", { class: "soft" }, "No crates yet. A crate is wherever records lie together: a shelf, a box, the pile by the door."),
            form({
                fields: [field({ name: "name", label: "New crate", autocomplete: "off" })],
                yes: "Add the crate",
                run: async ({ name }) => {
                    await collection.addCrate({ name: name.trim() });
                    draw();
                    body.querySelector("input")?.focus();
                },
            }));
    };
    draw();
    return body;
}

function rename(crate, draw) {
    const node = el("form", { id: "rename", novalidate: true }, el("div", { hidden: true, class: "rename-notice" }), field({ name: "name", label: "Name", value: crate.name }));
    const dialog = openDialog({ title: "Rename the crate", body: [node], foot: [el("button", { type: "submit", form: "rename", class: "button" }, "Save")] });
    node.addEventListener("submit", async (event) => {
        event.preventDefault();
        try {
            await collection.editCrate(crate.uid, { name: node.elements.name.value.trim() });
            dialog.close();
            draw();
        } catch (error) {
            showFault(node, node.querySelector(".rename-notice"), error);
        }
    });
}

async function removeCrate(crate, draw) {
    if (!(await confirmed({ title: `Remove “${crate.name}”?`, text: crate.count ? `The ${counted(crate.count, "record")} in it stay on your shelf, in no crate.` : "It is empty.", yes: "Remove the crate", danger: true }))) return;
    await collection.removeCrate(crate.uid);
    draw();
}

const PROVIDERS = { builtin: "Built in", openai: "OpenAI or compatible", anthropic: "Anthropic" };
const KEYS = { none: "needs no key, answers from your records alone", operator: "with the key of this vault", yours: "with your key", missing: "needs a key" };

function assistant() {
    return fetched(chat.providers, ({ items, limit, remaining }, look) => {
        const takers = items.filter(({ key }) => key !== "none").map(({ id }) => [id, PROVIDERS[id] ?? id]);
        const removeKey = (event) => busy(event.currentTarget, "Removing …", () => chat.removeKey()).then(look, (error) => toast(inWords(error).text));
        return [
            el("p", { class: "soft" }, "A key of your own is kept encrypted in your vault and never shown again. Prices, and other data that must not be passed on, are not sent to the assistant."),
            el("ul", { class: "ledger" }, items.map(({ id, default: isDefault, key, model, host }) => el("li", { class: "row" },
                el("div", {}, el("p", {}, el("strong", {}, PROVIDERS[id] ?? id), isDefault && el("span", { class: "soft" }, " · answers your questions")),
                    el("p", { class: "fine soft" }, [KEYS[key], model, host].filter(Boolean).join(" · "))),
                key === "yours" && el("button", { type: "button", class: "button small quiet push", onclick: removeKey }, "Remove the key")))),
            limit !== undefined && el("p", { class: "fine soft" }, `${counted(remaining, "question")} of ${limit} left today.`),
            takers.length > 0 && form({
                fields: [field({ name: "provider", label: "Provider", type: "select", options: takers }), field({ name: "key", label: "Your key", type: "password", autocomplete: "off" })],
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

function look() {
    const root = document.documentElement;
    const choose = ({ target }) => {
        if (target.value) localStorage.setItem("theme", target.value);
        else localStorage.removeItem("theme");
        if (target.value) root.dataset.theme = target.value;
        else delete root.dataset.theme;
    };
    return el("fieldset", { class: "stack tight", onchange: choose }, el("legend", { class: "unseen" }, "Theme"),
        THEMES.map(([value, name]) => el("label", { class: "check" }, el("input", { type: "radio", name: "theme", value, checked: (localStorage.getItem("theme") ?? "") === value }), name)));
}

function install() {
    const body = el("div", { class: "stack" });
    const isInstalled = matchMedia("(display-mode: standalone)").matches;
    replace(body, el("p", { class: "soft" }, isInstalled ? "Vinyl Vault is installed on this device." : "Your browser can put Vinyl Vault on the home screen: look for “Install” or “Add to home screen” in its menu. It then opens like any app, and works without a signal."));
    app.on("install", (ask) => replace(body, el("p", { class: "soft" }, "Installed, Vinyl Vault opens from your home screen and works in the record shop without a signal."),
        el("div", {}, el("button", { type: "button", class: "button", onclick: async () => (await ask()) && toast("Installed.") }, icon("download"), "Install"))));
    return body;
}

function leave(user) {
    return [
        el("p", { class: "soft" }, `Signed in as ${user.email}. When you sign out, your records are removed from this browser; they stay in your vault.`),
        el("div", { class: "row" },
            el("button", { type: "button", class: "button quiet", onclick: signOut }, "Sign out"),
            el("button", { type: "button", class: "button danger", onclick: deleteAccount }, "Delete the account …")),
    ];
}

async function signOut() {
    try {
        await auth.signOut();
        location.assign("/");
    } catch (error) {
        if (!(error instanceof UnsentEdits)) return toast(inWords(error).text);
        const yes = await confirmed({ title: "Sign out and lose changes?", text: `${counted(error.count, "change")} on this device did not reach your vault yet. Go online first to keep them.`, yes: "Sign out and lose them", danger: true });
        if (yes) auth.signOut({ discard: true }).then(() => location.assign("/"));
    }
}

function deleteAccount() {
    const notice = el("div", { hidden: true });
    const node = el("form", { id: "farewell", class: "stack", novalidate: true }, notice,
        el("p", {}, `Your account, ${counted(collection.count(), "record")}, notes and history will be gone for good. Take an export with you first.`),
        field({ name: "password", label: "Your password", type: "password", autocomplete: "current-password" }));
    const button = el("button", { type: "submit", form: "farewell", class: "button danger" }, "Delete everything for good");
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
