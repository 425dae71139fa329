-- Ends a session 90 days after it began, and a repeated refresh once an access token was used. Owner: auth.

-- How many pairs of tokens the session was given after the first, and the newest whose access token was used.
ALTER TABLE sessions ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 0;
-- How often the refresh that used the token was repeated.
ALTER TABLE refresh_tokens ADD COLUMN retries INTEGER NOT NULL DEFAULT 0;

UPDATE sessions SET expires_at = min(expires_at, strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+90 days'));
