-- Splits the trigger of puts: a strict put cannot be in conflict, but searched for conflicts like a merge. Merging does
-- not change. Owner: collection.
DROP TRIGGER ops_put;

-- Sets the fields of the patch. A strict put has passed ops_guard, so no field can be in conflict.
CREATE TRIGGER ops_put AFTER INSERT ON ops WHEN NEW.kind = 'put' AND NEW.strict
BEGIN
    UPDATE records
    SET version = NEW.seq,
        doc     = json_patch(
            doc, json_set(NEW.patch, '$.version', NEW.seq, '$.updated_at', max(updated_at, NEW.edited_at))),
        clocks  = json_patch(clocks,
            (SELECT json_group_object(key, json_array(NEW.seq, NEW.edited_at, NEW.device)) FROM json_each(NEW.patch)))
    WHERE user_id = NEW.user_id AND uid = NEW.uid;
END;

-- Merges field by field. A field is in conflict if another device wrote another value to it after the version that this
-- writer had seen (base). Then the newer edit stays (at equal times, that of the greater device id), and the other
-- value is put into ops_lost.
CREATE TRIGGER ops_merge AFTER INSERT ON ops WHEN NEW.kind = 'put' AND NOT NEW.strict
BEGIN
    INSERT INTO ops_lost (user_id, uid, seq, field, value, device, edited_at)
    SELECT NEW.user_id, NEW.uid, NEW.seq, field,
        CASE WHEN newer THEN old_value ELSE new_value END,
        CASE WHEN newer THEN clock ->> 2 ELSE NEW.device END,
        CASE WHEN newer THEN clock ->> 1 ELSE NEW.edited_at END
    FROM (
        SELECT field, old_value, new_value, clock, (NEW.edited_at, NEW.device) > (clock ->> 1, clock ->> 2) AS newer
        FROM (
            SELECT patch.key AS field, records.doc -> patch.key AS old_value,
                nullif(NEW.patch -> patch.key, 'null') AS new_value,
                coalesce(records.clocks -> patch.key, records.clocks -> '_') AS clock
            FROM records, json_each(NEW.patch) AS patch
            WHERE records.user_id = NEW.user_id AND records.uid = NEW.uid AND records.version > NEW.base)
        WHERE clock ->> 0 > NEW.base AND clock ->> 2 <> NEW.device AND old_value IS NOT new_value);
    UPDATE records
    SET version    = NEW.seq,
        deleted_at = NULL,
        doc        = json_patch(
            json_set(json_remove(doc, '$.deleted_at'),
                '$.version', NEW.seq, '$.updated_at', max(updated_at, NEW.edited_at)),
            (SELECT json_group_object(key, json(NEW.patch -> key)) FROM json_each(NEW.patch)
                WHERE key NOT IN (SELECT field FROM ops_lost WHERE seq = NEW.seq AND device = NEW.device))),
        clocks     = json_patch(clocks,
            (SELECT json_group_object(key, json_array(NEW.seq, NEW.edited_at, NEW.device)) FROM json_each(NEW.patch)
                -- Another device's newer edit stays the last one even if both wrote the same value: otherwise a third,
                -- older edit would win.
                WHERE coalesce(clocks -> key, clocks -> '_') ->> 0 <= NEW.base
                    OR coalesce(clocks -> key, clocks -> '_') ->> 2 = NEW.device
                    OR (NEW.edited_at, NEW.device) > (
                        coalesce(clocks -> key, clocks -> '_') ->> 1, coalesce(clocks -> key, clocks -> '_') ->> 2)))
    WHERE user_id = NEW.user_id AND uid = NEW.uid;
    UPDATE ops SET outcome = 'merged' WHERE seq = NEW.seq AND EXISTS (SELECT 1 FROM ops_lost WHERE seq = NEW.seq);
END;
