-- A deletion that waited offline is carried out although the import of a Discogs user's collection has filled the
-- record meanwhile: before, only the fills from releases were no edits. Owner: collection.
DROP TRIGGER ops_delete;

-- A record stays if another device has edited it since the version that the deleting device had seen. Filling its
-- fields, from a release or from a collection at Discogs, is no such edit.
CREATE TRIGGER ops_delete AFTER INSERT ON ops WHEN NEW.kind = 'delete'
BEGIN
    UPDATE ops SET outcome = 'kept'
    WHERE seq = NEW.seq AND NOT NEW.strict AND EXISTS (
        SELECT 1 FROM ops AS other
        WHERE other.user_id = NEW.user_id AND other.uid = NEW.uid AND other.seq > NEW.base AND other.seq < NEW.seq
            AND other.device NOT IN (NEW.device, 'enrichment', 'discogs') AND other.kind <> 'delete');
    UPDATE records
    SET version    = NEW.seq,
        deleted_at = NEW.edited_at,
        doc        = json_set(doc, '$.version', NEW.seq, '$.deleted_at', NEW.edited_at)
    WHERE user_id = NEW.user_id AND uid = NEW.uid AND deleted_at IS NULL
        AND (SELECT outcome FROM ops WHERE seq = NEW.seq) = 'applied';
END;
