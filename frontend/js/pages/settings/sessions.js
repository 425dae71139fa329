/** The devices on which the user is signed in. */

import { showToast } from "../../../components/notices.js";
import * as auth from "../../models/auth.js";
import { el } from "../../ui/dom.js";
import { describeError } from "../../ui/error-text.js";
import { runBusy, smallButton } from "../../ui/form.js";
import { formatAgo } from "../../ui/format.js";
import { makeLoaded } from "./section.js";

/** The marks in a user agent, the more specific first: Edge's also contains "Chrome". */
const BROWSERS = [
    ["Edg", "Edge"],
    ["OPR", "Opera"],
    ["Firefox", "Firefox"],
    ["Chrome", "Chrome"],
    ["Safari", "Safari"],
];
const SYSTEMS = [
    ["Android", "Android"],
    ["iPhone", "iPhone"],
    ["iPad", "iPad"],
    ["Windows", "Windows"],
    ["Mac OS", "Mac"],
    ["Linux", "Linux"],
];

export const makeSessions = () =>
    makeLoaded(auth.sessions, (sessions, reload) =>
        el(
            "ul",
            { class: "ledger" },
            sessions.map((session) => makeSession(session, reload)),
        ),
    );

/** @param {auth.Session} session @param {() => Promise<void>} reload */
function makeSession(session, reload) {
    const device = nameDevice(session.user_agent);
    /** @param {{currentTarget: HTMLElement}} event */
    const end = async ({ currentTarget }) => {
        try {
            await runBusy(currentTarget, "One moment …", () => auth.endSession(session.id));
            await reload();
        } catch (error) {
            showToast(describeError(error).text);
        }
    };
    const isCurrent = session.current && el("span", { class: "soft" }, " · this device");
    const details = `Last used ${formatAgo(session.last_used_at)}, from ${session.address}`;
    const signOut = { class: "push", "aria-label": `Sign out ${device}`, onclick: end };
    return el(
        "li",
        { class: "row" },
        el("div", {}, el("p", {}, el("strong", {}, device), isCurrent), el("p", { class: "fine soft" }, details)),
        !session.current && smallButton(signOut, "Sign out"),
    );
}

/** "Firefox on Android". @param {string} agent */
function nameDevice(agent) {
    const names = [BROWSERS, SYSTEMS].map((marks) => marks.find(([mark]) => agent.includes(mark))?.[1]);
    return names.filter(Boolean).join(" on ") || agent.slice(0, 60) || "Unknown device";
}
