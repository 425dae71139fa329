-- Pressings and covers from MusicBrainz. Owner: musicbrainz.
-- In the tables musicbrainz_…, times are milliseconds since 1970 by the database's clock, which all instances share.

-- One row: MusicBrainz takes one request a second from one address, so all instances take turns.
CREATE TABLE musicbrainz_turns (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    -- The next request may not be sent before.
    next_at INTEGER NOT NULL
) STRICT;

INSERT INTO musicbrainz_turns (id, next_at) VALUES (1, 0);

-- Answers, by question.
CREATE TABLE musicbrainz_answers (
    -- A new answer to the same question gets a new id.
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    -- What was known of the record, as JSON.
    question   TEXT NOT NULL UNIQUE,
    -- The document that was sent.
    answer     TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

-- Keeps the last 20,000 answers: about 100 MB at most.
CREATE TRIGGER musicbrainz_answers_limited AFTER INSERT ON musicbrainz_answers
BEGIN
    DELETE FROM musicbrainz_answers WHERE id <= NEW.id - 20000;
END;

-- The covers in the key-value store, which has no limit of its own.
CREATE TABLE musicbrainz_covers (
    -- The key in the key-value store.
    key     TEXT NOT NULL PRIMARY KEY,
    bytes   INTEGER NOT NULL,
    -- To the day.
    used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX musicbrainz_covers_use ON musicbrainz_covers (used_at, key);

-- The secret that authenticates the names of covers.
CREATE TABLE musicbrainz_secrets (
    name       TEXT NOT NULL PRIMARY KEY,
    value      TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
