/**
 * `<vinyl-record artist album>`: a record that turns while it has the attribute `spinning`. The stylesheet stops it for
 * users who prefer reduced motion. Its label has the colours of the sleeve.
 */

import { paletteFor } from "../js/ui/artwork.js";
import { svg } from "../js/ui/dom.js";

/** Longer texts do not fit on the label. */
const LONGEST_TEXT = 17;

export class VinylRecord extends HTMLElement {
    static observedAttributes = ["artist", "album"];

    connectedCallback() {
        this.setAttribute("aria-hidden", "true");
        this.#draw();
    }

    attributeChangedCallback() {
        if (this.isConnected) this.#draw();
    }

    #draw() {
        const artist = this.getAttribute("artist") ?? "Vinyl Vault";
        const album = this.getAttribute("album") ?? "Side A";
        const { ground, ink, first } = paletteFor({ artist, album });
        this.replaceChildren(
            svg(
                "svg",
                { viewBox: "0 0 100 100", focusable: "false" },
                svg("circle", { cx: 50, cy: 50, r: 50, fill: ground }),
                svg("path", { d: "M0 50a50 50 0 0 1 100 0z", fill: first }),
                svg("circle", { cx: 50, cy: 50, r: 47, fill: "none", stroke: ink, "stroke-width": 0.8, opacity: 0.6 }),
                drawLine(artist, 68, 8, ink),
                drawLine(album, 79, 7, ink),
                svg("circle", { cx: 50, cy: 50, r: 4.5, fill: "#14110f" }),
            ),
        );
    }
}

/** @param {string} text @param {number} y @param {number} size @param {string} fill */
function drawLine(text, y, size, fill) {
    const node = svg("text", { x: 50, y, "font-size": size, "text-anchor": "middle", fill, "font-weight": 650 });
    node.textContent = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 1)}…` : text;
    return node;
}

customElements.define("vinyl-record", VinylRecord);
