-- The ledger of every change to every album: append-only, and the only way in. Owner: collection.
-- A batch is one INSERT … SELECT … FROM json_each(?); the triggers below carry each operation out, so the whole batch is
-- one atomic statement on every SQLite and libSQL.
CREATE TABLE ops (
    -- Also the version that the operation gives its album, and the id of an album that it makes. SQLite has one writer, so
    -- the order of commits is the order of these numbers.
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id   INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- Made by the client: the same operation sent twice is one operation.
    op_id     TEXT NOT NULL,
    kind      TEXT NOT NULL CHECK (kind IN ('create', 'put', 'replace', 'delete', 'restore')),
    -- Which album; a 'create' has the uid of the new one.
    album_id  INTEGER CHECK ((album_id IS NULL) = (kind = 'create')),
    uid       TEXT CHECK ((uid IS NULL) = (kind <> 'create')),
    -- The version that the writer had seen. An operation on any other is refused; NULL: whatever there is.
    base      INTEGER,
    -- Fields to set; null removes one (JSON Merge Patch).
    patch     TEXT NOT NULL CHECK (json_type(patch) = 'object'),
    edited_at TEXT NOT NULL,
    CONSTRAINT ops_once UNIQUE (user_id, op_id)
) STRICT;

CREATE TRIGGER ops_create AFTER INSERT ON ops WHEN NEW.kind = 'create'
BEGIN
    INSERT INTO albums (id, user_id, uid, version, doc) VALUES (
        NEW.seq, NEW.user_id, NEW.uid, NEW.seq,
        json_patch(
            json_object('id', NEW.seq, 'uid', NEW.uid, 'version', NEW.seq, 'created_at', NEW.edited_at, 'updated_at', NEW.edited_at),
            NEW.patch));
END;

CREATE TRIGGER ops_change AFTER INSERT ON ops WHEN NEW.kind <> 'create'
BEGIN
    -- Only a restore finds its album in the trash.
    SELECT raise(ABORT, 'album_not_found') WHERE NOT EXISTS (
        SELECT 1 FROM albums
        WHERE id = NEW.album_id AND user_id = NEW.user_id AND (deleted_at IS NOT NULL) = (NEW.kind = 'restore'));
    SELECT raise(ABORT, 'version_conflict') WHERE EXISTS (
        SELECT 1 FROM albums WHERE id = NEW.album_id AND user_id = NEW.user_id AND version <> NEW.base);
    UPDATE albums
    SET version    = NEW.seq,
        deleted_at = CASE NEW.kind WHEN 'delete' THEN NEW.edited_at END,
        doc        = CASE NEW.kind
            WHEN 'put' THEN json_patch(json_set(doc, '$.version', NEW.seq, '$.updated_at', NEW.edited_at), NEW.patch)
            WHEN 'replace' THEN json_patch(
                json_object('id', id, 'uid', uid, 'version', NEW.seq, 'created_at', created_at, 'updated_at', NEW.edited_at),
                NEW.patch)
            WHEN 'delete' THEN json_set(doc, '$.version', NEW.seq, '$.updated_at', NEW.edited_at, '$.deleted_at', NEW.edited_at)
            WHEN 'restore' THEN json_remove(json_set(doc, '$.version', NEW.seq, '$.updated_at', NEW.edited_at), '$.deleted_at')
        END
    WHERE id = NEW.album_id AND user_id = NEW.user_id;
END;
