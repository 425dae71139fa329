/**
 * Charts. Each is drawn to the width that it has, and comes with a table of its figures. For screen readers the drawing
 * is one picture with a summary; the figures are in the table.
 */

import { el, makeId, setStyle, svg } from "../js/ui/dom.js";

/** @typedef {import("../js/ui/dom.js").Child} Child */
/** @typedef {import("../js/ui/dom.js").Attributes} Attributes */
/** @typedef {{name: string, value: number, text: string}} Item */
/** @typedef {{height: number, draw: (width: number) => SVGElement}} Drawing */
/**
 * @typedef {{title: string, summary: string, columns: string[], rows: Child[][], drawing: Drawing, note?: string}}
 * ChartContent
 */

/** @param {ChartContent} content */
export function makeChart({ title, summary, columns, rows, drawing, note }) {
    const id = makeId("chart");
    const canvas = el("div", { class: "chart-canvas", role: "img", "aria-label": summary });
    setStyle(canvas, { "--chart-height": String(drawing.height) });
    const region = { class: "scroller", tabindex: "0", role: "region", "aria-label": `${title}, as a table` };
    const figure = el(
        "figure",
        { class: "panel chart", "aria-labelledby": id },
        el("figcaption", {}, el("h2", { id }, title), note && el("p", { class: "soft fine" }, note)),
        canvas,
        el("details", {}, el("summary", {}, "As a table"), el("div", region, makeTable(title, columns, rows))),
    );
    let drawnWidth = 0;
    new ResizeObserver(() => {
        const width = Math.floor(canvas.clientWidth);
        if (!width || width === drawnWidth) return;
        drawnWidth = width;
        canvas.replaceChildren(drawing.draw(width));
    }).observe(canvas);
    return figure;
}

/** @param {string} title @param {string[]} columns @param {Child[][]} rows */
function makeTable(title, columns, rows) {
    const head = columns.map((column, index) => {
        return el("th", { scope: "col", class: index ? "number" : undefined }, column);
    });
    const body = rows.map(([name, ...figures]) => {
        const cells = figures.map((figure) => el("td", { class: "number" }, figure));
        return el("tr", {}, el("th", { scope: "row" }, name), cells);
    });
    return el(
        "table",
        { class: "data-table" },
        el("caption", { class: "unseen" }, title),
        el("thead", {}, el("tr", {}, head)),
        el("tbody", {}, body),
    );
}

/** @param {number} width @param {number} height @param {Child[]} children */
function makeDrawing(width, height, ...children) {
    const hidden = { "aria-hidden": "true", focusable: "false" };
    return svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, class: "drawn", ...hidden }, children);
}

/** @param {number} x @param {number} y @param {string} text @param {Attributes} attributes */
function makeText(x, y, text, attributes) {
    const node = svg("text", { x, y, ...attributes });
    node.textContent = text;
    return node;
}

/** The longest text of the chart's font that fits into a width. @param {string} text @param {number} width */
function shorten(text, width) {
    const room = Math.floor(width / 7.4);
    return text.length > room ? `${text.slice(0, room - 1)}…` : text;
}

const ROW_HEIGHT = 40;

/** Horizontal bars with their names above. @param {Item[]} items @returns {Drawing} */
export function drawBars(items) {
    const height = items.length * ROW_HEIGHT;
    const most = Math.max(...items.map(({ value }) => value));
    /** @param {number} width @returns {(item: Item, index: number) => SVGElement} */
    const drawBar =
        (width) =>
        ({ name, value, text }, index) => {
            const y = index * ROW_HEIGHT;
            const bar = { x: 0, y: y + 20, height: 10, rx: 2 };
            const filled = Math.max(3, (value / most) * width);
            return svg(
                "g",
                {},
                makeText(0, y + 14, shorten(name, width - 60), { class: "chart-name" }),
                makeText(width, y + 14, text, { class: "chart-value", "text-anchor": "end" }),
                svg("rect", { ...bar, width, class: "chart-bed" }),
                svg("rect", { ...bar, width: filled, class: index === 0 ? "chart-bar first" : "chart-bar" }),
            );
        };
    return { height, draw: (width) => makeDrawing(width, height, items.map(drawBar(width))) };
}

