// Where you are signed in.

import * as auth from "../../models/auth.js";
import { inWords } from "../../models/errors.js";
import { toast } from "../../../components/notices.js";
import { el } from "../../ui/dom.js";
import { busy } from "../../ui/form.js";
import { ago } from "../../ui/format.js";
import { fetched } from "./section.js";

export const sessions = () =>
    fetched(auth.sessions, (answer, look) =>
        el(
            "ul",
            { class: "ledger" },
            answer.map((session) =>
                el(
                    "li",
                    { class: "row" },
                    el(
                        "div",
                        {},
                        el(
                            "p",
                            {},
                            el("strong", {}, device(session.user_agent)),
                            session.current && el("span", { class: "soft" }, " · this one"),
                        ),
                        el(
                            "p",
                            { class: "fine soft" },
                            `Last used ${ago(session.last_used_at)}, from ${session.address}`,
                        ),
                    ),
                    !session.current &&
                        el(
                            "button",
                            {
                                type: "button",
                                class: "button small quiet push",
                                "aria-label": `Sign out ${device(session.user_agent)}`,
                                onclick: (event) => endSession(session, event.currentTarget, look),
                            },
                            "Sign out",
                        ),
                ),
            ),
        ),
    );

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
    const browser = [
        ["Edg", "Edge"],
        ["OPR", "Opera"],
        ["Firefox", "Firefox"],
        ["Chrome", "Chrome"],
        ["Safari", "Safari"],
    ].find(([mark]) => agent.includes(mark))?.[1];
    const system = [
        ["Android", "Android"],
        ["iPhone", "iPhone"],
        ["iPad", "iPad"],
        ["Windows", "Windows"],
        ["Mac OS", "Mac"],
        ["Linux", "Linux"],
    ].find(([mark]) => agent.includes(mark))?.[1];
    return [browser, system].filter(Boolean).join(" on ") || agent.slice(0, 60) || "Unknown device";
}
