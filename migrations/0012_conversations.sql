-- What was asked and answered. Owner: chat.
CREATE TABLE conversations (
    -- AUTOINCREMENT: an answer that is still being written never ends up in another conversation.
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title      TEXT NOT NULL,
    created_at TEXT NOT NULL,
    -- Of the latest message.
    updated_at TEXT NOT NULL
) STRICT;

CREATE INDEX conversations_user ON conversations (user_id, updated_at, id);

CREATE TABLE messages (
    id              INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    role            TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
    content         TEXT NOT NULL,
    -- 0: the answer broke off; "error" says why, NULL if nobody was listening any more.
    complete        INTEGER NOT NULL DEFAULT 1 CHECK (complete IN (0, 1)),
    error           TEXT,
    provider        TEXT,
    model           TEXT,
    -- {"input_tokens","output_tokens"} as the provider counted.
    usage           TEXT,
    created_at      TEXT NOT NULL
) STRICT;

CREATE INDEX messages_conversation ON messages (conversation_id, id);
