/** The designs of the drawn sleeves: each returns the box for the lettering, and the shapes. */

import { svg } from "./dom.js";

/** @typedef {{ground: string, ink: string, first: string, second: string}} Palette */
/** @typedef {{x: number, y: number, width: number, height: number}} Box */
/** @typedef {SVGElement|SVGElement[]} Shape */
/** @typedef {(random: () => number, palette: Palette, album: string) => [Box, ...Shape[]]} Design */

/** The boxes for the lettering: above the shapes, or below. */
const ABOVE = { x: 18, y: 16, width: 264, height: 96 };
const BELOW = { x: 18, y: 204, width: 264, height: 84 };

/** @param {number} cx @param {number} cy @param {number} r @param {string} fill */
const circle = (cx, cy, r, fill) => svg("circle", { cx, cy, r, fill });

/** @param {string} d @param {import("./dom.js").Attributes} attributes */
const path = (d, attributes) => svg("path", { d, ...attributes });

/** The path data of a circle. @param {number} x @param {number} y @param {number} r */
const disc = (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;

/** @type {Design[]} */
export const DESIGNS = [
    function rings(random, { ground, ink, first, second }) {
        const x = 60 + random() * 180;
        const colours = [first, ground, second, ground, ink, first];
        return [
            BELOW,
            colours.map((fill, turn) => circle(x, 92, 168 - turn * 28, fill)),
            path("M0 194H300V300H0z", { fill: ground }),
        ];
    },
    function sunrise(random, { ground, ink, first, second }) {
        const x = 90 + random() * 120;
        /** @type {[number, string][]} */
        const discs = [
            [150, second],
            [122, first],
            [94, ground],
            [80, ink],
            [58, first],
        ];
        return [ABOVE, discs.map(([r, fill]) => circle(x, 300, r + 14, fill))];
    },
    function slant(random, { ink, first, second }) {
        const lean = 60 + random() * 110;
        /** @type {[number, number, string][]} */
        const bands = [
            [0, 46, first],
            [46, 26, second],
            [72, 12, ink],
            [100, 46, first],
            [146, 14, second],
        ];
        return [
            ABOVE,
            bands.map(([at, width, fill]) =>
                path(`M${at + lean} 122L${at + lean + width} 122L${at + width - lean + 90} 300H${at - lean + 90}z`, {
                    fill,
                }),
            ),
        ];
    },
    function quarters(random, { ink, first, second }) {
        const colours = [first, second, ink];
        const shapes = new Map(colours.map((fill) => [fill, ""]));
        for (let cell = 0; cell < 15; cell += 1) {
            const x = (cell % 5) * 60;
            const y = 120 + Math.floor(cell / 5) * 60;
            const fill = colours[Math.floor(random() * 3)];
            const turn = Math.floor(random() * 5);
            const piece = [
                `M${x} ${y}h60a60 60 0 0 1-60 60z`,
                `M${x + 60} ${y}v60a60 60 0 0 1-60-60z`,
                `M${x + 60} ${y + 60}h-60a60 60 0 0 1 60-60z`,
                `M${x} ${y + 60}v-60a60 60 0 0 1 60 60z`,
                disc(x + 30, y + 30, 19),
            ];
            shapes.set(fill, shapes.get(fill) + piece[turn]);
        }
        return [ABOVE, [...shapes].map(([fill, d]) => path(d, { fill }))];
    },
    function rainbow(random, { ground, ink, first, second }) {
        const right = random() < 0.5;
        const colours = [first, second, ink, ground, first, second];
        return [ABOVE, colours.map((fill, turn) => circle(right ? 300 : 0, 300, 184 - turn * 27, fill))];
    },
    function initial(random, { first, second, ground }, album) {
        const letter = svg("text", {
            x: 150 - 30 * random(),
            y: 190,
            "font-size": 290,
            "font-weight": 650,
            "text-anchor": "middle",
            fill: first,
        });
        letter.textContent = [...album.trim()][0]?.toLocaleUpperCase() ?? "V";
        return [
            BELOW,
            circle(225, 62, 120 * (0.5 + random() / 2), second),
            letter,
            path("M0 196H300V300H0z", { fill: ground }),
        ];
    },
    function halftone(random, { first, second }) {
        const x = random() * 14;
        let large = "";
        let small = "";
        for (let row = 0; row < 8; row += 1) {
            for (let column = 0; column < 13; column += 1) {
                const r = 1.5 + 9.5 * Math.max(0, 1 - Math.hypot(column - x, (row - 3) * 1.3) / 8.5);
                const dot = disc(column * 24 + 6, row * 24 + 10, r);
                if (r > 6) large += dot;
                else small += dot;
            }
        }
        return [BELOW, path(large, { fill: first }), path(small, { fill: second })];
    },
    function skyline(random, { ink, first, second }) {
        const bars = { [first]: "", [second]: "", [ink]: "" };
        const colours = Object.keys(bars);
        for (let x = 0; x < 300; x += 20) {
            const height = 24 + random() * 150;
            bars[colours[Math.floor(random() * 3)]] += `M${x} 300v${-height}h14v${height}z`;
        }
        return [ABOVE, Object.entries(bars).map(([fill, d]) => path(d, { fill }))];
    },
    function waves(random, { ink, first, second }) {
        const swing = 26 + random() * 26;
        return [
            ABOVE,
            [first, second, ink, first, second].map((stroke, turn) => {
                const y = 168 + turn * 27;
                return path(`M-20 ${y}q42.5 ${-swing} 85 0t85 0t85 0t85 0`, {
                    stroke,
                    fill: "none",
                    "stroke-width": 13,
                });
            }),
        ];
    },
    function house(random, { ink, first, second, ground }) {
        // The company sleeve of a label: rays, and a hole that shows the label of the record.
        const spokes = Array.from({ length: 24 }, (_, turn) => {
            const angle = ((turn + random() * 0.4) / 24) * Math.PI * 2;
            const end = angle + 0.12;
            const [x, y] = [150 + Math.cos(angle) * 330, 158 + Math.sin(angle) * 330];
            return `M150 158L${x} ${y}L${150 + Math.cos(end) * 330} ${158 + Math.sin(end) * 330}z`;
        });
        return [
            BELOW,
            path(spokes.join(""), { fill: first }),
            circle(150, 98, 78, second),
            circle(150, 98, 66, "#191614"),
            circle(150, 98, 30, ink),
            circle(150, 98, 5, ground),
            path("M0 194H300V300H0z", { fill: ground }),
        ];
    },
];