const HEIGHT = 250;
/** The space for texts above and below the drawing. */
const [TOP, BOTTOM] = [26, 26];
const drawAxis = (/** @type {number} */ width) =>
    svg("path", { d: `M0 ${HEIGHT - BOTTOM + 0.5}H${width}`, class: "chart-axis" });

/** The widest column, and the space that a name below it needs. */
const [WIDEST_COLUMN, NAME_WIDTH] = [64, 44];

/** Vertical columns. @param {Item[]} items @returns {Drawing} */
export function drawColumns(items) {
    const most = Math.max(...items.map(({ value }) => value));
    /** @param {number} step @returns {(item: Item, index: number) => SVGElement} */
    const drawColumn =
        (step) =>
        ({ name, value, text }, index) => {
            const width = Math.min(WIDEST_COLUMN, step * 0.7);
            const height = (value / most) * (HEIGHT - TOP - BOTTOM);
            const x = index * step + (step - width) / 2;
            const y = HEIGHT - BOTTOM - height;
            const middle = { "text-anchor": "middle" };
            const isNamed = index % Math.ceil(NAME_WIDTH / step) === 0;
            const rect = { x, y, width, height: Math.max(height, value ? 2 : 0), rx: 2 };
            return svg(
                "g",
                {},
                svg("rect", { ...rect, class: value === most ? "chart-bar first" : "chart-bar" }),
                step > 26 && makeText(x + width / 2, y - 7, text, { class: "chart-value", ...middle }),
                isNamed && makeText(x + width / 2, HEIGHT - 7, name, { class: "chart-name", ...middle }),
            );
        };
    return {
        height: HEIGHT,
        draw: (width) => makeDrawing(width, HEIGHT, items.map(drawColumn(width / items.length)), drawAxis(width)),
    };
}

/**
 * A line that only grows.
 * @param {{name: string, value: number}[]} items
 * @param {(value: number) => string} format
 * @returns {Drawing}
 */
export function drawGrowth(items, format) {
    const most = Math.max(1, ...items.map(({ value }) => value));
    const last = items.length - 1;
    /** @param {number} value */
    const y = (value) => TOP + (1 - value / most) * (HEIGHT - TOP - BOTTOM);
    /** @param {number} width */
    const draw = (width) => {
        /** @param {number} index */
        const x = (index) => (last < 1 ? width / 2 : (index / last) * width);
        const points = items.map(({ value }, index) => `${x(index).toFixed(1)} ${y(value).toFixed(1)}`);
        const line = `M${points.join("L")}`;
        const ground = HEIGHT - BOTTOM;
        const grid = [0.5, 1].map((share) => Math.round(most * share));
        return makeDrawing(
            width,
            HEIGHT,
            grid.map((value) => [
                svg("path", { d: `M0 ${y(value)}H${width}`, class: "chart-grid" }),
                makeText(0, y(value) - 6, format(value), { class: "chart-value" }),
            ]),
            svg("path", { d: `${line}L${x(last)} ${ground}L${x(0)} ${ground}z`, class: "chart-area" }),
            svg("path", { d: line, class: "chart-line" }),
            svg("circle", { cx: x(last), cy: y(items[last].value), r: 4.5, class: "chart-dot" }),
            drawNames(items, x, width),
            drawAxis(width),
        );
    };
    return { height: HEIGHT, draw };
}

/**
 * The names below a line: as many as fit.
 * @param {{name: string}[]} items
 * @param {(index: number) => number} x
 * @param {number} width
 */
function drawNames(items, x, width) {
    const every = Math.max(1, Math.ceil(items.length / Math.max(2, Math.floor(width / 110))));
    return items.map(({ name }, index) => {
        if (index % every !== 0) return null;
        const anchor = index === 0 ? "start" : x(index) > width - 40 ? "end" : "middle";
        return makeText(x(index), HEIGHT - 6, name, { class: "chart-name", "text-anchor": anchor });
    });
}
