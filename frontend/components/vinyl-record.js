// <vinyl-record>: a record that turns while it has the attribute `spinning`; still for who prefers reduced motion (the
// stylesheet sees to that). Its label takes the colours of the sleeve.

import { svg } from "../js/ui/dom.js";
import { paletteOf } from "../js/ui/artwork.js";

class VinylRecord extends HTMLElement {
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
        const { ground, ink, first } = paletteOf({ artist, album });
        const line = (text, y, size) => {
            const node = svg("text", {
                x: 50,
                y,
                "font-size": size,
                "text-anchor": "middle",
                fill: ink,
                "font-weight": 650,
            });
            node.textContent = text.length > 17 ? `${text.slice(0, 16)}…` : text;
            return node;
        };
        this.replaceChildren(
            svg(
                "svg",
                { viewBox: "0 0 100 100", focusable: "false" },
                svg("circle", { cx: 50, cy: 50, r: 50, fill: ground }),
                svg("path", { d: "M0 50a50 50 0 0 1 100 0z", fill: first }),
                svg("circle", { cx: 50, cy: 50, r: 47, fill: "none", stroke: ink, "stroke-width": 0.8, opacity: 0.6 }),
                line(artist, 68, 8),
                line(album, 79, 7),
                svg("circle", { cx: 50, cy: 50, r: 4.5, fill: "#14110f" }),
            ),
        );
    }
}

customElements.define("vinyl-record", VinylRecord);
