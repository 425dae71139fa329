-- Accounts. Owner: auth.
CREATE TABLE users (
    -- AUTOINCREMENT: an id is never reused, so that a token of a deleted account is not valid for another account.
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    email         TEXT NOT NULL,
    -- The address in lower case. Two addresses with the same key belong to the same account.
    email_key     TEXT NOT NULL,
    name          TEXT,
    -- A PHC string, or one of the legacy formats that auth still verifies.
    password_hash TEXT NOT NULL,
    role          TEXT NOT NULL DEFAULT 'member' CHECK (role IN ('member', 'super_admin')),
    created_at    TEXT NOT NULL,
    updated_at    TEXT NOT NULL,
    CONSTRAINT users_email UNIQUE (email_key)
) STRICT;
