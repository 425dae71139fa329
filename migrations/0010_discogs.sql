-- The requests of all instances to Discogs, which limits them by address. Owner: discogs-proxy.
-- In the tables discogs_…, times are milliseconds since 1970 by the database's clock, which all instances share.
CREATE TABLE discogs_requests (
    id           INTEGER PRIMARY KEY,
    -- The caller; 0: none (covers, callers without an account). Not a foreign key: deleting an account must not free a
    -- part of the budget.
    user_id      INTEGER NOT NULL,
    -- A request counts until 60 seconds after its response, because it reached Discogs before that. Until the response
    -- arrives, this is 60 seconds after the latest time at which it can arrive.
    counts_until INTEGER NOT NULL,
    -- From the response: X-Discogs-Ratelimit, X-Discogs-Ratelimit-Used, and after a 429 the milliseconds to wait.
    ceiling      INTEGER,
    used         INTEGER,
    silence      INTEGER
) STRICT;

CREATE INDEX discogs_requests_counted ON discogs_requests (counts_until);

-- One row: what the responses of Discogs say about the limit.
CREATE TABLE discogs_budget (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    -- The requests that Discogs allows in 60 seconds, by its latest response; NULL before the first one.
    ceiling       INTEGER CHECK (ceiling > 0),
    -- The requests of others behind the same address: those that Discogs counted and this installation did not.
    others        INTEGER NOT NULL CHECK (others >= 0),
    others_until  INTEGER NOT NULL,
    blocked_until INTEGER NOT NULL
) STRICT;

-- Updates the budget from a response that names the limit.
CREATE TRIGGER discogs_settled AFTER UPDATE OF counts_until ON discogs_requests
WHEN NEW.used IS NOT NULL OR NEW.silence IS NOT NULL
BEGIN
    INSERT INTO discogs_budget (id, ceiling, others, others_until, blocked_until)
    VALUES (
        1, NEW.ceiling,
        max(0, coalesce(NEW.used, 0) - (
            SELECT count(*) FROM discogs_requests WHERE counts_until > NEW.counts_until - 60000)),
        NEW.counts_until,
        coalesce(NEW.counts_until - 60000 + NEW.silence, 0))
    ON CONFLICT (id) DO UPDATE SET
        ceiling       = coalesce(excluded.ceiling, ceiling),
        others        = CASE WHEN NEW.used IS NULL THEN others ELSE excluded.others END,
        others_until  = CASE WHEN NEW.used IS NULL THEN others_until ELSE excluded.others_until END,
        blocked_until = max(blocked_until, excluded.blocked_until);
END;

-- Deletes the requests that no longer count.
CREATE TRIGGER discogs_forgotten AFTER INSERT ON discogs_requests
BEGIN
    DELETE FROM discogs_requests WHERE counts_until <= CAST(unixepoch('subsec') * 1000 AS INTEGER);
END;

-- The documents that an instance is fetching from Discogs now, so that several callers cause one request.
CREATE TABLE discogs_leases (
    -- The document's key in the key-value store.
    key     TEXT NOT NULL PRIMARY KEY,
    -- A random text of the caller that fetches.
    holder  TEXT NOT NULL,
    -- The lease expires at this time if its holder was cut off.
    until   INTEGER NOT NULL,
    -- The holder's error. The callers that wait fail with it, and so does every caller until the lease expires.
    failure TEXT
) STRICT, WITHOUT ROWID;

-- The entries of the key-value store, which has no expiry of its own.
CREATE TABLE discogs_cache_index (
    key        TEXT NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL,
    bytes      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX discogs_cache_expiry ON discogs_cache_index (expires_at);

-- The covers that responses of Discogs have named. Only these are fetched, so that no caller's input becomes an
-- address.
CREATE TABLE discogs_covers (
    -- A hash of the cover's first address.
    key        TEXT NOT NULL PRIMARY KEY,
    -- A signed address, which expires.
    url        TEXT NOT NULL,
    -- To find a new address: the release, the position of the image in it, and 1 for the small version.
    release_id INTEGER NOT NULL,
    place      INTEGER NOT NULL,
    thumb      INTEGER NOT NULL CHECK (thumb IN (0, 1))
) STRICT, WITHOUT ROWID;
