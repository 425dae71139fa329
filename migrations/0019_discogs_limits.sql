-- Bounds what lookups may use: requests to Discogs in a day, bytes of the cache, rows of covers and leases.
-- Owner: discogs-proxy.

-- The requests to Discogs on a day (UTC).
CREATE TABLE discogs_usage (
    day      TEXT NOT NULL,
    -- '': the whole installation, covers included. Otherwise who caused the request: 'account 7', or 'address' and a
    -- code of the network address of a client without an account.
    caller   TEXT NOT NULL,
    requests INTEGER NOT NULL,
    PRIMARY KEY (day, caller)
) STRICT, WITHOUT ROWID;

-- The caller in discogs_usage; NULL: a cover, which only the whole installation's count has.
ALTER TABLE discogs_requests ADD COLUMN counted_as TEXT;

-- Counts the requests of the day, and deletes the counts of past days.
CREATE TRIGGER discogs_counted AFTER INSERT ON discogs_requests
BEGIN
    INSERT INTO discogs_usage (day, caller, requests)
    SELECT date('now'), value, 1 FROM (SELECT '' AS value UNION ALL SELECT NEW.counted_as)
    WHERE value IS NOT NULL
    ON CONFLICT (day, caller) DO UPDATE SET requests = requests + 1;
    DELETE FROM discogs_usage WHERE day < date('now');
END;

ALTER TABLE discogs_cache_index ADD COLUMN is_cover INTEGER NOT NULL DEFAULT 0 CHECK (is_cover IN (0, 1));

-- When the entry was stored or read. Reads of a cover change it once a day, those of a document never.
ALTER TABLE discogs_cache_index ADD COLUMN used_at INTEGER NOT NULL DEFAULT 0;

UPDATE discogs_cache_index SET is_cover = 1 WHERE key LIKE 'discogs/1/cover/%';

CREATE INDEX discogs_cache_used ON discogs_cache_index (is_cover, used_at, key);

-- The sum of the bytes in discogs_cache_index: one row for documents, one for covers.
CREATE TABLE discogs_cache_size (
    is_cover INTEGER PRIMARY KEY CHECK (is_cover IN (0, 1)),
    bytes    INTEGER NOT NULL
) STRICT;

INSERT INTO discogs_cache_size (is_cover, bytes)
SELECT column1, (SELECT coalesce(sum(bytes), 0) FROM discogs_cache_index WHERE is_cover = column1)
FROM (VALUES (0), (1));

-- Adds a new entry to the sum.
CREATE TRIGGER discogs_cache_grown AFTER INSERT ON discogs_cache_index
BEGIN
    UPDATE discogs_cache_size SET bytes = bytes + NEW.bytes WHERE is_cover = NEW.is_cover;
END;

-- An entry that is stored again may have another size.
CREATE TRIGGER discogs_cache_changed AFTER UPDATE OF bytes ON discogs_cache_index
BEGIN
    UPDATE discogs_cache_size SET bytes = bytes + NEW.bytes - OLD.bytes WHERE is_cover = NEW.is_cover;
END;

-- Of an expired entry, or of one that made room for others.
CREATE TRIGGER discogs_cache_shrunk AFTER DELETE ON discogs_cache_index
BEGIN
    UPDATE discogs_cache_size SET bytes = bytes - OLD.bytes WHERE is_cover = OLD.is_cover;
END;

-- Where to fetch the covers that responses of Discogs have named lately. A cover that is not here any more is found by
-- its release. (discogs_covers gets no more rows: it has the covers whose addresses earlier releases made.)
CREATE TABLE discogs_cover_sources (
    id          INTEGER PRIMARY KEY,
    -- A signed address, which expires.
    url         TEXT NOT NULL,
    release_id  INTEGER NOT NULL,
    -- The position among the release's images.
    image_index INTEGER NOT NULL,
    -- 1: the small version.
    is_thumb    INTEGER NOT NULL CHECK (is_thumb IN (0, 1)),
    UNIQUE (release_id, image_index, is_thumb)
) STRICT;

-- Deletes the oldest rows beyond 100,000, some 40 MB: one search names up to 200 covers.
CREATE TRIGGER discogs_cover_sources_bounded AFTER INSERT ON discogs_cover_sources
BEGIN
    DELETE FROM discogs_cover_sources WHERE id <= NEW.id - 100000;
END;

-- Secrets that the installation generated for itself: the one that authenticates names of covers.
CREATE TABLE discogs_secrets (
    name       TEXT NOT NULL PRIMARY KEY,
    value      TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX discogs_leases_until ON discogs_leases (until);

-- Deletes the leases that ended a minute ago. A request that fails leaves one.
CREATE TRIGGER discogs_leases_forgotten AFTER INSERT ON discogs_leases
BEGIN
    DELETE FROM discogs_leases WHERE until <= CAST(unixepoch('subsec') * 1000 AS INTEGER) - 60000;
END;
