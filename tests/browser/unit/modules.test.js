// The rules for the modules of the web app: which folder may import which, no circles, and no two files of one name.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const FRONTEND = fileURLToPath(new URL("../../../frontend", import.meta.url));

/** The folders, from the bottom to the top. A module imports from its own folder and from the folders before it. */
const LAYERS = ["js/kernel", "js/models", "js/ui", "components", "js/pages"];

const modules = readdirSync(FRONTEND, { recursive: true, encoding: "utf8" })
    .map((file) => file.split(path.sep).join("/"))
    .filter((file) => file.endsWith(".js") && !file.startsWith("vendor/") && file !== "sw.js");

/** The imports of each module, as paths below `frontend/`; dynamic imports are included. */
const imports = new Map(modules.map((file) => [file, readImports(file)]));

function readImports(file) {
    // Comments import types only.
    const text = readFileSync(path.join(FRONTEND, file), "utf8").replace(/\/\*.*?\*\//gs, "");
    const found = text.matchAll(/^(?:import|export)\s(?:[^;"=]*\sfrom\s)?"([^"]+)"|\bimport\("([^"]+)"\)/gm);
    return [...found].map(([, fixed, dynamic]) => {
        const specifier = fixed ?? dynamic;
        assert.match(specifier, /^\.\.?\//, `${file} imports ${specifier}: imports are relative`);
        return path.posix.join(path.posix.dirname(file), specifier);
    });
}

function layerOf(file) {
    return LAYERS.findIndex((folder) => file.startsWith(`${folder}/`));
}

test("every module is in a folder of the layers", () => {
    assert.deepEqual(
        modules.filter((file) => layerOf(file) < 0),
        [],
    );
});

test("every imported module exists", () => {
    const missing = [...imports].flatMap(([file, found]) =>
        found.filter((imported) => !modules.includes(imported)).map((imported) => `${file} imports ${imported}`),
    );
    assert.deepEqual(missing, []);
});

test("a module imports only from its own layer and the layers below", () => {
    const upward = [...imports].flatMap(([file, found]) =>
        found.filter((imported) => layerOf(imported) > layerOf(file)).map((imported) => `${file} imports ${imported}`),
    );
    assert.deepEqual(upward, []);
});

test("no module imports itself through others", () => {
    const finished = new Set();
    const visit = (file, trail) => {
        assert.ok(!trail.includes(file), `circle: ${[...trail, file].join(" → ")}`);
        if (finished.has(file)) return;
        for (const imported of imports.get(file) ?? []) visit(imported, [...trail, file]);
        finished.add(file);
    };
    for (const file of modules) visit(file, []);
});

test("no two modules have the same file name", () => {
    const firstOf = new Map();
    for (const file of modules.toReversed()) firstOf.set(path.posix.basename(file), file);
    const repeated = modules.filter((file) => firstOf.get(path.posix.basename(file)) !== file);
    assert.deepEqual(repeated, []);
});
