-- Collections of Discogs' users that accounts import and follow. Owner: discogs-proxy.
CREATE TABLE discogs_accounts (
    user_id  INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    -- At Discogs.
    username TEXT NOT NULL,
    -- The user's personal token, encrypted; NULL: only what is public is read.
    token    TEXT,
    -- 1: read again every day.
    follow   INTEGER NOT NULL CHECK (follow IN (0, 1)),
    -- What the user calls folders and fields: JSON.
    names    TEXT NOT NULL DEFAULT '{}',
    -- The number of runs that have begun, and of the latest one that has read everything.
    runs     INTEGER NOT NULL DEFAULT 0,
    complete INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The album that each copy is bound to, so that no import adds it twice. A row stays when the album is deleted: what a
-- collector has deleted does not come back.
CREATE TABLE discogs_copies (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    is_want INTEGER NOT NULL CHECK (is_want IN (0, 1)),
    -- Discogs' number of the copy (instance_id); of a want, that of its release.
    number  INTEGER NOT NULL,
    uid     TEXT NOT NULL,
    -- The latest run that has seen it; 0: none of the collection that is followed now.
    run     INTEGER NOT NULL,
    PRIMARY KEY (user_id, is_want, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX discogs_copies_album ON discogs_copies (user_id, uid);
