// What became of the record, and the values that lost to another device's.

import * as collection from "../../models/collection.js";
import { inWords } from "../../models/errors.js";
import { toast } from "../../../components/notices.js";
import { FIELDS } from "../../ui/album-fields.js";
import { el, icon, replace } from "../../ui/dom.js";
import { busy } from "../../ui/form.js";
import { ago, moment } from "../../ui/format.js";
import { present, redraw, uid } from "./current-album.js";

export function drawHistory(place) {
    const body = el("div", { class: "stack" });
    const details = el("details", {}, el("summary", {}, "History of this record"), body);
    details.addEventListener("toggle", () => details.open && fetchHistory(body));
    replace(place, el("h2", { id: "history-title", class: "unseen" }, "History"), details);
}

export function showHistory(place) {
    place.querySelector("details").open = true;
    place.scrollIntoView();
    place.querySelector("summary").focus();
}

const KINDS = { create: "Added", put: "Changed", replace: "Changed", delete: "Removed", restore: "Put back" };

async function fetchHistory(body) {
    replace(body, el("p", { class: "soft" }, "Looking it up …"));
    try {
        const { items, lost } = await collection.history(uid);
        replace(
            body,
            lost.length &&
                el(
                    "div",
                    { class: "stack" },
                    el("h3", {}, "Put aside"),
                    el(
                        "p",
                        { class: "soft" },
                        "Two devices set these to different values. They are kept, and can be brought back.",
                    ),
                    el(
                        "ul",
                        { class: "ledger" },
                        lost.map((entry) => lostValue(entry, body)),
                    ),
                ),
            el(
                "ol",
                { class: "ledger" },
                items.map(({ kind, fields, edited_at: at, status }) =>
                    el(
                        "li",
                        {},
                        el(
                            "p",
                            {},
                            el("strong", {}, KINDS[kind] ?? kind),
                            " ",
                            el("time", { datetime: at, class: "soft fine", title: moment(at) }, ago(at)),
                            status === "merged" && el("span", { class: "soft fine" }, " · joined with another change"),
                        ),
                        el(
                            "p",
                            { class: "fine soft" },
                            Object.entries(fields ?? {})
                                .filter(([name]) => name in FIELDS)
                                .map(
                                    ([name, set]) =>
                                        `${FIELDS[name].label}: ${set === null ? "removed" : readable(set)}`,
                                )
                                .join(" · "),
                        ),
                    ),
                ),
            ),
        );
    } catch (error) {
        replace(
            body,
            el(
                "p",
                { class: "soft" },
                inWords(error).text.replace(
                    / What you changed.*/,
                    " The history is kept in your vault; look again when you are back.",
                ),
            ),
        );
    }
}

const readable = (set) => {
    const said = typeof set === "object" ? JSON.stringify(set) : String(set);
    return said.length > 120 ? `${said.slice(0, 119)}…` : said;
};

function lostValue({ id, field: name, value: set, edited_at: at }, body) {
    const bringBack = (event) =>
        busy(event.currentTarget, "Bringing it back …", async () => {
            try {
                await collection.restoreValue(uid, id);
                present.album = collection.get(uid);
                redraw();
                await fetchHistory(body);
                toast("Brought back.");
            } catch (error) {
                toast(inWords(error).text);
            }
        });
    return el(
        "li",
        { class: "row" },
        el(
            "p",
            {},
            `${FIELDS[name]?.label ?? name}: `,
            el("strong", {}, readable(set)),
            " ",
            el("span", { class: "soft fine" }, ago(at)),
        ),
        el(
            "button",
            { type: "button", class: "button small quiet push", onclick: bringBack },
            icon("history"),
            "Bring it back",
        ),
    );
}
