import assert from "node:assert/strict";
import { test } from "node:test";
import { toFields, pickMissing, sortVinylFirst } from "../../../frontend/js/models/pressing.js";

test("vinyl is sorted before CDs, and each group stays in the order of likelihood", () => {
    const candidates = [
        { id: 1, formats: ["CD", "Album"] },
        { id: 2, formats: ["Vinyl", "LP"] },
        { id: 3 },
        { id: 4, formats: ["Vinyl", '7"'] },
    ];
    assert.deepEqual(
        sortVinylFirst(candidates).map(({ id }) => id),
        [2, 4, 1, 3],
    );
    assert.equal(candidates[0].id, 1, "the list of the lookup is not changed");
});

test("a pressing fills in the missing fields only", () => {
    const fields = toFields({
        id: 7,
        artist: "Can",
        album: "Future Days",
        year: 1973,
        label: null,
        master_id: 3,
        price: null,
    });
    assert.deepEqual(fields, { artist: "Can", album: "Future Days", year: 1973, master_id: 3, discogs_id: 7 });
    assert.deepEqual(pickMissing({ artist: "CAN", album: "Future Days", year: "" }, fields), {
        year: 1973,
        master_id: 3,
        discogs_id: 7,
    });
});
