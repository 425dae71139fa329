// The sizes that keep the sources readable: lines, functions and files.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const LONGEST_LINE = 120;
const LONGEST_FUNCTION = 60;
const LONGEST_FILE = 300;

/** `npm ci` installs it; the gate does so before the tests. */
const ts = await import("typescript").then(
    (module) => module.default,
    () => null,
);

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

const files = ["frontend", "tests/browser"].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => /\.(js|css|html|ts)$/.test(file) && !/vendor|node_modules/.test(file))
        .map((file) => path.join(folder, file)),
);
const sources = files.map((file) => ({ file, text: readFileSync(path.join(ROOT, file), "utf8") }));

test(`no line is longer than ${LONGEST_LINE} columns`, () => {
    const long = sources.flatMap(({ file, text }) =>
        text
            .split("\n")
            .map((line, index) => ({ place: `${file}:${index + 1}`, length: [...line].length }))
            .filter(({ length }) => length > LONGEST_LINE)
            .map(({ place }) => place),
    );
    assert.deepEqual(long, []);
});

test(`no file is longer than ${LONGEST_FILE} lines`, () => {
    const long = sources.filter(({ text }) => text.split("\n").length - 1 > LONGEST_FILE).map(({ file }) => file);
    assert.deepEqual(long, []);
});

const skip = ts ? false : "typescript is not installed";
test(`no function is longer than ${LONGEST_FUNCTION} lines`, { skip }, () => {
    const long = sources
        .filter(({ file }) => file.endsWith(".js"))
        .flatMap(({ file, text }) => longFunctions(file, text));
    assert.deepEqual(long, []);
});

function longFunctions(file, text) {
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
    const lineOf = (position) => source.getLineAndCharacterOfPosition(position).line;
    const found = [];
    const visit = (node) => {
        const start = lineOf(node.getStart(source));
        const length = lineOf(node.end) - start + 1;
        if (ts.isFunctionLike(node) && length > LONGEST_FUNCTION && !isModuleWrapper(node)) {
            found.push(`${file}:${start + 1} has ${length} lines`);
        }
        ts.forEachChild(node, (child) => {
            child.parent = node;
            visit(child);
        });
    };
    visit(source);
    return found;
}

/** The kernel's classic scripts are wrapped in `(() => { … })()`, which replaces the scope of a module. */
const isModuleWrapper = (node) =>
    ts.isParenthesizedExpression(node.parent) && node.parent.parent?.kind === ts.SyntaxKind.CallExpression;
