-- The conversations with the assistant. Owner: chat.
CREATE TABLE conversations (
    -- AUTOINCREMENT: an id is never reused, so that an answer is never stored in another conversation.
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title      TEXT NOT NULL,
    created_at TEXT NOT NULL,
    -- The time of the latest message.
    updated_at TEXT NOT NULL
) STRICT;

CREATE INDEX conversations_user ON conversations (user_id, updated_at, id);

-- The questions and answers of a conversation, in the order of their ids.
CREATE TABLE messages (
    id              INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    role            TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
    content         TEXT NOT NULL,
    -- 0: the answer was cut off. "error" has the reason; it is NULL if the client had disconnected.
    complete        INTEGER NOT NULL DEFAULT 1 CHECK (complete IN (0, 1)),
    error           TEXT,
    provider        TEXT,
    model           TEXT,
    -- {"input_tokens","output_tokens"} as the provider counted them.
    usage           TEXT,
    created_at      TEXT NOT NULL
) STRICT;

CREATE INDEX messages_conversation ON messages (conversation_id, id);
