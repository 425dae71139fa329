-- What is asked of Discogs, within its rate limit, by all instances together. Owner: discogs-proxy.
-- Times are milliseconds since 1970 by the database's clock, which all instances share.
CREATE TABLE discogs_requests (
    id           INTEGER PRIMARY KEY,
    -- On whose account; 0: nobody's (covers, callers without an account). No reference: an account that goes leaves the budget as it is.
    user_id      INTEGER NOT NULL,
    -- A request counts for 60 seconds after its answer came, since it reached Discogs before that; until the answer is there,
    -- for 60 seconds after the latest moment at which it can come.
    counts_until INTEGER NOT NULL,
    -- What the answer said: X-Discogs-Ratelimit, X-Discogs-Ratelimit-Used, and after a 429 the milliseconds of silence asked for.
    ceiling      INTEGER,
    used         INTEGER,
    silence      INTEGER
) STRICT;

CREATE INDEX discogs_requests_counted ON discogs_requests (counts_until);

CREATE TABLE discogs_budget (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    -- Requests in any 60 seconds, as Discogs said last; NULL: it has not said yet.
    ceiling       INTEGER CHECK (ceiling > 0),
    -- Requests of others behind the same address: what Discogs counted more than we did.
    others        INTEGER NOT NULL CHECK (others >= 0),
    others_until  INTEGER NOT NULL,
    blocked_until INTEGER NOT NULL
) STRICT;

-- An answer that says something of the limit feeds the budget.
CREATE TRIGGER discogs_settled AFTER UPDATE OF counts_until ON discogs_requests
WHEN NEW.used IS NOT NULL OR NEW.silence IS NOT NULL
BEGIN
    INSERT INTO discogs_budget (id, ceiling, others, others_until, blocked_until)
    VALUES (
        1, NEW.ceiling,
        max(0, coalesce(NEW.used, 0) - (SELECT count(*) FROM discogs_requests WHERE counts_until > NEW.counts_until - 60000)),
        NEW.counts_until,
        coalesce(NEW.counts_until - 60000 + NEW.silence, 0))
    ON CONFLICT (id) DO UPDATE SET
        ceiling       = coalesce(excluded.ceiling, ceiling),
        others        = CASE WHEN NEW.used IS NULL THEN others ELSE excluded.others END,
        others_until  = CASE WHEN NEW.used IS NULL THEN others_until ELSE excluded.others_until END,
        blocked_until = max(blocked_until, excluded.blocked_until);
END;

-- What does not count any more is of no interest.
CREATE TRIGGER discogs_forgotten AFTER INSERT ON discogs_requests
BEGIN
    DELETE FROM discogs_requests WHERE counts_until <= CAST(unixepoch('subsec') * 1000 AS INTEGER);
END;

-- Who is asking Discogs for what just now, so that several who want the same ask once.
CREATE TABLE discogs_leases (
    -- Of the key-value store.
    key     TEXT NOT NULL PRIMARY KEY,
    holder  TEXT NOT NULL,
    -- A holder that ended without a word holds no longer than this.
    until   INTEGER NOT NULL,
    -- How it ended for the holder: those who wait, and those who come until then, fail alike.
    failure TEXT
) STRICT, WITHOUT ROWID;

-- What is in the key-value store, which itself knows no expiry.
CREATE TABLE discogs_cache_index (
    key        TEXT NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL,
    bytes      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX discogs_cache_expiry ON discogs_cache_index (expires_at);

-- Covers that an answer ever held. Only what is here is fetched: no caller's input becomes an address.
CREATE TABLE discogs_covers (
    -- A hash of the address that it had first.
    key        TEXT NOT NULL PRIMARY KEY,
    -- Signed, and good for a while.
    url        TEXT NOT NULL,
    -- To find the address anew: the release, which of its images, and whether the small one.
    release_id INTEGER NOT NULL,
    place      INTEGER NOT NULL,
    thumb      INTEGER NOT NULL CHECK (thumb IN (0, 1))
) STRICT, WITHOUT ROWID;
