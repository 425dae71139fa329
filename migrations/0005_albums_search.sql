-- Full-text search over the albums outside the trash. Owner: collection.
-- Contentless: the text is in the documents already. "owner" is a term like any other ("u17"), so that a search reads
-- only the caller's part of the index however many collectors there are.
CREATE VIRTUAL TABLE albums_search USING fts5 (
    owner, artist, album, rest,
    content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', detail = 'column'
);

CREATE TRIGGER albums_searchable AFTER INSERT ON albums WHEN NEW.deleted_at IS NULL
BEGIN
    INSERT INTO albums_search (rowid, owner, artist, album, rest) VALUES (
        NEW.id, 'u' || NEW.user_id, NEW.doc ->> '$.artist', NEW.doc ->> '$.album',
        concat_ws(' ', NEW.doc ->> '$.label', NEW.doc ->> '$.catno', NEW.doc ->> '$.barcode', NEW.doc ->> '$.genre',
            NEW.doc ->> '$.style', NEW.doc ->> '$.country', NEW.doc ->> '$.format', NEW.doc ->> '$.year',
            NEW.doc ->> '$.crate', NEW.doc ->> '$.tags', NEW.doc ->> '$.notes'));
END;

CREATE TRIGGER albums_search_updated AFTER UPDATE OF doc ON albums
BEGIN
    DELETE FROM albums_search WHERE rowid = OLD.id AND OLD.deleted_at IS NULL;
    INSERT INTO albums_search (rowid, owner, artist, album, rest)
    SELECT
        NEW.id, 'u' || NEW.user_id, NEW.doc ->> '$.artist', NEW.doc ->> '$.album',
        concat_ws(' ', NEW.doc ->> '$.label', NEW.doc ->> '$.catno', NEW.doc ->> '$.barcode', NEW.doc ->> '$.genre',
            NEW.doc ->> '$.style', NEW.doc ->> '$.country', NEW.doc ->> '$.format', NEW.doc ->> '$.year',
            NEW.doc ->> '$.crate', NEW.doc ->> '$.tags', NEW.doc ->> '$.notes')
    WHERE NEW.deleted_at IS NULL;
END;

CREATE TRIGGER albums_search_removed AFTER DELETE ON albums WHEN OLD.deleted_at IS NULL
BEGIN
    DELETE FROM albums_search WHERE rowid = OLD.id;
END;
