-- The ledger of every change to every record: append-only, and the only way in. Owner: collection.
-- A batch is one INSERT … SELECT … FROM json_each(?); the triggers carry each operation out, so the whole batch is one
-- atomic statement on every SQLite and libSQL.
CREATE TABLE ops (
    -- Also the version that the operation gives its record, and the id of a record that it makes. SQLite has one writer, so
    -- the order of commits is the order of these numbers.
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id   INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- Made by the client: the same operation sent twice is one operation.
    op_id     TEXT NOT NULL,
    -- The device that wrote it; '' for an edit made on the server (a request for one album).
    device    TEXT NOT NULL,
    kind      TEXT NOT NULL CHECK (kind IN ('create', 'put', 'replace', 'delete', 'restore')),
    type      TEXT NOT NULL CHECK (type IN ('album', 'crate')),
    uid       TEXT NOT NULL,
    -- 1: done as asked or refused (one album, one answer). 0: merged with what others wrote meanwhile (sync).
    strict    INTEGER NOT NULL CHECK (strict IN (0, 1)),
    -- The version that the writer had seen. Strict: any other is refused, NULL means whatever there is.
    base      INTEGER CHECK (strict OR base IS NOT NULL),
    -- Fields to set; null removes one (JSON Merge Patch).
    patch     TEXT NOT NULL CHECK (json_type(patch) = 'object'),
    -- The writer's clock, never later than the server's.
    edited_at TEXT NOT NULL,
    -- 'applied' as asked; 'merged': of some field another value stays or was put aside (ops_lost); 'kept': the deletion of a
    -- record that somebody had edited meanwhile.
    outcome   TEXT NOT NULL DEFAULT 'applied' CHECK (outcome IN ('applied', 'merged', 'kept')),
    CONSTRAINT ops_once UNIQUE (user_id, op_id)
) STRICT;

CREATE INDEX ops_record ON ops (user_id, uid, seq);

-- Values that lost a merge: nothing that anybody typed is gone.
CREATE TABLE ops_lost (
    id        INTEGER PRIMARY KEY,
    user_id   INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    uid       TEXT NOT NULL,
    -- The operation in which it was put aside.
    seq       INTEGER NOT NULL REFERENCES ops (seq) ON DELETE CASCADE,
    field     TEXT NOT NULL,
    -- JSON; NULL: the loser had removed the field.
    value     TEXT,
    device    TEXT NOT NULL,
    edited_at TEXT NOT NULL
) STRICT;

CREATE INDEX ops_lost_record ON ops_lost (user_id, uid);
CREATE INDEX ops_lost_op ON ops_lost (seq);

-- A new record is the whole of its first operation.
CREATE TRIGGER ops_create AFTER INSERT ON ops WHEN NEW.kind = 'create'
BEGIN
    INSERT INTO records (id, user_id, type, uid, version, doc, clocks) VALUES (
        NEW.seq, NEW.user_id, NEW.type, NEW.uid, NEW.seq,
        json_patch(
            json_object('id', NEW.seq, 'uid', NEW.uid, 'version', NEW.seq, 'created_at', NEW.edited_at, 'updated_at', NEW.edited_at),
            NEW.patch),
        json_object('_', json_array(NEW.seq, NEW.edited_at, NEW.device)));
END;

-- Refuses what is not to be merged. BEFORE: SQLite does not say in which order the triggers after an insert run.
CREATE TRIGGER ops_guard BEFORE INSERT ON ops WHEN NEW.strict AND NEW.kind <> 'create'
BEGIN
    -- Only a restore finds its record in the trash.
    SELECT raise(ABORT, 'record_not_found') WHERE NOT EXISTS (
        SELECT 1 FROM records
        WHERE user_id = NEW.user_id AND uid = NEW.uid AND type = NEW.type
            AND (deleted_at IS NOT NULL) = (NEW.kind = 'restore'));
    SELECT raise(ABORT, 'version_conflict') WHERE EXISTS (
        SELECT 1 FROM records WHERE user_id = NEW.user_id AND uid = NEW.uid AND version <> NEW.base);
