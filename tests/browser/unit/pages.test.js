// The HTML pages: all have the same head, but for the title, the description, the styles and the script of the page.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const FRONTEND = new URL("../../../frontend/", import.meta.url);
const pages = readdirSync(FRONTEND).filter((file) => file.endsWith(".html"));

/** Pages without a script: they are shown when something is missing, so they need as little as possible. */
const STATIC_PAGES = ["404.html", "offline.html"];
const STATIC_STYLES = ["colors", "base", "controls", "parts", "frame"];
/** A later style may override an earlier one, so the order counts. */
const STYLES = [...STATIC_STYLES, "overlays", "records", "add"];

function expectedHead(page, title, description) {
    const name = page.replace(".html", "");
    const isStatic = STATIC_PAGES.includes(page);
    const styles = isStatic ? STATIC_STYLES : [...STYLES, `pages/${name}`];
    const lines = [
        '<meta charset="utf-8" />',
        '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />',
        `<title>${title}</title>`,
        `<meta name="description" content="${description}" />`,
        '<meta name="theme-color" content="#f5efe3" media="(prefers-color-scheme: light)" />',
        '<meta name="theme-color" content="#1a1411" media="(prefers-color-scheme: dark)" />',
        '<script src="/js/ui/theme.js"></script>',
        '<link rel="preload" href="/fonts/fraunces-650.woff2" as="font" type="font/woff2" crossorigin />',
        ...styles.map((style) => `<link rel="stylesheet" href="/css/${style}.css" />`),
        '<link rel="manifest" href="/manifest.json" />',
        '<link rel="icon" href="/icons/icon.svg" type="image/svg+xml" />',
        '<link rel="apple-touch-icon" href="/icons/apple-180.png" />',
    ];
    if (!isStatic) lines.push(`<script type="module" src="/js/pages/${name}.js"></script>`);
    return lines;
}

for (const page of pages) {
    const text = readFileSync(new URL(page, FRONTEND), "utf8");
    const head = /<head>\n(.*?)\n *<\/head>/s.exec(text)?.[1] ?? "";
    // prettier breaks a long tag into several lines.
    const lines = head
        .replace(/\n\s+(?=[^<\s])/g, " ")
        .replace(/\n\s+\/>/g, " />")
        .split("\n")
        .map((line) => line.trim());

    test(`${page} has the head of all pages`, () => {
        const [, title] = /<title>(.+)<\/title>/.exec(head) ?? [];
        const [, description] = /name="description"\s+content="([^"]+)"/.exec(head) ?? [];
        assert.deepEqual(lines, expectedHead(page, title, description));
    });

    test(`${page} refers only to existing files`, () => {
        const references = [...head.matchAll(/(?:href|src)="\/([^"]+)"/g)].map(([, path]) => path);
        assert.deepEqual(
            references.filter((path) => !existsSync(new URL(path, FRONTEND))),
            [],
        );
    });
}
