//! `vault check`: whether a database is intact, and whether its documents agree with its ledger.

use std::time::Instant;

use anyhow::Result;
use rusqlite::Connection;

use super::{
    errors::explain_sqlite,
    files::{DatabaseFiles, PartialFile},
    replay, schema, snapshot,
};

/// The maximum of faults that are printed for a check; more are only counted.
const MAX_PRINTED: usize = 50;

/// Runs all checks on a snapshot, and prints a line for each. Returns whether no check failed.
pub fn check(files: &DatabaseFiles) -> Result<bool> {
    files.require_database()?;
    let copy = PartialFile::beside(&files.database, "check")?;
    let scratch = PartialFile::beside(&files.database, "replay")?;
    snapshot::take(&files.database, copy.path())?;
    let database = schema::open(copy.path())?;

    let without_detail = |faults: rusqlite::Result<Vec<String>>| {
        faults.map(|faults| (String::new(), faults)).map_err(|error| explain_sqlite(error, &files.database))
    };
    let intact = report("integrity", || without_detail(schema::integrity(&database)));
    let migration = schema::newest_applied(&database, &files.database)?;
    let mut passed = intact & report("foreign keys", || without_detail(schema::foreign_keys(&database)));
    if migration >= 4 {
        passed &= report("counts", || without_detail(counts(&database, migration)));
    }
    if migration >= 5 {
        passed &= report("search index", || without_detail(search_index(&database)));
    }
    drop(database);
    if migration >= 6 {
        passed &= report("ledger", || {
            let replayed = replay::compare(copy.path(), scratch.path(), migration)?;
            let (operations, records) = (replayed.operations, replayed.records);
            Ok((format!("{operations} operations replayed, {records} records compared"), replayed.faults))
        });
    }
    println!("{} {}", files.database.display(), if passed { "is in good order" } else { "is NOT in good order" });
    Ok(passed)
}

/// Runs a check, which returns a detail and faults, and prints its result. Returns whether there are no faults.
fn report(name: &str, check: impl FnOnce() -> Result<(String, Vec<String>)>) -> bool {
    let started = Instant::now();
    let (detail, faults) = check().unwrap_or_else(|error| (String::new(), vec![format!("{error:#}")]));
    let verdict = if faults.is_empty() { "ok  " } else { "FAIL" };
    println!("{verdict} {name:<13} {:>7.2} s  {detail}", started.elapsed().as_secs_f64());
    for fault in faults.iter().take(MAX_PRINTED) {
        println!("       {fault}");
    }
    if faults.len() > MAX_PRINTED {
        println!("       and {} more", faults.len() - MAX_PRINTED);
    }
    faults.is_empty()
}

/// Compares the counts of accounts, conversations and the cache with what they count.
fn counts(database: &Connection, migration: u32) -> rusqlite::Result<Vec<String>> {
    const SQL: &str = "
        WITH counted AS (
            SELECT user_id, sum(type = 'album' AND deleted_at IS NULL AND doc ->> '$.wanted' IS NULL) AS albums,
                sum(type = 'album' AND deleted_at IS NOT NULL) AS trashed, max(version) AS version
            FROM records GROUP BY user_id)
        SELECT concat('user ', coalesce(counted.user_id, stored.user_id), ': `collections` has ',
            coalesce(stored.albums, 'no'), ' albums and ', coalesce(stored.trashed, 'no'), ' in the trash; there are ',
            coalesce(counted.albums, 0), ' and ', coalesce(counted.trashed, 0))
        FROM counted FULL JOIN collections AS stored ON counted.user_id = stored.user_id
        WHERE stored.albums IS NOT coalesce(counted.albums, 0) OR stored.trashed IS NOT coalesce(counted.trashed, 0)
        UNION ALL
        SELECT concat('user ', records.user_id, ': a record has version ', max(records.version),
            ', newer than version ', collections.version, ' of the collection')
        FROM records JOIN collections USING (user_id)
        GROUP BY records.user_id HAVING max(records.version) > collections.version";
    const WANTS: &str = "
        SELECT concat('user ', user_id, ': `collections` has ', wanted, ' wants; there are ', counted)
        FROM (
            SELECT user_id, collections.wanted, (
                SELECT count(*) FROM records
                WHERE records.user_id = collections.user_id AND type = 'album' AND deleted_at IS NULL
                    AND records.wanted = 1) AS counted
            FROM collections)
        WHERE wanted <> counted";
    let mut faults = lines(database, SQL)?;
    if migration >= 7 {
        faults.extend(lines(database, WANTS)?);
    }
    if migration >= 19 {
        faults.extend(lines(database, CACHE)?);
    }
    if migration >= 20 {
        faults.extend(lines(database, CONVERSATIONS)?);
    }
    if migration >= 24 {
        faults.extend(lines(database, SIZES)?);
    }
    Ok(faults)
}

