//! Compares the ledger with the documents: the same triggers apply all operations again, in order, in an empty
//! database; the resulting records are compared with the stored ones.
//!
//! Emptying the trash deletes records without an operation, so the ledger does not contain when that happened. Two
//! things are known: a record that is not stored must have been in the trash at some time of its replay, and when its
//! uid is created again, the earlier record must have been purged before. Of its operations, a purge leaves the ids. An
//! operation between the trash and that moment may have been applied to the record or not; for those, outcome and lost
//! values are not compared. A record that is stored was never purged, and is compared exactly.
//!
//! In the statements `replayed` is a table of the replay, and `stored` one of the database that is checked.

use std::path::Path;

use anyhow::Result;
use migrations::MIGRATIONS;
use rusqlite::{Connection, ErrorCode, params};
use serde_json::{Map, Value};

use super::errors::explain_sqlite;

/// The result of a comparison.
pub struct Replayed {
    pub operations: usize,
    pub records: i64,
    pub faults: Vec<String>,
}

/// Each record that was ever in the trash (by id, which is the operation that created it), and the operation that put
/// it there first.
const TRASHED: &str = "
    CREATE TABLE replay_trashed (
        id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, uid TEXT NOT NULL, seq INTEGER NOT NULL);
    CREATE INDEX replay_trashed_uid ON replay_trashed (user_id, uid);
    CREATE TRIGGER replay_trashed AFTER UPDATE OF deleted_at ON records WHEN NEW.deleted_at IS NOT NULL
    BEGIN
        INSERT OR IGNORE INTO replay_trashed VALUES (NEW.id, NEW.user_id, NEW.uid, NEW.version);
    END;";

/// Replays the ledger of the database `copy`, whose newest migration is `migration`, in the empty file `scratch`.
pub fn compare(copy: &Path, scratch: &Path, migration: u32) -> Result<Replayed> {
    let run = || {
        let replay = prepare(copy, scratch, migration)?;
        let (operations, mut faults) = replay_all(&replay)?;
        let records: i64 = replay.query_row("SELECT count(*) FROM stored.records", [], |row| row.get(0))?;
        faults.extend(presence(&replay)?);
        faults.extend(differences(&replay)?);
        faults.extend(outcomes(&replay)?);
        Ok(Replayed { operations, records, faults })
    };
    run().map_err(|error| explain_sqlite(error, copy))
}

fn prepare(copy: &Path, scratch: &Path, newest: u32) -> rusqlite::Result<Connection> {
    let replay = Connection::open(scratch)?;
    // The file is removed when the check ends, so it need not survive a crash.
    replay.execute_batch(
        "PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY; PRAGMA cache_size=-65536; PRAGMA foreign_keys=OFF;",
    )?;
    replay.execute("ATTACH ?1 AS stored", [copy.to_string_lossy()])?;
    replay.execute_batch("BEGIN")?;
    for migration in MIGRATIONS.iter().filter(|migration| migration.number <= newest) {
        replay.execute_batch(migration.sql)?;
    }
    // The search index and the indexes of lists take most of the time, and are not compared. A purge here must not
    // erase the history: one that ran before the erasing trigger existed did not.
    let unneeded = "SELECT concat('DROP ', type, ' ', name) FROM main.sqlite_schema
        WHERE type = 'trigger' AND (name LIKE 'search_%' OR name = 'ops_erased')
            OR type = 'index' AND tbl_name = 'records' AND sql IS NOT NULL";
    for drop in lines(&replay, unneeded)? {
        replay.execute_batch(&drop)?;
    }
    replay.execute_batch(TRASHED)?;
    replay.execute_batch("INSERT INTO main.users SELECT * FROM stored.users")?;
    Ok(replay)
}

