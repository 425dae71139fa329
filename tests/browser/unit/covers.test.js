// Which addresses of covers are loaded: a vault's own at once, another site's after a click, others never.

import assert from "node:assert/strict";
import { test } from "node:test";
import { checkValue } from "../../../frontend/js/models/field-checks.js";
import { ALBUM_FIELDS } from "../../../frontend/js/models/fields.js";

const VAULT = "https://vault.example";
const stored = new Map();
globalThis.localStorage = {
    getItem: (key) => stored.get(key) ?? null,
    setItem: (key, value) => stored.set(key, value),
};
const { allowOnce, allowSite, forgetSite, isAllowed, readCover, sites } =
    await import("../../../frontend/js/models/covers.js");

test("a cover of this vault is loaded at once", () => {
    for (const address of ["/cache/images/7-0-5d0c.jpg", `${VAULT}/cache/images/7-0-5d0c.jpg`]) {
        const cover = readCover(address, VAULT);
        assert.deepEqual(cover, { src: "/cache/images/7-0-5d0c.jpg", site: null });
        assert.ok(isAllowed(cover));
    }
});

test("a cover of another site is loaded once, or always, when the user says so", () => {
    const cover = readCover("https://pictures.example/a.jpg", VAULT);
    const other = readCover("https://pictures.example/b.jpg", VAULT);
    assert.equal(cover.site, "pictures.example");
    assert.ok(!isAllowed(cover));
    allowOnce(cover);
    assert.ok(isAllowed(cover) && !isAllowed(other));
    allowSite("pictures.example");
    assert.ok(isAllowed(other));
    assert.deepEqual(sites(), ["pictures.example"]);
    forgetSite("pictures.example");
    assert.ok(!isAllowed(other));
});

test("other addresses are never loaded", () => {
    for (const address of [
        "//tracker.example/a.jpg",
        "\\\\tracker.example\\a.jpg",
        "/\\tracker.example/a.jpg",
        "http://tracker.example/a.jpg",
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
        "blob:https://vault.example/1",
        "/api/auth/logout",
        "/cache/images/../../api/auth/me",
        "/cache/images/%2e%2e/%2e%2e/api/auth/me",
        "cover.jpg",
        "https:tracker.example",
        "https://user:password@tracker.example/a.jpg",
        "https://",
        " //tracker.example/a.jpg",
        "",
        null,
    ]) {
        assert.equal(readCover(address, VAULT), null, String(address));
    }
});

test("an address that names another site in disguise cannot be stored", () => {
    const rule = ALBUM_FIELDS.cover;
    for (const address of [
        "//tracker.example/a.jpg",
        "/\\tracker.example/a.jpg",
        "https:\\\\tracker.example",
        "https://user:password@tracker.example/a.jpg",
        "https://",
        "javascript:alert(1)",
        "cover.jpg",
    ]) {
        assert.equal(checkValue(rule, address), "must be an http or https address", address);
    }
    for (const address of ["/cache/images/7-0-5d0c.jpg", "https://pictures.example:8443/a@b.jpg?c=//d"]) {
        assert.equal(checkValue(rule, address), undefined, address);
        assert.ok(readCover(address, VAULT), address);
    }
});

test("a list of sites that cannot be read is empty", () => {
    for (const text of ["{", "7", '{"a":1}']) {
        stored.set("picture-sites", text);
        assert.deepEqual(sites(), []);
    }
});
