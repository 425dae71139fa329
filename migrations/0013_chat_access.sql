-- Users' own keys for language-model providers. Owner: chat.
CREATE TABLE provider_keys (
    user_id    INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    provider   TEXT NOT NULL,
    -- Nonce and AES-256-GCM ciphertext in hexadecimal, bound to the user and the provider.
    sealed     TEXT NOT NULL,
    -- The last characters of the key, so that its owner recognises it.
    last4      TEXT NOT NULL,
    model      TEXT,
    created_at TEXT NOT NULL
) STRICT;

-- The questions of a user on a day (UTC). The first question of a day deletes the older days.
CREATE TABLE chat_usage (
    user_id   INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    day       TEXT NOT NULL,
    questions INTEGER NOT NULL,
    PRIMARY KEY (user_id, day)
) STRICT, WITHOUT ROWID;

-- Secrets that the installation generated for itself: the one that encrypts provider_keys.
CREATE TABLE chat_secrets (
    name       TEXT NOT NULL PRIMARY KEY,
    value      TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
