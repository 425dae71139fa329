-- On whose account questions are asked, and how many. Owner: chat.
CREATE TABLE provider_keys (
    user_id    INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    provider   TEXT NOT NULL,
    -- Nonce and AES-256-GCM ciphertext, in hex; bound to the user and the provider.
    sealed     TEXT NOT NULL,
    -- So that its owner knows it again.
    last4      TEXT NOT NULL,
    model      TEXT,
    created_at TEXT NOT NULL
) STRICT;

-- One row a user and day (UTC); older days are deleted with the first question of a new one.
CREATE TABLE chat_usage (
    user_id   INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    day       TEXT NOT NULL,
    questions INTEGER NOT NULL,
    PRIMARY KEY (user_id, day)
) STRICT, WITHOUT ROWID;

-- Secrets that the installation made for itself: the one that provider_keys are encrypted under.
CREATE TABLE chat_secrets (
    name       TEXT NOT NULL PRIMARY KEY,
    value      TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
