-- What is filled in from the release of an album. Owner: collection.

-- The albums that lacked a field when they were looked at.
CREATE TABLE enrichment (
    record_id  INTEGER PRIMARY KEY REFERENCES records (id) ON DELETE CASCADE,
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- The release number that the album had then. An album that gets another one waits again.
    release_id INTEGER,
    -- 'nothing': it has no release number, or the release gave nothing that the album lacked.
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'filled', 'nothing', 'failed')),
    -- How often Discogs did not give the release, and why the last time: a code and a sentence.
    tries      INTEGER NOT NULL DEFAULT 0,
    code       TEXT,
    reason     TEXT
) STRICT;

CREATE INDEX enrichment_next ON enrichment (user_id, state, tries, record_id DESC);
CREATE INDEX enrichment_release ON enrichment (user_id, release_id);

-- Replaced, so that an album which was filled meanwhile does not survive its deletion on a device: only an edit of a
-- person does.
DROP TRIGGER ops_delete;

-- A record stays if another device has edited it since the version that the deleting device had seen. Filling its
-- fields is no such edit.
CREATE TRIGGER ops_delete AFTER INSERT ON ops WHEN NEW.kind = 'delete'
BEGIN
    UPDATE ops SET outcome = 'kept'
    WHERE seq = NEW.seq AND NOT NEW.strict AND EXISTS (
        SELECT 1 FROM ops AS other
        WHERE other.user_id = NEW.user_id AND other.uid = NEW.uid AND other.seq > NEW.base AND other.seq < NEW.seq
            AND other.device NOT IN (NEW.device, 'enrichment') AND other.kind <> 'delete');
    UPDATE records
    SET version    = NEW.seq,
        deleted_at = NEW.edited_at,
        doc        = json_set(doc, '$.version', NEW.seq, '$.deleted_at', NEW.edited_at)
    WHERE user_id = NEW.user_id AND uid = NEW.uid AND deleted_at IS NULL
        AND (SELECT outcome FROM ops WHERE seq = NEW.seq) = 'applied';
END;
