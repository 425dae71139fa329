-- Full-text search over the albums outside of the trash. Owner: collection.
-- Contentless, because the text is in the documents already. The owner is a term in the index ("u17"), so that a search
-- reads only the caller's part of the index, however many collectors there are.
CREATE VIRTUAL TABLE search USING fts5 (
    owner, artist, album, rest,
    content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', detail = 'column'
);

-- Adds a new album to the search index.
CREATE TRIGGER search_added AFTER INSERT ON records WHEN NEW.type = 'album'
BEGIN
    INSERT INTO search (rowid, owner, artist, album, rest) VALUES (
        NEW.id, 'u' || NEW.user_id, NEW.doc ->> '$.artist', NEW.doc ->> '$.album',
        concat_ws(' ', NEW.doc ->> '$.label', NEW.doc ->> '$.catno', NEW.doc ->> '$.barcode', NEW.doc ->> '$.genre',
            NEW.doc ->> '$.style', NEW.doc ->> '$.country', NEW.doc ->> '$.format', NEW.doc ->> '$.year',
            NEW.doc ->> '$.crate', NEW.doc ->> '$.tags', NEW.doc ->> '$.notes'));
END;

-- Keeps the search index equal to the document, and free of the trash.
CREATE TRIGGER search_updated AFTER UPDATE OF doc ON records WHEN NEW.type = 'album'
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

-- Removes a purged album that was not in the trash.
CREATE TRIGGER search_removed AFTER DELETE ON records WHEN OLD.type = 'album' AND OLD.deleted_at IS NULL
BEGIN
    DELETE FROM search WHERE rowid = OLD.id;
END;