/// The size of the cache of lookups and covers, by its index.
const CACHE: &str = "
    SELECT concat('`discogs_cache_size` has ', stored, ' bytes of ', iif(is_cover, 'covers', 'lookups'),
        '; there are ', present)
    FROM (
        SELECT is_cover, bytes AS stored, (
            SELECT coalesce(sum(bytes), 0) FROM discogs_cache_index
            WHERE discogs_cache_index.is_cover = discogs_cache_size.is_cover) AS present
        FROM discogs_cache_size)
    WHERE stored <> present";

/// The messages of a conversation, and their bytes.
const CONVERSATIONS: &str = "
    SELECT concat('conversation ', id, ': has ', messages, ' messages of ', bytes, ' bytes; there are ',
        present, ' of ', present_bytes)
    FROM (
        SELECT id, messages, bytes,
            (SELECT count(*) FROM messages WHERE conversation_id = conversations.id) AS present,
            (SELECT coalesce(sum(octet_length(content)), 0) FROM messages
                WHERE conversation_id = conversations.id) AS present_bytes
        FROM conversations)
    WHERE messages <> present OR bytes <> present_bytes";

/// What counts for an account's quota. `largest` never decreases, so it may be larger than any document of now.
const SIZES: &str = "
    WITH counted AS (
        SELECT user_id,
            (SELECT count(*) FROM records WHERE records.user_id = collections.user_id) AS records,
            (SELECT count(*) FROM records WHERE records.user_id = collections.user_id AND type = 'crate') AS crates,
            (SELECT coalesce(sum(octet_length(doc)), 0) FROM records
                WHERE records.user_id = collections.user_id) AS documents,
            (SELECT coalesce(max(octet_length(doc)), 0) FROM records
                WHERE records.user_id = collections.user_id) AS largest,
            (SELECT coalesce(sum(octet_length(doc) + octet_length(clocks)), 0) FROM records
                WHERE records.user_id = collections.user_id)
            + (SELECT coalesce(sum(octet_length(patch) + 250), 0) FROM ops WHERE ops.user_id = collections.user_id)
            + (SELECT coalesce(sum(coalesce(octet_length(value), 0) + 200), 0) FROM ops_lost
                WHERE ops_lost.user_id = collections.user_id) AS bytes
        FROM collections)
    SELECT concat('user ', user_id, ': `collections` has ', name, ' ', stored, '; there are ', present) FROM (
        SELECT user_id, 'records' AS name, collections.records AS stored, counted.records AS present
        FROM collections JOIN counted USING (user_id)
        UNION ALL
        SELECT user_id, 'crates', collections.crates, counted.crates FROM collections JOIN counted USING (user_id)
        UNION ALL
        SELECT user_id, 'documents', collections.documents, counted.documents
        FROM collections JOIN counted USING (user_id)
        UNION ALL
        SELECT user_id, 'bytes', collections.bytes, counted.bytes FROM collections JOIN counted USING (user_id)
        UNION ALL
        SELECT user_id, 'largest', min(collections.largest, counted.largest), counted.largest
        FROM collections JOIN counted USING (user_id))
    WHERE stored <> present";

/// Checks that the index is consistent, and contains exactly the albums outside the trash.
fn search_index(database: &Connection) -> rusqlite::Result<Vec<String>> {
    const SQL: &str = "
        SELECT concat('user ', user_id, ', record ', uid, ': not in the search index')
        FROM records WHERE type = 'album' AND deleted_at IS NULL AND id NOT IN (SELECT id FROM search_docsize)
        UNION ALL
        SELECT concat('entry ', id, ' of the search index belongs to no album')
        FROM search_docsize WHERE id NOT IN (SELECT id FROM records WHERE type = 'album' AND deleted_at IS NULL)";
    // FTS5 takes its commands as inserts.
    database.execute_batch("INSERT INTO search (search) VALUES ('integrity-check')")?;
    lines(database, SQL)
}

fn lines(database: &Connection, sql: &str) -> rusqlite::Result<Vec<String>> {
    database.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}
