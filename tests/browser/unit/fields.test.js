import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ALBUM, checked, MEDIA_CONDITIONS, SLEEVE_CONDITIONS } from "../../../frontend/js/models/fields.js";

const document = JSON.parse(readFileSync(new URL("../../../docs/openapi.json", import.meta.url), "utf8"));
const faults = (input, options) => {
    try {
        checked("album", input, options);
        return [];
    } catch (error) {
        return error.errors.map(({ field }) => field);
    }
};

test("the fields are those of the API, and of the same limits", () => {
    const described = document.components.schemas.NewAlbum.properties;
    assert.deepEqual(
        Object.keys(ALBUM).sort(),
        Object.keys(described)
            .filter((field) => field !== "uid")
            .sort(),
    );
    for (const [field, { maxLength, minimum, maximum }] of Object.entries(described)) {
        if (field === "uid") continue;
        const start = field === "cover" ? "https://" : "";
        if (maxLength) {
            const longest = start + "x".repeat(maxLength - start.length);
            if (!/currency|_at$/.test(field)) assert.equal(ALBUM[field](longest), undefined, field);
            assert.notEqual(ALBUM[field](`${longest}x`), undefined, field);
        }
        if (Number.isSafeInteger(minimum) && Number.isSafeInteger(maximum)) {
            assert.deepEqual([ALBUM[field](minimum), ALBUM[field](maximum)], [undefined, undefined], field);
            assert.ok(ALBUM[field](minimum - 1) && ALBUM[field](maximum + 1), field);
        }
    }
    assert.deepEqual(MEDIA_CONDITIONS, document.components.schemas.MediaCondition.enum);
    assert.deepEqual(SLEEVE_CONDITIONS, document.components.schemas.SleeveCondition.enum);
});

test("every fault is named at once", () => {
    assert.deepEqual(
        faults({ artist: " ", year: "1969", purchased_at: "2021-02-30", cover: "covers/x.jpg", shoe: 1 }),
        ["artist", "year", "purchased_at", "cover", "shoe"],
    );
    assert.deepEqual(faults({ artist: "Can" }, { whole: true }), ["album"]);
});

test("empty removes, and the server's own fields are left out", () => {
    assert.deepEqual(checked("album", { notes: "", tags: [], year: 1969, id: 3, version: 9 }), {
        notes: null,
        tags: null,
        year: 1969,
    });
    assert.deepEqual(checked("album", { artist: "Can", album: "Future Days", notes: "" }, { whole: true }), {
        artist: "Can",
        album: "Future Days",
    });
});
