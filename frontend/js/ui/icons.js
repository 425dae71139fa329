/** The icons: outlines in a square of 24 by 24. */

import { svg } from "./dom.js";

const PATHS = {
    home: "M4 11l8-7 8 7v8a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1z",
    records: "M4 5h3v14H4zM9 5h3v14H9zM14.5 5.6l2.9-.7 3 13.6-2.9.7z",
    plus: "M12 5v14M5 12h14",
    stats: "M4 20V10M10 20V4M16 20v-7M21 20H3",
    chat: "M4 5h16v11H10l-5 4v-4H4z",
    settings: [
        "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 3v2M12 19v2M3 12h2M19 12h2",
        "M5.6 5.6l1.5 1.5M16.9 16.9l1.5 1.5M5.6 18.4l1.5-1.5M16.9 7.1l1.5-1.5",
    ].join(""),
    search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5",
    list: "M4 6h16M4 12h16M4 18h16",
    close: "M6 6l12 12M18 6L6 18",
    check: "M5 13l4 4L19 7",
    saved: "M7 18a4.5 4.5 0 0 1-.6-8.9A6 6 0 0 1 18 10.5 3.8 3.8 0 0 1 17.5 18zM9 13.5l2.2 2.2 4-4",
    syncing: "M20 11a8 8 0 0 0-14.3-4M4 4v4h4M4 13a8 8 0 0 0 14.3 4M20 20v-4h-4",
    waiting: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4l3 2",
    offline: "M4 4l16 16M8.5 12.5a5 5 0 0 1 5.6-1M5 9.5a10 10 0 0 1 3-1.9M12 8a10 10 0 0 1 7 1.8M12 17h.01",
    warning: "M12 4l9 16H3zM12 10v4M12 17h.01",
    edit: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
    trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
    camera: "M4 8h3l2-3h6l2 3h3v11H4zM12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z",
    star: "M12 4l2.5 5.2 5.7.8-4.1 4 1 5.6-5.1-2.7-5.1 2.7 1-5.6-4.1-4 5.7-.8z",
    stop: "M7 7h10v10H7z",
    send: "M5 12h13M12 6l6 6-6 6",
    download: "M12 4v11M7 11l5 5 5-5M5 20h14",
    play: "M8 5l11 7-11 7z",
    history: "M4 12a8 8 0 1 0 2.5-5.8M4 5v4h4M12 8v4l3 2",
    owned: "M5 4h14v16l-7-4-7 4z",
    dice: "M5 5h14v14H5zM9 9h.01M15 9h.01M12 12h.01M9 15h.01M15 15h.01",
};

/** @typedef {keyof typeof PATHS} IconName */

/**
 * @param {IconName} name
 * @param {string} [label] what the icon means; without it, screen readers skip the icon
 */
export function icon(name, label) {
    const meaning = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" };
    const attributes = { class: "icon-line", viewBox: "0 0 24 24", focusable: "false", ...meaning };
    return svg("svg", attributes, svg("path", { d: PATHS[name] }));
}
