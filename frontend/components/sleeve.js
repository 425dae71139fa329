// The cover of a record. A drawn sleeve stands there from the first frame; the cover is laid over it when
// it has arrived, and taken away again if it fails. So nothing moves, and nothing is ever missing.

import { el } from "../js/ui/dom.js";
import { drawSleeve } from "../js/ui/artwork.js";

export function sleeve(album, { plain = false, eager = false, label } = {}) {
    const node = el(
        "span",
        label ? { class: "sleeve", role: "img", "aria-label": label } : { class: "sleeve", "aria-hidden": "true" },
    );
    node.append(drawSleeve(album, plain));
    if (album.cover) node.append(cover(album.cover, eager));
    return node;
}

function cover(src, eager) {
    const image = el("img", {
        alt: "",
        class: "arriving",
        width: 300,
        height: 300,
        loading: eager ? "eager" : "lazy",
        decoding: "async",
        referrerpolicy: "no-referrer",
    });
    image.addEventListener("load", () => image.classList.remove("arriving"));
    image.addEventListener("error", () => image.remove());
    image.src = src;
    return image;
}
