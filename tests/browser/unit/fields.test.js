import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { checkValue } from "../../../frontend/js/models/field-checks.js";
import { ALBUM_FIELDS, checkFields, MEDIA_CONDITIONS, SLEEVE_CONDITIONS } from "../../../frontend/js/models/fields.js";

const document = JSON.parse(readFileSync(new URL("../../../docs/openapi.json", import.meta.url), "utf8"));
const faults = (input, options) => {
    try {
        checkFields("album", input, options);
        return [];
    } catch (error) {
        return error.errors.map(({ field }) => field);
    }
};

test("the fields and their limits are those of the API", () => {
    const described = document.components.schemas.NewAlbum.properties;
    const { uid, ...others } = described;
    assert.ok(uid);
    // The server's own fields, which it ignores in a request.
    const OWN = ["id", "version", "created_at", "updated_at", "deleted_at"];
    const fields = Object.fromEntries(Object.entries(others).filter(([name]) => !OWN.includes(name)));
    assert.deepEqual(Object.keys(ALBUM_FIELDS).sort(), Object.keys(fields).sort());
    for (const [field, { maxLength, minimum, maximum }] of Object.entries(fields)) {
        const rule = ALBUM_FIELDS[field];
        const start = field === "cover" ? "https://" : "";
        if (maxLength) {
            const longest = start + "x".repeat(maxLength - start.length);
            if (!/currency|_at$/.test(field)) assert.equal(checkValue(rule, longest), undefined, field);
            assert.notEqual(checkValue(rule, `${longest}x`), undefined, field);
        }
        if (Number.isSafeInteger(minimum) && Number.isSafeInteger(maximum)) {
            assert.deepEqual([rule.min, rule.max], [minimum, maximum], field);
            assert.equal(checkValue(rule, minimum) ?? checkValue(rule, maximum), undefined, field);
            assert.ok(checkValue(rule, minimum - 1) && checkValue(rule, maximum + 1), field);
        }
    }
    assert.deepEqual(MEDIA_CONDITIONS, document.components.schemas.MediaCondition.enum);
    assert.deepEqual(SLEEVE_CONDITIONS, document.components.schemas.SleeveCondition.enum);
});

test("all faults are reported at once", () => {
    assert.deepEqual(
        faults({ artist: " ", year: "1969", purchased_at: "2021-02-30", cover: "covers/x.jpg", shoe: 1 }),
        ["artist", "year", "purchased_at", "cover", "shoe"],
    );
    assert.deepEqual(faults({ artist: "Can" }, { isNew: true }), ["album"]);
});

test("an empty value removes a field, and the server's own fields are left out", () => {
    assert.deepEqual(checkFields("album", { notes: "", tags: [], year: 1969, id: 3, version: 9 }), {
        notes: null,
        tags: null,
        year: 1969,
    });
    assert.deepEqual(checkFields("album", { artist: "Can", album: "Future Days", notes: "" }, { isNew: true }), {
        artist: "Can",
        album: "Future Days",
    });
});

test("a fault has the message of the server", () => {
    const messageOf = (field, value) => checkValue(ALBUM_FIELDS[field], value);
    assert.equal(messageOf("artist", " "), "must have 1 to 500 characters");
    assert.equal(messageOf("artist", "x".repeat(501)), "must have 1 to 500 characters");
    assert.equal(messageOf("genre", 7), "must be a string");
    assert.equal(messageOf("genre", "x".repeat(201)), "must have at most 200 characters");
    assert.equal(messageOf("genre", "a\nb"), "must not contain control characters");
    assert.equal(messageOf("year", "1969"), "must be a whole number from 1860 to 2100");
    assert.equal(messageOf("price", -1), "must be a number from 0 to 100000000");
    assert.equal(messageOf("price_currency", "euro"), "must be a currency code such as EUR (ISO 4217)");
    assert.equal(messageOf("price_at", "2021-02-30"), "must be a date such as 2020-05-14, or an RFC 3339 time");
    assert.equal(messageOf("crate", "shelf"), "must be a UUID in lower case, with hyphens");
    assert.equal(messageOf("wanted", 1), "must be true or false");
});
