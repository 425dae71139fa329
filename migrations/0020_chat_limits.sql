-- Bounds what the assistant may use: the size of conversations, the installation's questions in a day, the answers in
-- progress. Owner: chat.

-- The number of its messages.
ALTER TABLE conversations ADD COLUMN messages INTEGER NOT NULL DEFAULT 0;

-- The bytes of its messages' texts in UTF-8.
ALTER TABLE conversations ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;

UPDATE conversations SET
    messages = (SELECT count(*) FROM messages WHERE conversation_id = conversations.id),
    bytes    = (SELECT coalesce(sum(length(CAST(content AS BLOB))), 0) FROM messages
                WHERE conversation_id = conversations.id);

-- Counts a new message, and makes its conversation the latest.
CREATE TRIGGER messages_added AFTER INSERT ON messages
BEGIN
    UPDATE conversations
    SET messages = messages + 1, bytes = bytes + length(CAST(NEW.content AS BLOB)), updated_at = NEW.created_at
    WHERE id = NEW.conversation_id;
END;

-- Subtracts a message that made room for later ones.
CREATE TRIGGER messages_removed AFTER DELETE ON messages
BEGIN
    UPDATE conversations SET messages = messages - 1, bytes = bytes - length(CAST(OLD.content AS BLOB))
    WHERE id = OLD.conversation_id;
END;

-- The questions of all users on a day (UTC) that the operator's provider answered. The first question of a day deletes
-- the older days.
CREATE TABLE chat_installation_usage (
    day       TEXT NOT NULL PRIMARY KEY,
    questions INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The answers that are being given.
CREATE TABLE chat_answers (
    id      INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- Seconds since 1970. Until then the answer has ended, or the instance that gave it was stopped.
    until   INTEGER NOT NULL
) STRICT;
CREATE INDEX chat_answers_user ON chat_answers (user_id, until);
