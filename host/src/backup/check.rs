//! `vault check`: whether a database is whole, and its documents what its ledger says.

use std::time::Instant;

use anyhow::Result;
use rusqlite::Connection;

use super::files::Partial;
use super::{Place, explain, replay, schema, snapshot};

/// More differences than this are counted, not printed.
const SHOWN: usize = 50;

/// What a check found: what it looked at, and each fault.
pub struct Outcome {
    pub looked_at: String,
    pub faults: Vec<String>,
}

/// Runs every check on a snapshot; prints a line for each. Returns whether all is well.
pub fn check(place: &Place) -> Result<bool> {
    place.require_database()?;
    let (copy, scratch) = (Partial::beside(&place.database, "check")?, Partial::beside(&place.database, "replay")?);
    snapshot::take(&place.database, copy.path(), true)?;
    let database = schema::open(copy.path())?;

    let plain = |result: rusqlite::Result<Vec<String>>| {
        result
            .map(|faults| Outcome { looked_at: String::new(), faults })
            .map_err(|error| explain::sqlite(error, &place.database))
    };
    let whole = report("integrity", || plain(schema::integrity(&database)));
    let number = schema::applied(&database, &place.database)?;
    let mut well = whole & report("foreign keys", || plain(schema::foreign_keys(&database)));
    if number >= 4 {
        well &= report("counts", || plain(counts(&database, number)));
    }
    if number >= 5 {
        well &= report("search index", || plain(search(&database)));
    }
    drop(database);
    if number >= 6 {
        well &= report("ledger", || replay::compare(copy.path(), scratch.path(), number));
    }
    println!("{} {}", place.database.display(), if well { "is in good order" } else { "is NOT in good order" });
    Ok(well)
}

fn report(name: &str, check: impl FnOnce() -> Result<Outcome>) -> bool {
    let began = Instant::now();
    let outcome =
        check().unwrap_or_else(|error| Outcome { looked_at: String::new(), faults: vec![format!("{error:#}")] });
    let verdict = if outcome.faults.is_empty() { "ok  " } else { "FAIL" };
    println!("{verdict} {name:<13} {:>7.2} s  {}", began.elapsed().as_secs_f64(), outcome.looked_at);
    for fault in outcome.faults.iter().take(SHOWN) {
        println!("       {fault}");
    }
    if outcome.faults.len() > SHOWN {
        println!("       and {} more", outcome.faults.len() - SHOWN);
    }
    outcome.faults.is_empty()
}

/// The numbers that lists show without counting.
fn counts(database: &Connection, number: u32) -> rusqlite::Result<Vec<String>> {
    const SQL: &str = "
        WITH counted AS (
            SELECT user_id, sum(type = 'album' AND deleted_at IS NULL AND doc ->> '$.wanted' IS NULL) AS albums,
                sum(type = 'album' AND deleted_at IS NOT NULL) AS trashed, max(version) AS version
            FROM records GROUP BY user_id)
        SELECT concat('user ', coalesce(counted.user_id, collections.user_id), ': `collections` says ', coalesce(albums_said, 'nothing'),
            ' albums, ', coalesce(trashed_said, 'nothing'), ' in the trash; there are ', coalesce(counted.albums, 0), ' and ',
            coalesce(counted.trashed, 0))
        FROM counted FULL JOIN
            (SELECT user_id, albums AS albums_said, trashed AS trashed_said, version AS version_said FROM collections) AS collections
            ON counted.user_id = collections.user_id
        WHERE albums_said IS NOT coalesce(counted.albums, 0) OR trashed_said IS NOT coalesce(counted.trashed, 0)
        UNION ALL
        SELECT concat('user ', records.user_id, ': a record has version ', max(records.version), ', newer than the collection''s ', collections.version)
        FROM records JOIN collections USING (user_id)
        GROUP BY records.user_id HAVING max(records.version) > collections.version";
    const WANTS: &str = "
        SELECT concat('user ', user_id, ': `collections` says ', wanted, ' wants; there are ', counted)
        FROM (SELECT user_id, collections.wanted, (SELECT count(*) FROM records WHERE records.user_id = collections.user_id
            AND type = 'album' AND deleted_at IS NULL AND records.wanted = 1) AS counted FROM collections)
        WHERE wanted <> counted";
    let mut faults = lines(database, SQL)?;
    if number >= 7 {
        faults.extend(lines(database, WANTS)?);
    }
    Ok(faults)
}

/// The index is consistent in itself, and holds every album outside the trash and nothing else.
fn search(database: &Connection) -> rusqlite::Result<Vec<String>> {
    const SQL: &str = "
        SELECT concat('user ', user_id, ', record ', uid, ': not in the search index')
        FROM records WHERE type = 'album' AND deleted_at IS NULL AND id NOT IN (SELECT id FROM search_docsize)
        UNION ALL
        SELECT concat('entry ', id, ' of the search index belongs to no album')
        FROM search_docsize WHERE id NOT IN (SELECT id FROM records WHERE type = 'album' AND deleted_at IS NULL)";
    // Written to: FTS5 takes its commands as inserts.
    database.execute_batch("INSERT INTO search (search) VALUES ('integrity-check')")?;
    lines(database, SQL)
}

pub fn lines(database: &Connection, sql: &str) -> rusqlite::Result<Vec<String>> {
    database.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}
