// What the little word in the bar means, and what can be done about it.

import * as collection from "../js/models/collection.js";
import * as sync from "../js/models/sync.js";
import { inWords } from "../js/models/errors.js";
import { el, icon } from "../js/ui/dom.js";
import { ago, counted } from "../js/ui/format.js";
import { albumHref } from "./record-card.js";
import { openDialog } from "./dialog.js";

const TEXTS = {
    saved: () => "Everything is saved: here and in your vault.",
    waiting: ({ waiting }) => `${counted(waiting, "change")} on this device will go to your vault in a moment.`,
    syncing: () => "Your changes are on their way.",
    offline: ({ waiting }) =>
        waiting
            ? `You are offline. ${counted(waiting, "change is", "changes are")} kept on this device, even if you close the page, and will go out when you are back.`
            : "You are offline. Everything works; what you change is kept on this device and goes out by itself.",
    failed: ({ error }) => inWords(error).text,
    "signed-out": () => "Your session has ended. Sign in again to save what you changed; it is kept on this device.",
};

export function explainSync() {
    const body = el("div", { class: "stack" });
    const dialog = openDialog({ title: "Saved?", body: [body] });
    const draw = () => {
        const status = sync.status();
        const conflicts = collection.conflicts();
        body.replaceChildren(
            el("p", {}, TEXTS[status.state]?.(status) ?? ""),
            el(
                "p",
                { class: "soft fine" },
                status.lastSync ? `Last in touch with your vault ${ago(status.lastSync)}.` : "",
            ),
            conflicts.length ? conflictList(conflicts) : "",
            el(
                "div",
                { class: "row" },
                status.state === "signed-out"
                    ? el("a", { class: "button", href: "/?again#enter" }, "Sign in again")
                    : el(
                          "button",
                          { type: "button", class: "button quiet", onclick: () => sync.now() },
                          icon("syncing"),
                          "Try now",
                      ),
            ),
        );
    };
    draw();
    const end = sync.subscribe(draw);
    dialog.addEventListener("close", end);
}

function conflictList(conflicts) {
    return el(
        "section",
        { class: "stack" },
        el("h3", {}, "Changed on two devices"),
        el("p", {}, "The later change was kept. The other is in the history of the record, and can be brought back."),
        el(
            "ul",
            {},
            conflicts.map(({ uid, status, at }) => {
                const record = collection.get(uid);
                return (
                    record &&
                    el(
                        "li",
                        { class: "row" },
                        el("a", { href: `${albumHref(uid)}#history` }, `${record.artist} – ${record.album}`),
                        el(
                            "span",
                            { class: "soft fine" },
                            status === "kept" ? "not removed: it was edited elsewhere" : ago(at),
                        ),
                    )
                );
            }),
        ),
    );
}
