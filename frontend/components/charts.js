// Charts, drawn to the width they have, each with the table of its figures. For screen readers the drawing is one picture with a
// sentence; the figures are in the table.

import { el, style, svg, uniqueId } from "../js/ui/dom.js";

/**
 * @param {{title: string, summary: string, columns: string[], rows: (string|number|Node)[][], draw: ((width: number) => SVGElement) & {tall: number}, note?: string}} about
 */
export function chart({ title, summary, columns, rows, draw, note }) {
    const id = uniqueId("chart");
    const canvas = style(el("div", { class: "chart-canvas", role: "img", "aria-label": summary }), {
        "--tall": String(draw.tall),
    });
    const figure = el(
        "figure",
        { class: "panel chart", "aria-labelledby": id },
        el("figcaption", {}, el("h2", { id }, title), note && el("p", { class: "soft fine" }, note)),
        canvas,
        el(
            "details",
            {},
            el("summary", {}, "As a table"),
            el(
                "div",
                { class: "scroller", tabindex: "0", role: "region", "aria-label": `${title}, as a table` },
                table(title, columns, rows),
            ),
        ),
    );
    let width = 0;
    new ResizeObserver(() => {
        const now = Math.floor(canvas.clientWidth);
        if (!now || now === width) return;
        width = now;
        canvas.replaceChildren(draw(width));
    }).observe(canvas);
    return figure;
}

function table(title, columns, rows) {
    return el(
        "table",
        { class: "data-table" },
        el("caption", { class: "unseen" }, title),
        el(
            "thead",
            {},
            el(
                "tr",
                {},
                columns.map((column, at) => el("th", { scope: "col", class: at ? "number" : undefined }, column)),
            ),
        ),
        el(
            "tbody",
            {},
            rows.map(([name, ...figures]) =>
                el(
                    "tr",
                    {},
                    el("th", { scope: "row" }, name),
                    figures.map((figure) => el("td", { class: "number" }, figure)),
                ),
            ),
        ),
    );
}

const surface = (width, height, ...children) =>
    svg(
        "svg",
        { viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true", focusable: "false", class: "drawn" },
        children,
    );
const words = (x, y, text, attributes = {}) => {
    const node = svg("text", { x, y, ...attributes });
    node.textContent = text;
    return node;
};

const TALL = 250;

/** Lying bars with their names above them, like the spines of a shelf. @param {{name: string, value: number, text: string}[]} items */
const ROW = 40;
export const bars = (items) =>
    Object.assign(
        (width) => {
            const most = Math.max(...items.map(({ value }) => value));
            return surface(
                width,
                items.length * ROW,
                items.map(({ name, value, text }, at) => {
                    const y = at * ROW;
                    const room = Math.floor((width - 60) / 7.4);
                    return svg(
                        "g",
                        {},
                        words(0, y + 14, name.length > room ? `${name.slice(0, room - 1)}…` : name, {
                            class: "chart-name",
                        }),
                        words(width, y + 14, text, { class: "chart-value", "text-anchor": "end" }),
                        svg("rect", { x: 0, y: y + 20, width, height: 10, rx: 2, class: "chart-bed" }),
                        svg("rect", {
                            x: 0,
                            y: y + 20,
                            width: Math.max(3, (value / most) * width),
                            height: 10,
                            rx: 2,
                            class: at === 0 ? "chart-bar first" : "chart-bar",
                        }),
                    );
                }),
            );
        },
        { tall: items.length * ROW },
    );

/** Standing columns. @param {{name: string, value: number, text: string}[]} items */
export const columns = (items) =>
    Object.assign(
        (width) => {
            const height = TALL;
            const [top, bottom] = [26, 26];
            const most = Math.max(...items.map(({ value }) => value));
            const step = width / items.length;
            const thick = Math.min(64, step * 0.7);
            const every = Math.ceil(44 / step);
            return surface(
                width,
                height,
                items
                    .map(({ name, value, text }, at) => {
                        const tall = (value / most) * (height - top - bottom);
                        const x = at * step + (step - thick) / 2;
                        return svg(
                            "g",
                            {},
                            svg("rect", {
                                x,
                                y: height - bottom - tall,
                                width: thick,
                                height: Math.max(tall, value ? 2 : 0),
                                rx: 2,
                                class: value === most ? "chart-bar first" : "chart-bar",
                            }),
                            step > 26 &&
                                words(x + thick / 2, height - bottom - tall - 7, text, {
                                    class: "chart-value",
                                    "text-anchor": "middle",
                                }),
                            at % every === 0 &&
                                words(x + thick / 2, height - 7, name, {
                                    class: "chart-name",
                                    "text-anchor": "middle",
                                }),
                        );
                    })
                    .flat(),
                svg("path", { d: `M0 ${height - bottom + 0.5}H${width}`, class: "chart-axis" }),
            );
        },
        { tall: TALL },
    );

/** A line that only ever grows. @param {{name: string, value: number}[]} items @param {(value: number) => string} text */
export const growth = (items, text) =>
    Object.assign(
        (width) => {
            const height = TALL;
            const [left, top, bottom] = [0, 26, 26];
            const most = Math.max(1, ...items.map(({ value }) => value));
            const x = (at) => left + (items.length < 2 ? width / 2 : (at / (items.length - 1)) * (width - left));
            const y = (value) => top + (1 - value / most) * (height - top - bottom);
            const line = items
                .map(({ value }, at) => `${at ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`)
                .join("");
            const steps = [0.5, 1].map((share) => Math.round(most * share));
            const every = Math.max(1, Math.ceil(items.length / Math.max(2, Math.floor(width / 110))));
            return surface(
                width,
                height,
                steps
                    .map((value) => [
                        svg("path", { d: `M0 ${y(value)}H${width}`, class: "chart-grid" }),
                        words(0, y(value) - 6, text(value), { class: "chart-value" }),
                    ])
                    .flat(),
                svg("path", {
                    d: `${line}L${x(items.length - 1)} ${height - bottom}L${x(0)} ${height - bottom}z`,
                    class: "chart-area",
                }),
                svg("path", { d: line, class: "chart-line" }),
                items.length &&
                    svg("circle", { cx: x(items.length - 1), cy: y(items.at(-1).value), r: 4.5, class: "chart-dot" }),
                items
                    .map(
                        ({ name }, at) =>
                            at % every === 0 &&
                            words(x(at), height - 6, name, {
                                class: "chart-name",
                                "text-anchor": at === 0 ? "start" : x(at) > width - 40 ? "end" : "middle",
                            }),
                    )
                    .filter(Boolean),
                svg("path", { d: `M0 ${height - bottom + 0.5}H${width}`, class: "chart-axis" }),
            );
        },
        { tall: TALL },
    );