END;

-- Merges field by field. A field is in conflict if another device wrote it after what this writer had seen (base), and to
-- another value: then the newer edit stays (equal times: the greater device), and the other is put aside.
CREATE TRIGGER ops_put AFTER INSERT ON ops WHEN NEW.kind = 'put'
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
            WHERE records.user_id = NEW.user_id AND records.uid = NEW.uid AND NOT NEW.strict AND records.version > NEW.base)
        WHERE clock ->> 0 > NEW.base AND clock ->> 2 <> NEW.device AND old_value IS NOT new_value);
    UPDATE records
    SET version    = NEW.seq,
        deleted_at = NULL,
        doc        = json_patch(
            json_set(json_remove(doc, '$.deleted_at'), '$.version', NEW.seq, '$.updated_at', max(updated_at, NEW.edited_at)),
            (SELECT json_group_object(key, json(NEW.patch -> key)) FROM json_each(NEW.patch)
                WHERE key NOT IN (SELECT field FROM ops_lost WHERE seq = NEW.seq AND device = NEW.device))),
        clocks     = json_patch(clocks,
            (SELECT json_group_object(key, json_array(NEW.seq, NEW.edited_at, NEW.device)) FROM json_each(NEW.patch)
                -- Another device's newer edit stays the last one to the same value, too: else a third, older one would win.
                WHERE NEW.strict OR coalesce(clocks -> key, clocks -> '_') ->> 0 <= NEW.base
                    OR coalesce(clocks -> key, clocks -> '_') ->> 2 = NEW.device
                    OR (NEW.edited_at, NEW.device) > (
                        coalesce(clocks -> key, clocks -> '_') ->> 1, coalesce(clocks -> key, clocks -> '_') ->> 2)))
    WHERE user_id = NEW.user_id AND uid = NEW.uid;
    UPDATE ops SET outcome = 'merged' WHERE seq = NEW.seq AND EXISTS (SELECT 1 FROM ops_lost WHERE seq = NEW.seq);
END;

CREATE TRIGGER ops_replace AFTER INSERT ON ops WHEN NEW.kind = 'replace'
BEGIN
    UPDATE records
    SET version = NEW.seq,
        doc     = json_patch(
            json_object('id', id, 'uid', uid, 'version', NEW.seq, 'created_at', created_at, 'updated_at', NEW.edited_at),
            NEW.patch),
        clocks  = json_object('_', json_array(NEW.seq, NEW.edited_at, NEW.device))
    WHERE user_id = NEW.user_id AND uid = NEW.uid;
END;

-- An edit that the deleter had not seen, by another device, survives.
CREATE TRIGGER ops_delete AFTER INSERT ON ops WHEN NEW.kind = 'delete'
BEGIN
    UPDATE ops SET outcome = 'kept'
    WHERE seq = NEW.seq AND NOT NEW.strict AND EXISTS (
        SELECT 1 FROM ops AS other
        WHERE other.user_id = NEW.user_id AND other.uid = NEW.uid AND other.seq > NEW.base AND other.seq < NEW.seq
            AND other.device <> NEW.device AND other.kind <> 'delete');
    UPDATE records
    SET version    = NEW.seq,
        deleted_at = NEW.edited_at,
        doc        = json_set(doc, '$.version', NEW.seq, '$.deleted_at', NEW.edited_at)
    WHERE user_id = NEW.user_id AND uid = NEW.uid AND deleted_at IS NULL
        AND (SELECT outcome FROM ops WHERE seq = NEW.seq) = 'applied';
END;

CREATE TRIGGER ops_restore AFTER INSERT ON ops WHEN NEW.kind = 'restore'
BEGIN
    UPDATE records
    SET version    = NEW.seq,
        deleted_at = NULL,
        doc        = json_set(json_remove(doc, '$.deleted_at'), '$.version', NEW.seq)
    WHERE user_id = NEW.user_id AND uid = NEW.uid;
END;
