// Genres, as the dividers between records in a shop; and one of them with its records.

import * as collection from "../models/collection.js";
import "../../components/vinyl-record.js";
import "../../components/record-shelf.js";
import { announce } from "../../components/notices.js";
import { paletteAt } from "../ui/artwork.js";
import { el, replace, steady, style } from "../ui/dom.js";
import { counted, number } from "../ui/format.js";
import { page } from "./open-page.js";

const name = new URLSearchParams(location.search).get("name");
const place = document.querySelector("#genre");
const STYLES = 14;

page(() => {
    const draw = name ? one() : all;
    draw();
    collection.subscribe(() => steady(place, draw));
});

function all() {
    const genres = collection.facets({ only: ["genre"] }).genre;
    const unfiled = collection.query({ filters: { genre: null } }).length;
    if (!genres.length) {
        return replace(
            place,
            el("h1", {}, "Genres"),
            el(
                "section",
                { class: "empty" },
                el("vinyl-record", { artist: "No genre", album: "yet" }),
                el(
                    "p",
                    { class: "soft" },
                    unfiled
                        ? "None of your records has a genre yet. Select some among your records and set it, or look them up at Discogs."
                        : "Dividers appear here when your records have genres.",
                ),
                el("a", { class: "button", href: "/mycollection.html" }, "To your records"),
            ),
        );
    }
    replace(
        place,
        el("h1", {}, "Flip through"),
        el("p", { class: "soft" }, `${counted(genres.length, "genre")}, as they stand in the crate.`),
        el(
            "ul",
            { class: "dividers" },
            genres.map(({ value, count }, at) => divider(value, count, at)),
        ),
        unfiled > 0 &&
            el(
                "p",
                {},
                el("a", { href: "/mycollection.html?genre=none" }, `${counted(unfiled, "record")} without a genre`),
            ),
    );
}

function divider(value, count, at) {
    const { ground, ink, first } = paletteAt(at);
    const artists = collection
        .facets({ filters: { genre: value }, only: ["artist"] })
        .artist.slice(0, 3)
        .map((artist) => artist.value);
    const node = el(
        "li",
        { class: "divider" },
        el(
            "a",
            { href: `/genre.html?name=${encodeURIComponent(value)}` },
            el("span", { class: "divider-tab" }, value),
            el(
                "span",
                { class: "divider-card" },
                el("span", {}, artists.join(", ")),
                el("span", { class: "numbers" }, counted(count, "record")),
            ),
        ),
    );
    style(node, { "--ground": ground, "--ink": ink, "--stripe": first, "--shift": String(at % 4) });
    return node;
}

/** One genre; its records can be narrowed by style and decade. */
function one() {
    const filters = { genre: name };
    const shelf = document.createElement("record-shelf");
    shelf.mode = "grid";
    const chips = el("div", { class: "stack tight" });
    const status = el("p", { class: "soft" });
    const { ground, ink, first } = paletteAt(
        Math.max(
            0,
            collection.facets({ only: ["genre"] }).genre.findIndex(({ value }) => value === name),
        ),
    );
    const head = el(
        "header",
        { class: "genre-head" },
        el("p", {}, el("a", { href: "/genre.html" }, "All genres")),
        el("h1", {}, name),
        status,
    );
    style(head, { "--ground": ground, "--ink": ink, "--stripe": first });
    document.title = `${name} · Vinyl Vault`;
    replace(place, head, chips, shelf);
    const draw = () => {
        const records = collection.query({ filters, sort: "artist" });
        status.textContent = `${counted(records.length, "record")}`;
        shelf.records = records;
        const facets = collection.facets({ filters, only: ["style", "decade"] });
        const focused = document.activeElement?.dataset.key;
        replace(
            chips,
            row(
                "decade",
                "Decade",
                facets.decade.toSorted((a, b) => a.value - b.value),
                (value) => `${value}s`,
            ),
            row("style", "Style", facets.style.slice(0, STYLES), (value) => value),
        );
        if (focused) chips.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
    };
    const row = (facet, title, values, word) =>
        values.length > 1 || filters[facet] !== undefined
            ? el(
                  "div",
                  { class: "chips", role: "group", "aria-label": title },
                  values.map(({ value, count }) => {
                      const isOn = filters[facet] === value;
                      const toggle = () => {
                          if (isOn) delete filters[facet];
                          else filters[facet] = value;
                          draw();
                          announce(status.textContent);
                      };
                      return el(
                          "button",
                          {
                              type: "button",
                              class: "chip",
                              "aria-pressed": String(isOn),
                              dataset: { key: `${facet}:${value}` },
                              onclick: toggle,
                          },
                          word(value),
                          el("span", { class: "fine" }, number(count)),
                      );
                  }),
              )
            : null;
    return draw;
}
