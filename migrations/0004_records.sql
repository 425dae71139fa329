-- What a collector has, as it stands: albums, and the crates they lie in. Owner: collection.
-- Nothing inserts or updates here but the triggers of the ledger (0006).
CREATE TABLE records (
    id         INTEGER PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    type       TEXT NOT NULL CHECK (type IN ('album', 'crate')),
    -- UUIDv7, made by whoever made the record, offline too.
    uid        TEXT NOT NULL,
    -- The ledger's sequence number of the write that made the record what it is.
    version    INTEGER NOT NULL,
    -- In the trash since; also within the document.
    deleted_at TEXT,
    -- The JSON object exactly as it goes to clients: a list is a concatenation of these.
    doc        TEXT NOT NULL,
    -- Who wrote which field last, for merging: {"field": [version, edited_at, device]}; "_" stands for every other field.
    clocks     TEXT NOT NULL,

    -- What lists filter and sort by. VIRTUAL: the document stays the only truth, an index holds the value where speed needs it.
    artist     TEXT GENERATED ALWAYS AS (doc ->> '$.artist') VIRTUAL,
    album      TEXT GENERATED ALWAYS AS (doc ->> '$.album') VIRTUAL,
    genre      TEXT GENERATED ALWAYS AS (doc ->> '$.genre') VIRTUAL,
    style      TEXT GENERATED ALWAYS AS (doc ->> '$.style') VIRTUAL,
    year       INTEGER GENERATED ALWAYS AS (doc ->> '$.year') VIRTUAL,
    country    TEXT GENERATED ALWAYS AS (doc ->> '$.country') VIRTUAL,
    label      TEXT GENERATED ALWAYS AS (doc ->> '$.label') VIRTUAL,
    format     TEXT GENERATED ALWAYS AS (doc ->> '$.format') VIRTUAL,
    crate      TEXT GENERATED ALWAYS AS (doc ->> '$.crate') VIRTUAL,
    rating     INTEGER GENERATED ALWAYS AS (doc ->> '$.rating') VIRTUAL,
    price      REAL GENERATED ALWAYS AS (doc ->> '$.price') VIRTUAL,
    quantity   INTEGER GENERATED ALWAYS AS (coalesce(doc ->> '$.quantity', 1)) VIRTUAL,
    created_at TEXT GENERATED ALWAYS AS (doc ->> '$.created_at') VIRTUAL,
    updated_at TEXT GENERATED ALWAYS AS (doc ->> '$.updated_at') VIRTUAL,
    -- "The Beatles" stands at B.
    artist_key TEXT GENERATED ALWAYS AS (lower(CASE WHEN (doc ->> '$.artist') LIKE 'the _%' THEN substr(doc ->> '$.artist', 5) ELSE doc ->> '$.artist' END)) VIRTUAL,
    album_key  TEXT GENERATED ALWAYS AS (lower(doc ->> '$.album')) VIRTUAL,
    -- As one compares them: without the spaces and hyphens that every source sets differently.
    barcode_key TEXT GENERATED ALWAYS AS (replace(replace(doc ->> '$.barcode', ' ', ''), '-', '')) VIRTUAL,
    catno_key   TEXT GENERATED ALWAYS AS (replace(replace(replace(lower(doc ->> '$.catno'), ' ', ''), '-', ''), '.', '')) VIRTUAL,
    discogs_id  INTEGER GENERATED ALWAYS AS (doc ->> '$.discogs_id') VIRTUAL,
    master_id   INTEGER GENERATED ALWAYS AS (doc ->> '$.master_id') VIRTUAL,

    CONSTRAINT records_uid UNIQUE (user_id, uid)
) STRICT;

-- Exactly the order of the list, so that a page costs the same in any collection.
CREATE INDEX records_list ON records (user_id, artist_key, album_key, id) WHERE type = 'album' AND deleted_at IS NULL;
-- What changed since a cursor, trash included.
CREATE INDEX records_changes ON records (user_id, version);
-- "Do I own this?"
CREATE INDEX records_barcode ON records (user_id, barcode_key) WHERE barcode_key IS NOT NULL;
CREATE INDEX records_catno ON records (user_id, catno_key) WHERE catno_key IS NOT NULL;
CREATE INDEX records_discogs ON records (user_id, discogs_id) WHERE discogs_id IS NOT NULL;
CREATE INDEX records_master ON records (user_id, master_id) WHERE master_id IS NOT NULL;

-- One row a collector, kept by the triggers below: a list's total and ETag without counting.
CREATE TABLE collections (
    user_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    -- The newest version of anything in it.
    version INTEGER NOT NULL,
    albums  INTEGER NOT NULL,
    trashed INTEGER NOT NULL,
    -- Tombstones up to this version were purged: an older cursor has missed some.
    purged  INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TRIGGER records_counted AFTER INSERT ON records
BEGIN
    INSERT INTO collections (user_id, version, albums, trashed) VALUES (NEW.user_id, NEW.version, NEW.type = 'album', 0)
    ON CONFLICT (user_id) DO UPDATE SET version = excluded.version, albums = albums + excluded.albums;
END;

CREATE TRIGGER records_recounted AFTER UPDATE OF version ON records
BEGIN
    UPDATE collections
    SET version = NEW.version,
        albums  = albums + (NEW.type = 'album') * ((OLD.deleted_at IS NOT NULL) - (NEW.deleted_at IS NOT NULL)),
        trashed = trashed - (NEW.type = 'album') * ((OLD.deleted_at IS NOT NULL) - (NEW.deleted_at IS NOT NULL))
    WHERE user_id = NEW.user_id;
END;

CREATE TRIGGER records_uncounted AFTER DELETE ON records
BEGIN
    UPDATE collections
    SET albums  = albums - (OLD.type = 'album' AND OLD.deleted_at IS NULL),
        trashed = trashed - (OLD.type = 'album' AND OLD.deleted_at IS NOT NULL),
        purged  = max(purged, OLD.version)
    WHERE user_id = OLD.user_id;
END;
