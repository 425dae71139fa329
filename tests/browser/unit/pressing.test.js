import assert from "node:assert/strict";
import { test } from "node:test";
import { fromPressing, missingIn, vinylFirst } from "../../../frontend/js/models/pressing.js";

test("records stand before CDs, each in the order of likelihood", () => {
    const candidates = [
        { id: 1, formats: ["CD", "Album"] },
        { id: 2, formats: ["Vinyl", "LP"] },
        { id: 3 },
        { id: 4, formats: ["Vinyl", '7"'] },
    ];
    assert.deepEqual(
        vinylFirst(candidates).map(({ id }) => id),
        [2, 4, 1, 3],
    );
    assert.equal(candidates[0].id, 1, "the answer of the lookup stays as it is");
});

test("a pressing fills what a record lacks, and no more", () => {
    const fields = fromPressing({
        id: 7,
        artist: "Can",
        album: "Future Days",
        year: 1973,
        label: null,
        master_id: 3,
        price: null,
    });
    assert.deepEqual(fields, { artist: "Can", album: "Future Days", year: 1973, master_id: 3, discogs_id: 7 });
    assert.deepEqual(missingIn({ artist: "CAN", album: "Future Days", year: "" }, fields), {
        year: 1973,
        master_id: 3,
        discogs_id: 7,
    });
});