/// Returns the number of operations, and a fault for each one that the triggers refuse.
fn replay_all(replay: &Connection) -> rusqlite::Result<(usize, Vec<String>)> {
    // All columns of this schema except the outcome, which the triggers compute again.
    let columns = "SELECT group_concat(name, ', ') FROM pragma_table_info('ops') WHERE name <> 'outcome'";
    let columns: String = replay.query_row(columns, [], |row| row.get(0))?;
    let mut all = replay.prepare("SELECT seq, user_id, uid, kind = 'create' FROM stored.ops ORDER BY seq")?;
    let mut purge = replay.prepare(
        "DELETE FROM main.records WHERE user_id = ?1 AND uid = ?2 AND id IN (SELECT id FROM replay_trashed)",
    )?;
    let mut repeat =
        replay.prepare(&format!("INSERT INTO main.ops ({columns}) SELECT {columns} FROM stored.ops WHERE seq = ?1"))?;
    let (mut count, mut faults) = (0, Vec::new());
    let mut rows = all.query([])?;
    while let Some(row) = rows.next()? {
        let (seq, user, uid): (i64, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if row.get(3)? {
            purge.execute(params![user, uid])?;
        }
        match repeat.execute([seq]) {
            Ok(_) => {}
            Err(rusqlite::Error::SqliteFailure(error, message)) if error.code == ErrorCode::ConstraintViolation => {
                let why = message.unwrap_or_default();
                faults.push(format!("user {user}, record {uid}: operation {seq} is not possible ({why})"));
            }
            Err(error) => return Err(error),
        }
        count += 1;
    }
    Ok((count, faults))
}

/// Records that are only in the ledger or only in the collection.
fn presence(replay: &Connection) -> rusqlite::Result<Vec<String>> {
    const SQL: &str = "
        SELECT concat('user ', user_id, ', record ', uid,
            ': in the ledger, but not in the collection, and never in the trash')
        FROM main.records AS replayed
        WHERE id NOT IN (SELECT id FROM replay_trashed)
            AND NOT EXISTS (
                SELECT 1 FROM stored.records AS stored
                WHERE (stored.id, stored.user_id, stored.uid) = (replayed.id, replayed.user_id, replayed.uid))
        UNION ALL
        SELECT concat('user ', user_id, ', record ', uid, ': in the collection, but not in the ledger')
        FROM stored.records AS stored
        WHERE NOT EXISTS (
            SELECT 1 FROM main.records AS replayed
            WHERE (stored.id, stored.user_id, stored.uid) = (replayed.id, replayed.user_id, replayed.uid))";
    lines(replay, SQL)
}

/// Fields of records that differ from the ledger. Members may have another order: a migration that adds some appends
/// them.
fn differences(replay: &Connection) -> rusqlite::Result<Vec<String>> {
    const SQL: &str = "
        SELECT stored.user_id, stored.uid,
            concat_ws(', ', iif(replayed.type IS NOT stored.type, 'type', NULL),
                iif(replayed.version IS NOT stored.version, 'version', NULL),
                iif(replayed.deleted_at IS NOT stored.deleted_at, 'deleted_at', NULL)),
            replayed.doc, stored.doc, replayed.clocks, stored.clocks
        FROM stored.records AS stored JOIN main.records AS replayed USING (id, user_id, uid)
        WHERE (replayed.type, replayed.version, replayed.deleted_at, replayed.doc, replayed.clocks)
            IS NOT (stored.type, stored.version, stored.deleted_at, stored.doc, stored.clocks)";
    let mut statement = replay.prepare(SQL)?;
    let records = statement.query_map([], |row| {
        let (user, uid): (i64, String) = (row.get(0)?, row.get(1)?);
        let mut fields: Vec<String> =
            Some(row.get(2)?).filter(|columns: &String| !columns.is_empty()).into_iter().collect();
        for (name, replayed, stored) in [("doc", 3, 4), ("clocks", 5, 6)] {
            fields.extend(differing_members(name, &row.get::<_, String>(replayed)?, &row.get::<_, String>(stored)?));
        }
        let fault = format!("user {user}, record {uid}: differs from the ledger in {}", fields.join(", "));
        Ok((!fields.is_empty()).then_some(fault))
    })?;
    records.filter_map(Result::transpose).collect()
}

/// Returns the members in which two JSON objects differ.
fn differing_members(column: &str, replayed: &str, stored: &str) -> Vec<String> {
    let parse = |text| serde_json::from_str::<Map<String, Value>>(text).unwrap_or_default();
    let (replayed, stored) = (parse(replayed), parse(stored));
    let all = replayed.keys().chain(stored.keys());
    let mut keys: Vec<&String> = all.filter(|key| replayed.get(*key) != stored.get(*key)).collect();
    keys.sort();
    keys.dedup();
    keys.iter().map(|key| format!("{column}.{key}")).collect()
}

/// Outcomes and lost values of operations that differ from the ledger. A field that is written with a text is lost with
/// it; a merge before there were such fields has only the text.
fn outcomes(replay: &Connection) -> rusqlite::Result<Vec<String>> {
    const SQL: &str = "
        WITH differing (seq, field) AS (
            SELECT seq, 'outcome' FROM main.ops AS replayed JOIN stored.ops AS stored USING (seq)
            WHERE replayed.outcome <> stored.outcome
            UNION
            SELECT seq, concat('lost value of ', field) FROM (
                SELECT seq, field, value, device, edited_at FROM main.ops_lost
                WHERE field NOT IN ('genres', 'styles', 'labels', 'carrier', 'format_quantity', 'format_descriptions')
                EXCEPT SELECT seq, field, value, device, edited_at FROM stored.ops_lost)
            UNION
            SELECT seq, concat('lost value of ', field) FROM (
                SELECT seq, field, value, device, edited_at FROM stored.ops_lost
                EXCEPT SELECT seq, field, value, device, edited_at FROM main.ops_lost))
        SELECT concat('user ', user_id, ', record ', uid, ': operation ', seq, ' differs from the ledger in ',
            differing.field)
        FROM differing JOIN main.ops USING (seq)
        WHERE NOT EXISTS (
            SELECT 1 FROM replay_trashed AS trashed
            WHERE trashed.user_id = ops.user_id AND trashed.uid = ops.uid AND trashed.seq < ops.seq
                AND trashed.id NOT IN (SELECT id FROM stored.records)
                AND NOT EXISTS (
                    SELECT 1 FROM main.ops AS later
                    WHERE later.user_id = ops.user_id AND later.uid = ops.uid AND later.kind = 'create'
                        AND later.seq > trashed.seq AND later.seq <= ops.seq))";
    lines(replay, SQL)
}

fn lines(database: &Connection, sql: &str) -> rusqlite::Result<Vec<String>> {
    database.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}
