-- A refresh whose answer was lost on the way can be asked for again by who asked first, and by nobody else: a device with a bad line
-- was signed out, taken for a thief of its own token. Owner: auth.
-- SHA-256, in hex, of the key that came with the refresh that used the token up; NULL: none came, it is not asked for again.
ALTER TABLE refresh_tokens ADD COLUMN retry_hash TEXT;
-- The token that was given for it.
ALTER TABLE refresh_tokens ADD COLUMN successor TEXT;
