-- The albums as they stand. Owner: collection. Nothing inserts here but the triggers of the ledger (0006).
CREATE TABLE albums (
    id         INTEGER PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- UUIDv7, made by whoever made the album, offline too.
    uid        TEXT NOT NULL,
    -- The ledger's sequence number of the write that made the album what it is.
    version    INTEGER NOT NULL,
    -- In the trash since; also within the document.
    deleted_at TEXT,
    -- The JSON object exactly as it goes to clients: a list is a concatenation of these.
    doc        TEXT NOT NULL,

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

    CONSTRAINT albums_uid UNIQUE (user_id, uid)
) STRICT;

-- Exactly the order of the list, so that a page costs the same in any collection.
CREATE INDEX albums_list ON albums (user_id, artist_key, album_key, id) WHERE deleted_at IS NULL;

-- One row a collector, kept by the triggers below: a list's total and ETag without counting.
CREATE TABLE collections (
    user_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    -- The newest version of any album in it.
    version INTEGER NOT NULL,
    albums  INTEGER NOT NULL,
    trashed INTEGER NOT NULL
) STRICT;

CREATE TRIGGER albums_counted AFTER INSERT ON albums
BEGIN
    INSERT INTO collections (user_id, version, albums, trashed) VALUES (NEW.user_id, NEW.version, 1, 0)
    ON CONFLICT (user_id) DO UPDATE SET version = excluded.version, albums = albums + 1;
END;

CREATE TRIGGER albums_recounted AFTER UPDATE OF version ON albums
BEGIN
    UPDATE collections
    SET version = NEW.version,
        albums  = albums + (OLD.deleted_at IS NOT NULL) - (NEW.deleted_at IS NOT NULL),
        trashed = trashed - (OLD.deleted_at IS NOT NULL) + (NEW.deleted_at IS NOT NULL)
    WHERE user_id = NEW.user_id;
END;
