// Sleeves for records without a cover: the same artist and album always give the same design.

import { svg } from "./dom.js";

const PALETTES = [
    ["#efe3c8", "#1f1a17", "#c8452b", "#e0a83a"],
    ["#17474b", "#f4e6c6", "#e58b3c", "#7fb4a5"],
    ["#e2aa3b", "#231b16", "#b23a26", "#f3e5c5"],
    ["#6d1f22", "#f3dfc1", "#d9803f", "#b99a6b"],
    ["#a9c3c7", "#1e2a33", "#cf4f35", "#f2ead8"],
    ["#1d2233", "#efe6d2", "#d6a54a", "#6378ad"],
    ["#57582b", "#f5ead0", "#d8b348", "#2c2e1a"],
    ["#e29a7f", "#2a1a1c", "#7b2331", "#f6e4cf"],
    ["#181513", "#f1e7d3", "#d64a2e", "#e6b450"],
    ["#26473a", "#efe5cf", "#d0aa5f", "#8ab08a"],
    ["#c3b8c6", "#28202f", "#5a3d6b", "#f3e6d8"],
    ["#d9622b", "#1e1512", "#f4e3c4", "#7a2418"],
].map(([ground, ink, first, second]) => ({ ground, ink, first, second }));

// FNV-1a, then mulberry32: small, even, and the same in every browser.
function randomFrom(text) {
    let state = 0x811c9dc5;
    for (const unit of text) state = Math.imul(state ^ unit.codePointAt(0), 0x01000193);
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
}

const circle = (cx, cy, r, fill) => svg("circle", { cx, cy, r, fill });
const path = (d, attributes) => svg("path", { d, ...attributes });
const disc = (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;

const ABOVE = { x: 18, y: 16, width: 264, height: 96 };
const BELOW = { x: 18, y: 204, width: 264, height: 84 };

const DESIGNS = [
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
        return [
            ABOVE,
            [
                [150, second],
                [122, first],
                [94, ground],
                [80, ink],
                [58, first],
            ].map(([r, fill]) => circle(x, 300, r + 14, fill)),
        ];
    },
    function slant(random, { ink, first, second }) {
        const lean = 60 + random() * 110;
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
        // The house sleeve of a label, with its window.
        const spokes = Array.from({ length: 24 }, (_, turn) => {
            const angle = ((turn + random() * 0.4) / 24) * Math.PI * 2;
            return `M150 158L${150 + Math.cos(angle) * 330} ${158 + Math.sin(angle) * 330}L${150 + Math.cos(angle + 0.12) * 330} ${158 + Math.sin(angle + 0.12) * 330}z`;
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

// Fraunces at this weight is a little more than half as wide as it is high.
const WIDTH = 0.545;

function typeset(text, box, largest) {
    for (let size = largest; ; size -= 2) {
        const perLine = Math.floor(box.width / (size * WIDTH));
        const most = Math.max(1, Math.floor(box.height / (size * 1.06)));
        const lines = wrap(text, perLine);
        if (lines.length <= most && lines.every((line) => line.length <= perLine)) return { size, lines };
        if (size <= 15) return { size, lines: lines.slice(0, most).map((line) => line.slice(0, perLine)) };
    }
}

function wrap(text, perLine) {
    const lines = [""];
    for (const word of text.split(/\s+/)) {
        const last = lines[lines.length - 1];
        if (last && last.length + 1 + word.length > perLine) lines.push(word);
        else lines[lines.length - 1] = last ? `${last} ${word}` : word;
    }
    return lines;
}

function lettering(artist, album, box, { ink }) {
    const name = svg("text", {
        x: box.x,
        y: box.y + 12,
        "font-size": 13,
        "font-weight": 700,
        "letter-spacing": 1.1,
        fill: ink,
        class: "sleeve-artist",
    });
    const shown = artist.toLocaleUpperCase();
    name.textContent = shown.length > 25 ? `${shown.slice(0, 24)}…` : shown;
    const { size, lines } = typeset(album, { width: box.width, height: box.height - 20 }, 42);
    const title = lines.map((line, at) => {
        const node = svg("text", {
            x: box.x,
            y: box.y + 18 + size * (0.86 + at * 1.03),
            "font-size": size,
            "font-weight": 650,
            fill: ink,
        });
        node.textContent = line;
        return node;
    });
    return [name, ...title];
}

/** The colours that a record's label and its sleeve share. */
export function paletteOf({ artist = "", album = "" }) {
    return PALETTES[Math.floor(randomFrom(`${artist}\n${album}`.toLowerCase())() * PALETTES.length)];
}

/** One after the other, so that neighbours differ. */
export const paletteAt = (place) => PALETTES[(place * 5 + 3) % PALETTES.length];

/** A sleeve as SVG, 300 by 300; `plain` leaves the lettering out, for thumbnails. */
export function drawSleeve({ artist = "", album = "" }, plain = false) {
    const random = randomFrom(`${artist}\n${album}`.toLowerCase());
    const chosen = PALETTES[Math.floor(random() * PALETTES.length)];
    const palette = random() < 0.5 ? chosen : { ...chosen, first: chosen.second, second: chosen.first };
    const design = DESIGNS[Math.floor(random() * DESIGNS.length)];
    const [box, ...art] = design(random, palette, album);
    return svg(
        "svg",
        { viewBox: "0 0 300 300", "aria-hidden": "true", focusable: "false", class: "art" },
        svg("path", { d: "M0 0H300V300H0z", fill: palette.ground }),
        art,
        plain ? [] : lettering(artist, album, box, palette),
    );
}
