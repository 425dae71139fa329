-- The tables of the yardstick. An album is a row of typed columns, as is usual in a native application.
CREATE TABLE IF NOT EXISTS users (
    id            INTEGER PRIMARY KEY,
    email         TEXT NOT NULL UNIQUE,
    salt          BLOB NOT NULL,
    password_hash BLOB NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS albums (
    id                INTEGER PRIMARY KEY,
    user_id           INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    uid               TEXT NOT NULL,
    version           INTEGER NOT NULL,
    created_at        TEXT NOT NULL,
    updated_at        TEXT NOT NULL,
    deleted_at        TEXT,
    artist_key        TEXT NOT NULL,
    album_key         TEXT NOT NULL,
    artist            TEXT NOT NULL,
    album             TEXT NOT NULL,
    genre             TEXT,
    style             TEXT,
    year              INTEGER,
    country           TEXT,
    label             TEXT,
    catno             TEXT,
    format            TEXT,
    barcode           TEXT,
    discogs_id        INTEGER,
    master_id         INTEGER,
    media_condition   TEXT,
    sleeve_condition  TEXT,
    rating            INTEGER,
    notes             TEXT,
    tags              TEXT,
    crate             TEXT,
    quantity          INTEGER,
    purchase_price    REAL,
    purchase_currency TEXT,
    purchased_at      TEXT,
    price             REAL,
    price_currency    TEXT,
    price_at          TEXT,
    price_source      TEXT,
    cover             TEXT,
    custom            TEXT,
    UNIQUE (user_id, uid)
) STRICT;

-- The order of the list, the same as in our application.
CREATE INDEX IF NOT EXISTS albums_list ON albums (user_id, artist_key, album_key, id) WHERE deleted_at IS NULL;

CREATE TABLE IF NOT EXISTS collections (
    user_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    albums  INTEGER NOT NULL
) STRICT;

-- The search index has the same text and the same tokenizer as that of our application.
CREATE VIRTUAL TABLE IF NOT EXISTS albums_search USING fts5 (
    owner, artist, album, rest,
    content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', detail = 'column'
);

CREATE TRIGGER IF NOT EXISTS albums_inserted AFTER INSERT ON albums
BEGIN
    INSERT INTO albums_search (rowid, owner, artist, album, rest) VALUES (
        NEW.id, 'u' || NEW.user_id, NEW.artist, NEW.album,
        concat_ws(' ', NEW.label, NEW.catno, NEW.barcode, NEW.genre, NEW.style, NEW.country, NEW.format, NEW.year,
            NEW.tags, NEW.notes));
END;

CREATE TRIGGER IF NOT EXISTS albums_updated AFTER UPDATE ON albums
BEGIN
    DELETE FROM albums_search WHERE rowid = OLD.id;
    INSERT INTO albums_search (rowid, owner, artist, album, rest)
    SELECT
        NEW.id, 'u' || NEW.user_id, NEW.artist, NEW.album,
        concat_ws(' ', NEW.label, NEW.catno, NEW.barcode, NEW.genre, NEW.style, NEW.country, NEW.format, NEW.year,
            NEW.tags, NEW.notes)
    WHERE NEW.deleted_at IS NULL;
END;
