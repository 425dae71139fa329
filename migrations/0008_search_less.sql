-- Rewrites the search index less often. Owner: collection.
DROP TRIGGER search_updated;

-- Runs only if a searched field has changed: most edits (a price, a rating, a grade) change none, and rewriting the
-- index costs more than the rest of the edit.
CREATE TRIGGER search_updated AFTER UPDATE OF doc ON records
WHEN NEW.type = 'album' AND (
    OLD.deleted_at IS NOT NEW.deleted_at
    OR OLD.artist IS NOT NEW.artist OR OLD.album IS NOT NEW.album OR OLD.label IS NOT NEW.label
    OR OLD.doc ->> '$.catno' IS NOT NEW.doc ->> '$.catno' OR OLD.doc ->> '$.barcode' IS NOT NEW.doc ->> '$.barcode'
    OR OLD.genre IS NOT NEW.genre OR OLD.style IS NOT NEW.style OR OLD.country IS NOT NEW.country
    OR OLD.format IS NOT NEW.format OR OLD.year IS NOT NEW.year OR OLD.crate IS NOT NEW.crate
    OR OLD.doc ->> '$.tags' IS NOT NEW.doc ->> '$.tags' OR OLD.doc ->> '$.notes' IS NOT NEW.doc ->> '$.notes')
BEGIN
    DELETE FROM search WHERE rowid = OLD.id AND OLD.deleted_at IS NULL;
    INSERT INTO search (rowid, owner, artist, album, rest)
    SELECT
        NEW.id, 'u' || NEW.user_id, NEW.doc ->> '$.artist', NEW.doc ->> '$.album',
        concat_ws(' ', NEW.doc ->> '$.label', NEW.doc ->> '$.catno', NEW.doc ->> '$.barcode', NEW.doc ->> '$.genre',
            NEW.doc ->> '$.style', NEW.doc ->> '$.country', NEW.doc ->> '$.format', NEW.doc ->> '$.year',
            NEW.doc ->> '$.crate', NEW.doc ->> '$.tags', NEW.doc ->> '$.notes')
    WHERE NEW.deleted_at IS NULL;
END;
