-- The schema of Vinyl Vault's database, as all migrations leave it. Generated from them by
-- `BLESS=1 cargo test -p migrations`: edit the migrations, not this file.
--
-- Each table is followed by its indexes and triggers. The component that owns a table is the only one whose SQL names
-- it. One more table, `schema_migrations`, is created by the component system before the first migration.

-- ==== Owner: auth ====

-- Accounts.
CREATE TABLE users (
    -- AUTOINCREMENT: an id is never reused, so that a token of a deleted account is not valid for another account.
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    email         TEXT NOT NULL,
    -- The address in lower case. Two addresses with the same key belong to the same account.
    email_key     TEXT NOT NULL,
    name          TEXT,
    -- A PHC string, or one of the legacy formats that auth still verifies.
    password_hash TEXT NOT NULL,
    role          TEXT NOT NULL DEFAULT 'member' CHECK (role IN ('member', 'super_admin')),
    created_at    TEXT NOT NULL,
    updated_at    TEXT NOT NULL,
    CONSTRAINT users_email UNIQUE (email_key)
) STRICT;

-- Sign-ins, each with a family of refresh tokens. A session that ends is deleted.
CREATE TABLE sessions (
    id           TEXT NOT NULL PRIMARY KEY,
    user_id      INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    address      TEXT NOT NULL,
    user_agent   TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    last_used_at TEXT NOT NULL,
    -- 30 days after last_used_at.
    expires_at   TEXT NOT NULL,
    -- How many pairs of tokens the session was given after the first, and the newest whose access token was used.
    generation INTEGER NOT NULL DEFAULT 0,
    confirmed INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions (user_id, last_used_at);

-- Each token can be used once. A second use shows that the token was copied, and ends its session.
CREATE TABLE refresh_tokens (
    -- SHA-256 of the token in hexadecimal, so that a copy of this table signs no one in.
    token_hash TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    created_at TEXT NOT NULL,
    used_at    TEXT,
    -- SHA-256, in hexadecimal, of the retry key that came with the refresh that used the token; NULL if none came.
    -- Only a client that sends the same key may repeat the refresh.
    retry_hash TEXT,
    -- The hash of the token that replaced this one.
    successor TEXT,
    -- How often the refresh that used the token was repeated.
    retries INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

-- Secrets that the installation generated for itself, such as the one that signs access tokens.
CREATE TABLE secrets (
    name       TEXT NOT NULL PRIMARY KEY,
    value      TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Invitations: a person who has the code of one may create an account while `registration` is `invite`.
CREATE TABLE invitations (
    id         TEXT NOT NULL PRIMARY KEY,
    -- SHA-256 of the code in hexadecimal, so that a copy of this table admits no one.
    code_hash  TEXT NOT NULL UNIQUE,
    -- The only address that may use it; NULL: any. The key is the address in lower case, as in `users`.
    email      TEXT,
    email_key  TEXT,
    -- NULL: the operator proved who they are by `init_secret`, or the account was deleted.
    created_by INTEGER REFERENCES users (id) ON DELETE SET NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    -- When an account was created with it, and which one (NULL: it was deleted since).
    used_at    TEXT,
    used_by    INTEGER REFERENCES users (id) ON DELETE SET NULL
) STRICT, WITHOUT ROWID;

-- Wrong guesses of the last quarter of an hour (registrations: of the last hour). The texts are keyed hashes, so that a
-- copy of this table names no one. A row costs a client a password derivation, and ends, so there are few.
CREATE TABLE attempts (
    -- What is guessed, and the address that guesses (of IPv6, the /64).
    address TEXT NOT NULL,
    -- The email, whether or not an account has it.
    subject TEXT NOT NULL,
    -- What is guessed, and the network of the address: its /24, of IPv6 the /48.
    network TEXT NOT NULL,
    count   INTEGER NOT NULL,
    -- The part of `count` that is being checked now.
    pending INTEGER NOT NULL,
    -- When the row counts no more.
    until   TEXT NOT NULL,
    PRIMARY KEY (address, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_subject ON attempts (subject);
CREATE INDEX attempts_network ON attempts (network);
CREATE INDEX attempts_until ON attempts (until);

-- Addresses, as in `attempts`, that an account was signed in from: guesses from elsewhere do not lock its owner out.
CREATE TABLE known_addresses (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    used_at TEXT NOT NULL,
    PRIMARY KEY (user_id, address)
) STRICT, WITHOUT ROWID;

-- ==== Owner: collection ====

-- The current state of a collector's albums, and of the crates that they are kept in.
-- Only the triggers of the ledger (ops) insert and update rows.
CREATE TABLE records (
    id         INTEGER PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    type       TEXT NOT NULL CHECK (type IN ('album', 'crate')),
    -- UUIDv7, generated by the client that created the record, also offline.
    uid        TEXT NOT NULL,
    -- ops.seq of the latest write to the record.
    version    INTEGER NOT NULL,
    -- The time at which the record was put into the trash; also in the document.
    deleted_at TEXT,
    -- The JSON object exactly as clients receive it. A list is a concatenation of these.
    doc        TEXT NOT NULL,
    -- The last writer of each field, for merging: {"field": [version, edited_at, device]}; "_" is every other field.
    clocks     TEXT NOT NULL,

    -- The columns that lists filter and sort by. VIRTUAL: the values are stored in the document only, and in an index
    -- where reading them must be fast.
    artist     TEXT GENERATED ALWAYS AS (doc ->> '$.artist') VIRTUAL,
    album      TEXT GENERATED ALWAYS AS (doc ->> '$.album') VIRTUAL,
    genre      TEXT GENERATED ALWAYS AS (doc ->> '$.genre') VIRTUAL,
    style      TEXT GENERATED ALWAYS AS (doc ->> '$.style') VIRTUAL,
    year       INTEGER GENERATED ALWAYS AS (doc ->> '$.year') VIRTUAL,
    country    TEXT GENERATED ALWAYS AS (doc ->> '$.country') VIRTUAL,
    label      TEXT GENERATED ALWAYS AS (doc ->> '$.label') VIRTUAL,
    format     TEXT GENERATED ALWAYS AS (doc ->> '$.format') VIRTUAL,
    crate      TEXT GENERATED ALWAYS AS (doc ->> '$.crate') VIRTUAL,
    rating     INTEGER GENERATED ALWAYS AS (doc ->> '$.rating') VIRTUAL,
    price      REAL GENERATED ALWAYS AS (doc ->> '$.price') VIRTUAL,
    quantity   INTEGER GENERATED ALWAYS AS (coalesce(doc ->> '$.quantity', 1)) VIRTUAL,
    created_at TEXT GENERATED ALWAYS AS (doc ->> '$.created_at') VIRTUAL,
    updated_at TEXT GENERATED ALWAYS AS (doc ->> '$.updated_at') VIRTUAL,
    -- "The Beatles" sorts under B.
    artist_key TEXT GENERATED ALWAYS AS (lower(
        CASE WHEN (doc ->> '$.artist') LIKE 'the _%' THEN substr(doc ->> '$.artist', 5) ELSE doc ->> '$.artist' END
    )) VIRTUAL,
    album_key  TEXT GENERATED ALWAYS AS (lower(doc ->> '$.album')) VIRTUAL,
    -- For comparison: without the spaces, hyphens and dots, which differ between sources.
    barcode_key TEXT GENERATED ALWAYS AS (replace(replace(doc ->> '$.barcode', ' ', ''), '-', '')) VIRTUAL,
    catno_key   TEXT GENERATED ALWAYS AS (
        replace(replace(replace(lower(doc ->> '$.catno'), ' ', ''), '-', ''), '.', '')
    ) VIRTUAL,
    discogs_id  INTEGER GENERATED ALWAYS AS (doc ->> '$.discogs_id') VIRTUAL,
    master_id   INTEGER GENERATED ALWAYS AS (doc ->> '$.master_id') VIRTUAL,
    -- 1: a want. When the collector finds a copy, this field is removed, and the album keeps its notes and its history.
    wanted INTEGER GENERATED ALWAYS AS (coalesce(doc ->> '$.wanted', 0)) VIRTUAL,

    CONSTRAINT records_uid UNIQUE (user_id, uid)
) STRICT;

-- For the changes since a cursor, including those in the trash.
CREATE INDEX records_changes ON records (user_id, version);

-- The next four answer whether the collector owns a record.
CREATE INDEX records_barcode ON records (user_id, barcode_key) WHERE barcode_key IS NOT NULL;
CREATE INDEX records_catno ON records (user_id, catno_key) WHERE catno_key IS NOT NULL;
CREATE INDEX records_discogs ON records (user_id, discogs_id) WHERE discogs_id IS NOT NULL;
CREATE INDEX records_master ON records (user_id, master_id) WHERE master_id IS NOT NULL;

-- Has the order of the list of owned albums, so that a page costs the same in a collection of any size.
CREATE INDEX records_list ON records (user_id, artist_key, album_key, id)
WHERE type = 'album' AND deleted_at IS NULL AND wanted = 0;

-- The same for the list of wants.
CREATE INDEX records_wants ON records (user_id, artist_key, album_key, id)
WHERE type = 'album' AND deleted_at IS NULL AND wanted = 1;

-- Finds the crates without reading the albums.
CREATE INDEX records_crates ON records (user_id) WHERE type = 'crate';

-- Removes a purged album that was not in the trash.
CREATE TRIGGER search_removed AFTER DELETE ON records WHEN OLD.type = 'album' AND OLD.deleted_at IS NULL
BEGIN
    DELETE FROM search WHERE rowid = OLD.id;
END;

-- Adds a new album to the search index.
CREATE TRIGGER search_added AFTER INSERT ON records WHEN NEW.type = 'album'
BEGIN
    INSERT INTO search (rowid, owner, artist, album, rest) VALUES (
        NEW.id, 'u' || NEW.user_id, NEW.doc ->> '$.artist', NEW.doc ->> '$.album',
        concat_ws(' ', NEW.doc ->> '$.label', NEW.doc ->> '$.catno', NEW.doc ->> '$.barcode', NEW.doc ->> '$.genre',
            NEW.doc ->> '$.style', NEW.doc ->> '$.country', NEW.doc ->> '$.format', NEW.doc ->> '$.year',
            NEW.doc ->> '$.tags', NEW.doc ->> '$.notes'));
END;

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

-- One row per collector, kept by the triggers of records: the total and the ETag of a list without counting.
CREATE TABLE collections (
    user_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    -- The newest version of any of the collector's records.
    version INTEGER NOT NULL,
    albums  INTEGER NOT NULL,
    trashed INTEGER NOT NULL,
    -- Tombstones up to this version were purged: a client with an older cursor must read everything again.
    purged  INTEGER NOT NULL DEFAULT 0,
    -- The wants outside of the trash. "albums" counts the owned albums; "trashed" counts both.
    wanted INTEGER NOT NULL DEFAULT 0,
    -- All records, those in the trash and crates included.
    records INTEGER NOT NULL DEFAULT 0,
    -- The crates among them.
    crates INTEGER NOT NULL DEFAULT 0,
    -- The bytes of all documents.
    documents INTEGER NOT NULL DEFAULT 0,
    -- The bytes of the largest document that the collection ever had. A page of n records has at most n times as many.
    largest INTEGER NOT NULL DEFAULT 0,
    -- What counts for the quota: documents and clocks of records, patches and 250 bytes for each operation of the
    -- ledger, lost values and 200 bytes for each of them. The two numbers are for ids, times and indexes.
    bytes INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Full-text search over the albums outside of the trash.
-- Contentless, because the text is in the documents already. The owner is a term in the index ("u17"), so that a search
-- reads only the caller's part of the index, however many collectors there are.
CREATE VIRTUAL TABLE search USING fts5 (
    owner, artist, album, rest,
    content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', detail = 'column'
);

-- The ledger of every change to every record. It is append-only, and records change only through it.
-- A batch is one INSERT … SELECT … FROM json_each(?), and the triggers carry out each operation. So the whole batch is
-- one statement, which is atomic on SQLite and on libSQL.
CREATE TABLE ops (
    -- Also the version that the operation gives its record, and the id of a record that it creates. SQLite has one
    -- writer at a time, so the numbers have the order of the commits.
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id   INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- Generated by the client. An operation that is sent twice is carried out once.
    op_id     TEXT NOT NULL,
    -- The device that wrote it; '' for a request that changes one album on the server.
    device    TEXT NOT NULL,
    kind      TEXT NOT NULL CHECK (kind IN ('create', 'put', 'replace', 'delete', 'restore')),
    type      TEXT NOT NULL CHECK (type IN ('album', 'crate')),
    uid       TEXT NOT NULL,
    -- 1: carried out as requested, or refused (a request for one album). 0: merged with what others wrote since (sync).
    strict    INTEGER NOT NULL CHECK (strict IN (0, 1)),
    -- The version that the writer had seen. A strict operation is refused if the record has another one; NULL accepts
    -- any.
    base      INTEGER CHECK (strict OR base IS NOT NULL),
    -- The fields to set; null removes a field (JSON Merge Patch, RFC 7396).
    patch     TEXT NOT NULL CHECK (json_type(patch) = 'object'),
    -- The time by the writer's clock, never later than the server's.
    edited_at TEXT NOT NULL,
    -- 'applied': carried out as requested. 'merged': for at least one field, one of two values was put into ops_lost.
    -- 'kept': a deletion that had no effect, because another device had edited the record since.
    outcome   TEXT NOT NULL DEFAULT 'applied' CHECK (outcome IN ('applied', 'merged', 'kept')),
    CONSTRAINT ops_once UNIQUE (user_id, op_id)
) STRICT;
CREATE INDEX ops_record ON ops (user_id, uid, seq);

-- Creates the record from its first operation.
CREATE TRIGGER ops_create AFTER INSERT ON ops WHEN NEW.kind = 'create'
BEGIN
    INSERT INTO records (id, user_id, type, uid, version, doc, clocks) VALUES (
        NEW.seq, NEW.user_id, NEW.type, NEW.uid, NEW.seq,
        json_patch(
            json_object('id', NEW.seq, 'uid', NEW.uid, 'version', NEW.seq,
                'created_at', NEW.edited_at, 'updated_at', NEW.edited_at),
            NEW.patch),
        json_object('_', json_array(NEW.seq, NEW.edited_at, NEW.device)));
END;

-- Refuses a strict operation that cannot be carried out. BEFORE, because the order of several AFTER triggers is
-- undefined.
CREATE TRIGGER ops_guard BEFORE INSERT ON ops WHEN NEW.strict AND NEW.kind <> 'create'
BEGIN
    -- Only a restore applies to a record in the trash.
    SELECT raise(ABORT, 'record_not_found') WHERE NOT EXISTS (
        SELECT 1 FROM records
        WHERE user_id = NEW.user_id AND uid = NEW.uid AND type = NEW.type
            AND (deleted_at IS NOT NULL) = (NEW.kind = 'restore'));
    SELECT raise(ABORT, 'version_conflict') WHERE EXISTS (
        SELECT 1 FROM records WHERE user_id = NEW.user_id AND uid = NEW.uid AND version <> NEW.base);
END;

-- Replaces the whole document.
CREATE TRIGGER ops_replace AFTER INSERT ON ops WHEN NEW.kind = 'replace'
BEGIN
    UPDATE records
    SET version = NEW.seq,
        doc     = json_patch(
            json_object('id', id, 'uid', uid, 'version', NEW.seq,
                'created_at', created_at, 'updated_at', NEW.edited_at),
            NEW.patch),
        clocks  = json_object('_', json_array(NEW.seq, NEW.edited_at, NEW.device))
    WHERE user_id = NEW.user_id AND uid = NEW.uid;
END;

-- Takes the record out of the trash.
CREATE TRIGGER ops_restore AFTER INSERT ON ops WHEN NEW.kind = 'restore'
BEGIN
    UPDATE records
    SET version    = NEW.seq,
        deleted_at = NULL,
        doc        = json_set(json_remove(doc, '$.deleted_at'), '$.version', NEW.seq)
    WHERE user_id = NEW.user_id AND uid = NEW.uid;
END;

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

-- Counts an operation on a record that exists; the trigger records_counted counts the others.
CREATE TRIGGER ops_counted AFTER INSERT ON ops WHEN NEW.kind <> 'create'
BEGIN
    UPDATE collections SET bytes = bytes + octet_length(NEW.patch) + 250 WHERE user_id = NEW.user_id;
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

-- The values that lost a merge, so that nothing that a collector typed is lost.
CREATE TABLE ops_lost (
    id        INTEGER PRIMARY KEY,
    user_id   INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    uid       TEXT NOT NULL,
    -- The operation whose merge the value lost.
    seq       INTEGER NOT NULL REFERENCES ops (seq) ON DELETE CASCADE,
    field     TEXT NOT NULL,
    -- JSON; NULL if the losing edit had removed the field.
    value     TEXT,
    device    TEXT NOT NULL,
    edited_at TEXT NOT NULL
) STRICT;
CREATE INDEX ops_lost_record ON ops_lost (user_id, uid);
CREATE INDEX ops_lost_op ON ops_lost (seq);

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

-- ==== Owner: discogs-proxy ====

-- The requests of all instances to Discogs, which limits them by address.
-- In the tables discogs_…, times are milliseconds since 1970 by the database's clock, which all instances share.
CREATE TABLE discogs_requests (
    id           INTEGER PRIMARY KEY,
    -- The caller; 0: none (covers, callers without an account). Not a foreign key: deleting an account must not free a
    -- part of the budget.
    user_id      INTEGER NOT NULL,
    -- A request counts until 60 seconds after its response, because it reached Discogs before that. Until the response
    -- arrives, this is 60 seconds after the latest time at which it can arrive.
    counts_until INTEGER NOT NULL,
    -- From the response: X-Discogs-Ratelimit, X-Discogs-Ratelimit-Used, and after a 429 the milliseconds to wait.
    ceiling      INTEGER,
    used         INTEGER,
    silence      INTEGER,
    -- The caller in discogs_usage; NULL: a cover, which only the whole installation's count has.
    counted_as TEXT
) STRICT;
CREATE INDEX discogs_requests_counted ON discogs_requests (counts_until);

-- Deletes the requests that no longer count.
CREATE TRIGGER discogs_forgotten AFTER INSERT ON discogs_requests
BEGIN
    DELETE FROM discogs_requests WHERE counts_until <= CAST(unixepoch('subsec') * 1000 AS INTEGER);
END;

-- Updates the budget from a response that names the limit. The requests that Discogs counted (its header lags by one)
-- and this installation did not are those of others. Whether Discogs has counted our requests without a response yet is
-- unknown: within that uncertainty, the previous figure stays. A response may arrive after those of later requests, and
-- then states too few; so the greatest figure of the last 6 seconds counts, the longest that a request can take.
CREATE TRIGGER discogs_settled AFTER UPDATE OF counts_until ON discogs_requests
WHEN NEW.used IS NOT NULL OR NEW.silence IS NOT NULL
BEGIN
    INSERT INTO discogs_budget (id, ceiling, others, others_until, blocked_until)
    VALUES (
        1, NEW.ceiling,
        max(0, coalesce(
            (SELECT max(used) + 1 FROM discogs_requests WHERE counts_until > NEW.counts_until - 6000), 0) - (
            SELECT count(*) FROM discogs_requests
            WHERE counts_until > NEW.counts_until - 60000 AND counts_until <= NEW.counts_until)),
        NEW.counts_until,
        coalesce(NEW.counts_until - 60000 + NEW.silence, 0))
    ON CONFLICT (id) DO UPDATE SET
        ceiling       = coalesce(excluded.ceiling, ceiling),
        others        = CASE WHEN NEW.used IS NULL THEN others ELSE
            min(excluded.others, max(
                iif(others_until > NEW.counts_until - 60000, others, 0),
                NEW.used + 1 - (SELECT count(*) FROM discogs_requests WHERE counts_until > NEW.counts_until - 60000)))
            END,
        others_until  = CASE WHEN NEW.used IS NULL THEN others_until ELSE excluded.others_until END,
        blocked_until = max(blocked_until, excluded.blocked_until);
END;

-- Counts the requests of the day, and deletes the counts of past days.
CREATE TRIGGER discogs_counted AFTER INSERT ON discogs_requests
BEGIN
    INSERT INTO discogs_usage (day, caller, requests)
    SELECT date('now'), value, 1 FROM (SELECT '' AS value UNION ALL SELECT NEW.counted_as)
    WHERE value IS NOT NULL
    ON CONFLICT (day, caller) DO UPDATE SET requests = requests + 1;
    DELETE FROM discogs_usage WHERE day < date('now');
END;

-- One row: what the responses of Discogs say about the limit.
CREATE TABLE discogs_budget (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    -- The requests that Discogs allows in 60 seconds, by its latest response; NULL before the first one.
    ceiling       INTEGER CHECK (ceiling > 0),
    -- The requests of others behind the same address: those that Discogs counted and this installation did not.
    others        INTEGER NOT NULL CHECK (others >= 0),
    others_until  INTEGER NOT NULL,
    blocked_until INTEGER NOT NULL
) STRICT;

-- The documents that an instance is fetching from Discogs now, so that several callers cause one request.
CREATE TABLE discogs_leases (
    -- The document's key in the key-value store.
    key     TEXT NOT NULL PRIMARY KEY,
    -- A random text of the caller that fetches.
    holder  TEXT NOT NULL,
    -- The lease expires at this time if its holder was cut off.
    until   INTEGER NOT NULL,
    -- The holder's error. The callers that wait fail with it, and so does every caller until the lease expires.
    failure TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX discogs_leases_until ON discogs_leases (until);

-- Deletes the leases that ended a minute ago. A request that fails leaves one.
CREATE TRIGGER discogs_leases_forgotten AFTER INSERT ON discogs_leases
BEGIN
    DELETE FROM discogs_leases WHERE until <= CAST(unixepoch('subsec') * 1000 AS INTEGER) - 60000;
END;

-- The entries of the key-value store, which has no expiry of its own.
CREATE TABLE discogs_cache_index (
    key        TEXT NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL,
    bytes      INTEGER NOT NULL,
    is_cover INTEGER NOT NULL DEFAULT 0 CHECK (is_cover IN (0, 1)),
    -- When the entry was stored or read. Reads of a cover change it once a day, those of a document never.
    used_at INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX discogs_cache_expiry ON discogs_cache_index (expires_at);
CREATE INDEX discogs_cache_used ON discogs_cache_index (is_cover, used_at, key);

-- Adds a new entry to the sum.
CREATE TRIGGER discogs_cache_grown AFTER INSERT ON discogs_cache_index
BEGIN
    UPDATE discogs_cache_size SET bytes = bytes + NEW.bytes WHERE is_cover = NEW.is_cover;
END;

-- An entry that is stored again may have another size.
CREATE TRIGGER discogs_cache_changed AFTER UPDATE OF bytes ON discogs_cache_index
BEGIN
    UPDATE discogs_cache_size SET bytes = bytes + NEW.bytes - OLD.bytes WHERE is_cover = NEW.is_cover;
END;

-- Of an expired entry, or of one that made room for others.
CREATE TRIGGER discogs_cache_shrunk AFTER DELETE ON discogs_cache_index
BEGIN
    UPDATE discogs_cache_size SET bytes = bytes - OLD.bytes WHERE is_cover = OLD.is_cover;
END;

-- The covers that responses of Discogs have named. Only these are fetched, so that no caller's input becomes an
-- address.
CREATE TABLE discogs_covers (
    -- A hash of the cover's first address.
    key        TEXT NOT NULL PRIMARY KEY,
    -- A signed address, which expires.
    url        TEXT NOT NULL,
    -- To find a new address: the release, the position of the image in it, and 1 for the small version.
    release_id INTEGER NOT NULL,
    place      INTEGER NOT NULL,
    thumb      INTEGER NOT NULL CHECK (thumb IN (0, 1))
) STRICT, WITHOUT ROWID;

-- The requests to Discogs on a day (UTC).
CREATE TABLE discogs_usage (
    day      TEXT NOT NULL,
    -- '': the whole installation, covers included. Otherwise who caused the request: 'account 7', or 'address' and a
    -- code of the network address of a client without an account.
    caller   TEXT NOT NULL,
    requests INTEGER NOT NULL,
    PRIMARY KEY (day, caller)
) STRICT, WITHOUT ROWID;

-- The sum of the bytes in discogs_cache_index: one row for documents, one for covers.
CREATE TABLE discogs_cache_size (
    is_cover INTEGER PRIMARY KEY CHECK (is_cover IN (0, 1)),
    bytes    INTEGER NOT NULL
) STRICT;

-- Where to fetch the covers that responses of Discogs have named lately. A cover that is not here any more is found by
-- its release. (discogs_covers gets no more rows: it has the covers whose addresses earlier releases made.)
CREATE TABLE discogs_cover_sources (
    id          INTEGER PRIMARY KEY,
    -- A signed address, which expires.
    url         TEXT NOT NULL,
    release_id  INTEGER NOT NULL,
    -- The position among the release's images.
    image_index INTEGER NOT NULL,
    -- 1: the small version.
    is_thumb    INTEGER NOT NULL CHECK (is_thumb IN (0, 1)),
    UNIQUE (release_id, image_index, is_thumb)
) STRICT;

-- Deletes the oldest rows beyond 100,000, some 40 MB: one search names up to 200 covers.
CREATE TRIGGER discogs_cover_sources_bounded AFTER INSERT ON discogs_cover_sources
BEGIN
    DELETE FROM discogs_cover_sources WHERE id <= NEW.id - 100000;
END;

-- Secrets that the installation generated for itself: the one that authenticates names of covers.
CREATE TABLE discogs_secrets (
    name       TEXT NOT NULL PRIMARY KEY,
    value      TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Collections of Discogs' users that accounts import and follow.
CREATE TABLE discogs_accounts (
    user_id  INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    -- At Discogs.
    username TEXT NOT NULL,
    -- The user's personal token, encrypted; NULL: only what is public is read.
    token    TEXT,
    -- 1: read again every day.
    follow   INTEGER NOT NULL CHECK (follow IN (0, 1)),
    -- What the user calls folders and fields: JSON.
    names    TEXT NOT NULL DEFAULT '{}',
    -- The number of runs that have begun, and of the latest one that has read everything.
    runs     INTEGER NOT NULL DEFAULT 0,
    complete INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The album that each copy is bound to, so that no import adds it twice. A row stays when the album is deleted: what a
-- collector has deleted does not come back.
CREATE TABLE discogs_copies (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    is_want INTEGER NOT NULL CHECK (is_want IN (0, 1)),
    -- Discogs' number of the copy (instance_id); of a want, that of its release.
    number  INTEGER NOT NULL,
    uid     TEXT NOT NULL,
    -- The latest run that has seen it; 0: none of the collection that is followed now.
    run     INTEGER NOT NULL,
    PRIMARY KEY (user_id, is_want, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX discogs_copies_album ON discogs_copies (user_id, uid);

-- ==== Owner: chat ====

-- The conversations with the assistant.
CREATE TABLE conversations (
    -- AUTOINCREMENT: an id is never reused, so that an answer is never stored in another conversation.
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title      TEXT NOT NULL,
    created_at TEXT NOT NULL,
    -- The time of the latest message.
    updated_at TEXT NOT NULL,
    -- The number of its messages.
    messages INTEGER NOT NULL DEFAULT 0,
    -- The bytes of its messages' texts in UTF-8.
    bytes INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX conversations_user ON conversations (user_id, updated_at, id);

-- The questions and answers of a conversation, in the order of their ids.
CREATE TABLE messages (
    id              INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    role            TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
    content         TEXT NOT NULL,
    -- 0: the answer was cut off. "error" has the reason; it is NULL if the client had disconnected.
    complete        INTEGER NOT NULL DEFAULT 1 CHECK (complete IN (0, 1)),
    error           TEXT,
    provider        TEXT,
    model           TEXT,
    -- {"input_tokens","output_tokens"} as the provider counted them.
    usage           TEXT,
    created_at      TEXT NOT NULL
) STRICT;
CREATE INDEX messages_conversation ON messages (conversation_id, id);

-- Counts a new message, and makes its conversation the latest.
CREATE TRIGGER messages_added AFTER INSERT ON messages
BEGIN
    UPDATE conversations
    SET messages = messages + 1, bytes = bytes + length(CAST(NEW.content AS BLOB)), updated_at = NEW.created_at
    WHERE id = NEW.conversation_id;
END;

-- Subtracts a message that made room for later ones.
CREATE TRIGGER messages_removed AFTER DELETE ON messages
BEGIN
    UPDATE conversations SET messages = messages - 1, bytes = bytes - length(CAST(OLD.content AS BLOB))
    WHERE id = OLD.conversation_id;
END;

-- Users' own keys for language-model providers.
CREATE TABLE provider_keys (
    user_id    INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    provider   TEXT NOT NULL,
    -- Nonce and AES-256-GCM ciphertext in hexadecimal, bound to the user and the provider.
    sealed     TEXT NOT NULL,
    -- The last characters of the key, so that its owner recognises it.
    last4      TEXT NOT NULL,
    model      TEXT,
    created_at TEXT NOT NULL
) STRICT;

-- The questions of a user on a day (UTC). The first question of a day deletes the older days.
CREATE TABLE chat_usage (
    user_id   INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    day       TEXT NOT NULL,
    questions INTEGER NOT NULL,
    PRIMARY KEY (user_id, day)
) STRICT, WITHOUT ROWID;

-- Secrets that the installation generated for itself: the one that encrypts provider_keys.
CREATE TABLE chat_secrets (
    name       TEXT NOT NULL PRIMARY KEY,
    value      TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The questions of all users on a day (UTC) that the operator's provider answered. The first question of a day deletes
-- the older days.
CREATE TABLE chat_installation_usage (
    day       TEXT NOT NULL PRIMARY KEY,
    questions INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The answers that are being given.
CREATE TABLE chat_answers (
    id      INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- Seconds since 1970. Until then the answer has ended, or the instance that gave it was stopped.
    until   INTEGER NOT NULL
) STRICT;
CREATE INDEX chat_answers_user ON chat_answers (user_id, until);

-- ==== Owner: system ====

-- Secrets that the installation generated for itself: the key of the hashes that identify accounts in the log.
CREATE TABLE system_secrets (
    name       TEXT NOT NULL PRIMARY KEY,
    value      TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Admitted requests of an address (class 0; covers: 1) or an account (2): in a calendar minute, counted from 1970, and
-- in the minute before it. A row is deleted when both have passed.
CREATE TABLE request_counts (
    class    INTEGER NOT NULL,
    id       INTEGER NOT NULL,
    minute   INTEGER NOT NULL,
    count    INTEGER NOT NULL,
    previous INTEGER NOT NULL,
    PRIMARY KEY (class, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX request_counts_minute ON request_counts (minute);

-- A job of the installation, or of an account. It is worked off in slices, by whichever instance leases the next one.
-- All times are milliseconds since 1970, of the database's clock.
CREATE TABLE jobs (
    -- AUTOINCREMENT: an id is never reused, so that the slice of a deleted job ends no other job's slice.
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The gateway has the table of kinds. A release leases only the kinds that it knows.
    kind        TEXT NOT NULL,
    -- NULL: the installation's.
    user_id     INTEGER REFERENCES users (id) ON DELETE CASCADE,
    -- What a slice returned for the next one, a JSON document. Never shown.
    state       TEXT NOT NULL CHECK (json_valid(state) AND octet_length(state) <= 65536),
    -- What people see of it, such as {"done": 412, "total": 1500}.
    progress    TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(progress) AND octet_length(progress) <= 2048),
    -- When the next slice may start. While a slice runs: when another instance may take over. NULL: the job has ended.
    run_at      INTEGER,
    -- When a slice should start that was asked for while another one ran, which may have been too late for it.
    wanted_at   INTEGER,
    paused      INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),
    -- The number of slices that were started. With the id, it is the token of the current one: only its holder can end
    -- it.
    slice       INTEGER NOT NULL DEFAULT 0,
    -- When the current slice started; NULL: none runs.
    leased_at   INTEGER,
    -- The id of the request that runs the current slice, or ran the last one.
    request_id  TEXT,
    -- How many slices failed, or were cut off, one after the other.
    failures    INTEGER NOT NULL DEFAULT 0,
    -- Why the last one did, in words; NULL: it did not.
    error       TEXT,
    enqueued_at INTEGER NOT NULL
) STRICT;

-- An account has one job of a kind, and so has the installation. Accounts have no id 0.
CREATE UNIQUE INDEX jobs_of_account ON jobs (kind, coalesce(user_id, 0));
CREATE INDEX jobs_account ON jobs (user_id);
CREATE INDEX jobs_due ON jobs (run_at) WHERE paused = 0;

-- Records a slice that ended, or that another one took over.
CREATE TRIGGER jobs_slice_ended AFTER UPDATE OF leased_at ON jobs WHEN OLD.leased_at IS NOT NULL
BEGIN
    INSERT INTO job_runs (job_id, request_id, started_at, milliseconds, error)
    VALUES (OLD.id, OLD.request_id, OLD.leased_at,
        max(CAST(unixepoch('subsec') * 1000 AS INTEGER) - OLD.leased_at, 0), NEW.error);
    DELETE FROM job_runs WHERE job_id = OLD.id AND (error IS NULL) = (NEW.error IS NULL) AND id <= (
        SELECT id FROM job_runs WHERE job_id = OLD.id AND (error IS NULL) = (NEW.error IS NULL)
        ORDER BY id DESC LIMIT 1 OFFSET 20);
END;

-- The latest slices of a job: 20 that succeeded, 20 that did not.
CREATE TABLE job_runs (
    id           INTEGER PRIMARY KEY,
    job_id       INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    request_id   TEXT,
    started_at   INTEGER NOT NULL,
    milliseconds INTEGER NOT NULL,
    -- NULL: it succeeded.
    error        TEXT
) STRICT;
CREATE INDEX job_runs_job ON job_runs (job_id, error IS NULL, id);

-- ==== Owner: musicbrainz ====

-- One row: MusicBrainz takes one request a second from one address, so all instances take turns.
CREATE TABLE musicbrainz_turns (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    -- The next request may not be sent before.
    next_at INTEGER NOT NULL
) STRICT;

-- Answers, by question.
CREATE TABLE musicbrainz_answers (
    -- A new answer to the same question gets a new id.
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    -- What was known of the record, as JSON.
    question   TEXT NOT NULL UNIQUE,
    -- The document that was sent.
    answer     TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

-- Keeps the last 20,000 answers: about 100 MB at most.
CREATE TRIGGER musicbrainz_answers_limited AFTER INSERT ON musicbrainz_answers
BEGIN
    DELETE FROM musicbrainz_answers WHERE id <= NEW.id - 20000;
END;

-- The covers in the key-value store, which has no limit of its own.
CREATE TABLE musicbrainz_covers (
    -- The key in the key-value store.
    key     TEXT NOT NULL PRIMARY KEY,
    bytes   INTEGER NOT NULL,
    -- To the day.
    used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX musicbrainz_covers_use ON musicbrainz_covers (used_at, key);

-- The secret that authenticates the names of covers.
CREATE TABLE musicbrainz_secrets (
    name       TEXT NOT NULL PRIMARY KEY,
    value      TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
