/** One line about the filling of the records: how far it is, and what failed. The covers arrive by the usual sync. */

import { announce, showToast } from "../../../components/notices.js";
import * as collection from "../../models/collection.js";
import { fetchEnrichment, steerEnrichment } from "../../models/enrichment.js";
import * as sync from "../../models/sync.js";
import { el, find, redrawKeepingFocus, replace } from "../../ui/dom.js";
import { describeError, statusOf } from "../../ui/error-text.js";
import { runBusy, smallButton } from "../../ui/form.js";
import { formatCount, formatDuration, formatNumber } from "../../ui/format.js";
import { albumLink } from "../../ui/links.js";

/** @typedef {import("../../models/enrichment.js").Enrichment} Enrichment */
/** @typedef {import("../../models/enrichment.js").Failure} Failure */
/** @typedef {Parameters<typeof steerEnrichment>[0]} Action */

/** Time between two questions, by the state. */
const PAUSE_MS = { running: 4_000, waiting: 15_000, paused: 60_000, idle: 60_000 };
/** The key of `localStorage`: the records whose failures the user has hidden. */
const HIDDEN = "hidden-failures";

const section = find("#filling");
/** @type {Enrichment|undefined} */
let shown;
/** @type {ReturnType<typeof setTimeout>|undefined} */
let timer;

/** Shows the line, and keeps it up to date while the page is visible. */
export function watchFilling() {
    document.addEventListener("visibilitychange", look);
    look();
}

async function look() {
    clearTimeout(timer);
    if (document.visibilityState !== "visible") return;
    let pause = PAUSE_MS.idle;
    try {
        const found = await fetchEnrichment();
        show(found);
        pause = PAUSE_MS[found.state];
    } catch (error) {
        // A vault of an earlier release has no filling. Without a network, the line stays as it was.
        if (statusOf(error) === 404) return;
    }
    clearTimeout(timer);
    timer = setTimeout(look, pause);
}

/** @param {Enrichment} found */
function show(found) {
    const before = shown;
    shown = found;
    if (before && found.filled !== before.filled) sync.now();
    if (before && found.state !== before.state) announce(describe(found));
    if (JSON.stringify(before) !== JSON.stringify(found)) redrawKeepingFocus(section, draw);
}

/** @param {Enrichment} found */
function describe({ state, total, filled, waiting, nothing, error, seconds_left: seconds }) {
    const progress = `${formatNumber(filled)} of ${formatNumber(total - nothing)} covers`;
    if (state === "paused") return `${progress}. Paused.`;
    if (state === "waiting" && error) return `${progress}. Waiting for Discogs …`;
    if (state !== "idle") return seconds ? `${progress}, about ${formatDuration(seconds)}` : progress;
    if (waiting) return `${formatCount(waiting, "record")} without a cover or details.`;
    return "";
}

function draw() {
    if (!shown) return;
    const { state, filled, waiting, failed, failures } = shown;
    const isOpen = section.querySelector("details")?.open ?? false;
    const text = describe(shown);
    const isActive = state === "running" || state === "waiting";
    const done = filled + failed;
    const max = done + waiting || 1;
    const failing = failed > 0 && !isActive && !isHidden(failures);
    section.hidden = !text && !failing;
    replace(
        section,
        text &&
            el(
                "div",
                { class: "row" },
                el("p", { class: "soft numbers" }, text),
                isActive && el("progress", { class: "meter", "aria-label": "Covers", max, value: done }),
                makeAction(state),
            ),
        failing && makeFailures(failed, failures, isOpen),
    );
}

/** @param {Enrichment["state"]} state */
function makeAction(state) {
    if (state === "running" || state === "waiting") return makeButton("pause", "Pause");
    return makeButton("start", state === "paused" ? "Go on" : "Fill them in from Discogs");
}

/** @param {Action} action @param {string} label */
function makeButton(action, label) {
    const id = `filling-${action}`;
    return smallButton({ id, onclick: ({ currentTarget }) => steer(action, currentTarget) }, label);
}

/** @param {Action} action @param {HTMLElement} pressed */
async function steer(action, pressed) {
    try {
        show(await runBusy(pressed, "One moment …", () => steerEnrichment(action)));
        look();
    } catch (error) {
        showToast(describeError(error).text);
    }
}

/** @param {number} failed @param {Failure[]} failures @param {boolean} isOpen */
function makeFailures(failed, failures, isOpen) {
    const hide = () => {
        localStorage.setItem(HIDDEN, keyOf(failures));
        draw();
    };
    return el(
        "details",
        { open: isOpen },
        el("summary", {}, `${formatCount(failed, "record")} could not be filled in`),
        el("ul", { class: "ledger" }, failures.map(makeFailure)),
        el(
            "div",
            { class: "row" },
            makeButton("retry", "Try again"),
            smallButton({ class: "bare", onclick: hide }, "Hide"),
        ),
    );
}

/** @param {Failure} failure */
function makeFailure({ id, artist, album, reason }) {
    const uid = collection.uidOf(id);
    const name = `${artist} – ${album}`;
    return el(
        "li",
        {},
        el("p", {}, uid ? el("a", { href: albumLink(uid) }, name) : name),
        el("p", { class: "fine soft" }, reason),
    );
}

/** @param {Failure[]} failures */
const keyOf = (failures) => JSON.stringify(failures.map(({ id }) => id));

/** @param {Failure[]} failures */
const isHidden = (failures) => localStorage.getItem(HIDDEN) === keyOf(failures);
