-- Takes the uid of an album's crate out of the search index: a search for "ac" or "7" also found albums by the digits
-- of that uid. Older releases keep writing as before. Owner: collection.
DROP TRIGGER search_added;

CREATE TRIGGER search_added AFTER INSERT ON records WHEN NEW.type = 'album'
BEGIN
    INSERT INTO search (rowid, owner, artist, album, rest) VALUES (
        NEW.id, 'u' || NEW.user_id, NEW.doc ->> '$.artist', NEW.doc ->> '$.album',
        concat_ws(' ', NEW.doc ->> '$.label', NEW.doc ->> '$.catno', NEW.doc ->> '$.barcode', NEW.doc ->> '$.genre',
            NEW.doc ->> '$.style', NEW.doc ->> '$.country', NEW.doc ->> '$.format', NEW.doc ->> '$.year',
            NEW.doc ->> '$.tags', NEW.doc ->> '$.notes'));
END;

DROP TRIGGER search_updated;

-- Runs only if a searched field has changed: most edits (a price, a rating, a grade, another crate) change none, and
-- rewriting the index costs more than the rest of the edit.
CREATE TRIGGER search_updated AFTER UPDATE OF doc ON records
WHEN NEW.type = 'album' AND (
    OLD.deleted_at IS NOT NEW.deleted_at
    OR OLD.artist IS NOT NEW.artist OR OLD.album IS NOT NEW.album OR OLD.label IS NOT NEW.label
    OR OLD.doc ->> '$.catno' IS NOT NEW.doc ->> '$.catno' OR OLD.doc ->> '$.barcode' IS NOT NEW.doc ->> '$.barcode'
    OR OLD.genre IS NOT NEW.genre OR OLD.style IS NOT NEW.style OR OLD.country IS NOT NEW.country
    OR OLD.format IS NOT NEW.format OR OLD.year IS NOT NEW.year
    OR OLD.doc ->> '$.tags' IS NOT NEW.doc ->> '$.tags' OR OLD.doc ->> '$.notes' IS NOT NEW.doc ->> '$.notes')
BEGIN
    DELETE FROM search WHERE rowid = OLD.id AND OLD.deleted_at IS NULL;
    INSERT INTO search (rowid, owner, artist, album, rest)
    SELECT
        NEW.id, 'u' || NEW.user_id, NEW.doc ->> '$.artist', NEW.doc ->> '$.album',
        concat_ws(' ', NEW.doc ->> '$.label', NEW.doc ->> '$.catno', NEW.doc ->> '$.barcode', NEW.doc ->> '$.genre',
            NEW.doc ->> '$.style', NEW.doc ->> '$.country', NEW.doc ->> '$.format', NEW.doc ->> '$.year',
            NEW.doc ->> '$.tags', NEW.doc ->> '$.notes')
    WHERE NEW.deleted_at IS NULL;
END;

-- Removes the uids that are indexed already, from 50,000 albums at most: that takes 3 seconds, a million would take 50.
-- A larger installation keeps them until the other text of an album changes.
DELETE FROM search WHERE rowid IN (
    SELECT id FROM records WHERE type = 'album' AND deleted_at IS NULL AND crate IS NOT NULL ORDER BY id LIMIT 50000);

INSERT INTO search (rowid, owner, artist, album, rest)
SELECT id, 'u' || user_id, doc ->> '$.artist', doc ->> '$.album',
    concat_ws(' ', doc ->> '$.label', doc ->> '$.catno', doc ->> '$.barcode', doc ->> '$.genre', doc ->> '$.style',
        doc ->> '$.country', doc ->> '$.format', doc ->> '$.year', doc ->> '$.tags', doc ->> '$.notes')
FROM records WHERE type = 'album' AND deleted_at IS NULL AND crate IS NOT NULL ORDER BY id LIMIT 50000;
