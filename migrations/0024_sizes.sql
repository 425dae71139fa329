-- Counts what an account stores, so that a quota and the size of a page cost no scan. Bounds the field "custom", the
-- only one that a merge can make larger than what a client sent. Emptying the trash also erases the contents of the
-- history. Owner: collection.

-- All records, those in the trash and crates included.
ALTER TABLE collections ADD COLUMN records INTEGER NOT NULL DEFAULT 0;
-- The crates among them.
ALTER TABLE collections ADD COLUMN crates INTEGER NOT NULL DEFAULT 0;
-- The bytes of all documents.
ALTER TABLE collections ADD COLUMN documents INTEGER NOT NULL DEFAULT 0;
-- The bytes of the largest document that the collection ever had. A page of n records has at most n times as many.
ALTER TABLE collections ADD COLUMN largest INTEGER NOT NULL DEFAULT 0;
-- What counts for the quota: documents and clocks of records, patches and 250 bytes for each operation of the
-- ledger, lost values and 200 bytes for each of them. The two numbers are for ids, times and indexes.
ALTER TABLE collections ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;

-- Finds the crates without reading the albums.
CREATE INDEX records_crates ON records (user_id) WHERE type = 'crate';

DROP TRIGGER records_counted;
-- Counts a new record, and the operation that created it; creates the collector's row with the first one.
CREATE TRIGGER records_counted AFTER INSERT ON records
BEGIN
    INSERT INTO collections (
        user_id, version, albums, trashed, wanted, records, crates, documents, largest, bytes)
    VALUES (
        NEW.user_id, NEW.version, NEW.type = 'album' AND NOT NEW.wanted, 0, NEW.type = 'album' AND NEW.wanted,
        1, NEW.type = 'crate', octet_length(NEW.doc), octet_length(NEW.doc),
        octet_length(NEW.doc) + octet_length(NEW.clocks)
            + coalesce((SELECT octet_length(patch) + 250 FROM ops WHERE seq = NEW.version), 0))
    ON CONFLICT (user_id) DO UPDATE SET
        version   = excluded.version,
        albums    = albums + excluded.albums,
        wanted    = wanted + excluded.wanted,
        records   = records + 1,
        crates    = crates + excluded.crates,
        documents = documents + excluded.documents,
        largest   = max(largest, excluded.largest),
        bytes     = bytes + excluded.bytes;
END;

DROP TRIGGER records_recounted;
-- Counts an album that enters or leaves the trash, or becomes an owned one or a want, and the new size of a record.
CREATE TRIGGER records_recounted AFTER UPDATE OF version ON records
BEGIN
    UPDATE collections
    SET version   = NEW.version,
        albums    = albums + (NEW.type = 'album') * (
            (NEW.deleted_at IS NULL AND NOT NEW.wanted) - (OLD.deleted_at IS NULL AND NOT OLD.wanted)),
        wanted    = wanted + (NEW.type = 'album') * (
            (NEW.deleted_at IS NULL AND NEW.wanted) - (OLD.deleted_at IS NULL AND OLD.wanted)),
        trashed   = trashed + (NEW.type = 'album') * ((NEW.deleted_at IS NOT NULL) - (OLD.deleted_at IS NOT NULL)),
        documents = documents + octet_length(NEW.doc) - octet_length(OLD.doc),
        largest   = max(largest, octet_length(NEW.doc)),
        bytes     = bytes + octet_length(NEW.doc) - octet_length(OLD.doc)
            + octet_length(NEW.clocks) - octet_length(OLD.clocks)
    WHERE user_id = NEW.user_id;
END;

DROP TRIGGER records_uncounted;
-- Counts a record that is purged.
CREATE TRIGGER records_uncounted AFTER DELETE ON records
BEGIN
    UPDATE collections
    SET albums    = albums - (OLD.type = 'album' AND OLD.deleted_at IS NULL AND NOT OLD.wanted),
        wanted    = wanted - (OLD.type = 'album' AND OLD.deleted_at IS NULL AND OLD.wanted),
        trashed   = trashed - (OLD.type = 'album' AND OLD.deleted_at IS NOT NULL),
        purged    = max(purged, OLD.version),
        records   = records - 1,
        crates    = crates - (OLD.type = 'crate'),
        documents = documents - octet_length(OLD.doc),
        bytes     = bytes - octet_length(OLD.doc) - octet_length(OLD.clocks)
    WHERE user_id = OLD.user_id;
END;

-- Counts an operation on a record that exists; the trigger records_counted counts the others.
CREATE TRIGGER ops_counted AFTER INSERT ON ops WHEN NEW.kind <> 'create'
BEGIN
    UPDATE collections SET bytes = bytes + octet_length(NEW.patch) + 250 WHERE user_id = NEW.user_id;
END;

-- Counts a value that lost a merge.
CREATE TRIGGER ops_lost_counted AFTER INSERT ON ops_lost
BEGIN
    UPDATE collections SET bytes = bytes + coalesce(octet_length(NEW.value), 0) + 200 WHERE user_id = NEW.user_id;
