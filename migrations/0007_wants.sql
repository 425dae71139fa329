-- Adds wants: albums that the collector looks for and does not own, {"wanted":true}. Owner: collection.

-- 1: a want. When the collector finds a copy, this field is removed, and the album keeps its notes and its history.
ALTER TABLE records ADD COLUMN wanted INTEGER GENERATED ALWAYS AS (coalesce(doc ->> '$.wanted', 0)) VIRTUAL;
-- The wants outside of the trash. "albums" counts the owned albums; "trashed" counts both.
ALTER TABLE collections ADD COLUMN wanted INTEGER NOT NULL DEFAULT 0;

DROP TRIGGER records_counted;
CREATE TRIGGER records_counted AFTER INSERT ON records
BEGIN
    INSERT INTO collections (user_id, version, albums, trashed, wanted)
    VALUES (NEW.user_id, NEW.version, NEW.type = 'album' AND NOT NEW.wanted, 0, NEW.type = 'album' AND NEW.wanted)
    ON CONFLICT (user_id) DO UPDATE SET
        version = excluded.version,
        albums  = albums + excluded.albums,
        wanted  = wanted + excluded.wanted;
END;

DROP TRIGGER records_recounted;
-- Counts an album that enters or leaves the trash, or becomes an owned one or a want.
CREATE TRIGGER records_recounted AFTER UPDATE OF version ON records
BEGIN
    UPDATE collections
    SET version = NEW.version,
        albums  = albums + (NEW.type = 'album') * (
            (NEW.deleted_at IS NULL AND NOT NEW.wanted) - (OLD.deleted_at IS NULL AND NOT OLD.wanted)),
        wanted  = wanted + (NEW.type = 'album') * (
            (NEW.deleted_at IS NULL AND NEW.wanted) - (OLD.deleted_at IS NULL AND OLD.wanted)),
        trashed = trashed + (NEW.type = 'album') * ((NEW.deleted_at IS NOT NULL) - (OLD.deleted_at IS NOT NULL))
    WHERE user_id = NEW.user_id;
END;

DROP TRIGGER records_uncounted;
CREATE TRIGGER records_uncounted AFTER DELETE ON records
BEGIN
    UPDATE collections
    SET albums  = albums - (OLD.type = 'album' AND OLD.deleted_at IS NULL AND NOT OLD.wanted),
        wanted  = wanted - (OLD.type = 'album' AND OLD.deleted_at IS NULL AND OLD.wanted),
        trashed = trashed - (OLD.type = 'album' AND OLD.deleted_at IS NOT NULL),
        purged  = max(purged, OLD.version)
    WHERE user_id = OLD.user_id;
END;

DROP INDEX records_list;
-- Has the order of the list of owned albums, so that a page costs the same in a collection of any size.
CREATE INDEX records_list ON records (user_id, artist_key, album_key, id)
WHERE type = 'album' AND deleted_at IS NULL AND wanted = 0;
-- The same for the list of wants.
CREATE INDEX records_wants ON records (user_id, artist_key, album_key, id)
WHERE type = 'album' AND deleted_at IS NULL AND wanted = 1;
