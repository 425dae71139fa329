-- Lets the client that sent a refresh repeat it if the response was lost. Before this, a device with a bad connection
-- was taken for a thief of its own token and signed out. Owner: auth.

-- SHA-256, in hexadecimal, of the retry key that came with the refresh that used the token; NULL if none came.
-- Only a client that sends the same key may repeat the refresh.
ALTER TABLE refresh_tokens ADD COLUMN retry_hash TEXT;
-- The hash of the token that replaced this one.
ALTER TABLE refresh_tokens ADD COLUMN successor TEXT;