END;

-- Counts a lost value that is erased.
CREATE TRIGGER ops_lost_uncounted AFTER DELETE ON ops_lost
BEGIN
    UPDATE collections SET bytes = bytes - coalesce(octet_length(OLD.value), 0) - 200 WHERE user_id = OLD.user_id;
END;

-- A purged record leaves only the ids of its operations, by which a device's repetition is recognised. This is how an
-- account that is full becomes smaller. Not for a deleted account, whose operations are deleted too.
CREATE TRIGGER ops_erased AFTER DELETE ON records WHEN EXISTS (SELECT 1 FROM users WHERE id = OLD.user_id)
BEGIN
    DELETE FROM ops_lost WHERE user_id = OLD.user_id AND uid = OLD.uid;
    UPDATE collections
    SET bytes = bytes - coalesce(
        (SELECT sum(octet_length(patch) - 2) FROM ops WHERE user_id = OLD.user_id AND uid = OLD.uid), 0)
    WHERE user_id = OLD.user_id;
    -- An operation whose lost values are erased is no longer a merged one.
    UPDATE ops SET patch = '{}', outcome = iif(outcome = 'merged', 'applied', outcome)
    WHERE user_id = OLD.user_id AND uid = OLD.uid AND patch <> '{}';
END;

-- Refuses a put that would make "custom" larger than its limit. The members of this field are merged, so it grows with
-- each patch; other fields are replaced. One that is larger already may become smaller.
CREATE TRIGGER ops_custom BEFORE INSERT ON ops
WHEN NEW.strict AND NEW.kind = 'put' AND json_type(NEW.patch, '$.custom') = 'object'
BEGIN
    SELECT raise(ABORT, 'custom_too_large') FROM records
    WHERE user_id = NEW.user_id AND uid = NEW.uid
        AND octet_length(json_patch(coalesce(doc -> '$.custom', '{}'), NEW.patch -> '$.custom'))
            > max(10000, coalesce(octet_length(doc -> '$.custom'), 0));
END;

DROP TRIGGER ops_merge;
-- Merges field by field. A field is in conflict if another device wrote another value to it after the version that this
-- writer had seen (base). Then the newer edit stays (at equal times, that of the greater device id), and the other
-- value is put into ops_lost. So is a value that would make "custom" larger than its limit.
CREATE TRIGGER ops_merge AFTER INSERT ON ops WHEN NEW.kind = 'put' AND NOT NEW.strict
BEGIN
    INSERT INTO ops_lost (user_id, uid, seq, field, value, device, edited_at)
    SELECT NEW.user_id, NEW.uid, NEW.seq, field,
        CASE WHEN newer THEN old_value ELSE new_value END,
        CASE WHEN newer THEN clock ->> 2 ELSE NEW.device END,
        CASE WHEN newer THEN clock ->> 1 ELSE NEW.edited_at END
    FROM (
        SELECT field, old_value, new_value, clock, is_seen, is_too_large,
            NOT is_too_large AND (NEW.edited_at, NEW.device) > (clock ->> 1, clock ->> 2) AS newer
        FROM (
            SELECT patch.key AS field, records.doc -> patch.key AS old_value,
                nullif(NEW.patch -> patch.key, 'null') AS new_value,
                coalesce(records.clocks -> patch.key, records.clocks -> '_') AS clock,
                records.version <= NEW.base AS is_seen,
                patch.key = 'custom' AND patch.type = 'object'
                    AND octet_length(json_patch(coalesce(records.doc -> '$.custom', '{}'), NEW.patch -> '$.custom'))
                        > max(10000, coalesce(octet_length(records.doc -> '$.custom'), 0)) AS is_too_large
            FROM records, json_each(NEW.patch) AS patch
            WHERE records.user_id = NEW.user_id AND records.uid = NEW.uid
                AND (records.version > NEW.base OR patch.key = 'custom'))
        WHERE is_too_large
            OR (NOT is_seen AND clock ->> 0 > NEW.base AND clock ->> 2 <> NEW.device AND old_value IS NOT new_value));
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

UPDATE collections
SET records   = (SELECT count(*) FROM records WHERE records.user_id = collections.user_id),
    crates    = (SELECT count(*) FROM records WHERE records.user_id = collections.user_id AND type = 'crate'),
    documents = (SELECT coalesce(sum(octet_length(doc)), 0) FROM records
        WHERE records.user_id = collections.user_id),
    largest   = (SELECT coalesce(max(octet_length(doc)), 0) FROM records WHERE records.user_id = collections.user_id),
    bytes     = (SELECT coalesce(sum(octet_length(doc) + octet_length(clocks)), 0) FROM records
            WHERE records.user_id = collections.user_id)
        + (SELECT coalesce(sum(octet_length(patch) + 250), 0) FROM ops WHERE ops.user_id = collections.user_id)
        + (SELECT coalesce(sum(coalesce(octet_length(value), 0) + 200), 0) FROM ops_lost
            WHERE ops_lost.user_id = collections.user_id);
