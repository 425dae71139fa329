-- The log names accounts by a keyed hash, so that it has no email.
-- Owner: system.

-- Secrets that the installation generated for itself: the key of the hashes that identify accounts in the log.
CREATE TABLE system_secrets (
    name       TEXT NOT NULL PRIMARY KEY,
    value      TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
