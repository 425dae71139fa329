-- Invitations: a person who has the code of one may create an account while `registration` is `invite`. Owner: auth.
CREATE TABLE invitations (
    id         TEXT NOT NULL PRIMARY KEY,
    -- SHA-256 of the code in hexadecimal, so that a copy of this table admits no one.
    code_hash  TEXT NOT NULL UNIQUE,
    -- The only address that may use it; NULL: any. The key is the address in lower case, as in `users`.
    email      TEXT,
    email_key  TEXT,
    -- NULL: the operator proved who they are by `init_secret`, or the account was deleted.
    created_by INTEGER REFERENCES users (id) ON DELETE SET NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    -- When an account was created with it, and which one (NULL: it was deleted since).
    used_at    TEXT,
    used_by    INTEGER REFERENCES users (id) ON DELETE SET NULL
) STRICT, WITHOUT ROWID;
