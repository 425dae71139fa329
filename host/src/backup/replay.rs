//! The ledger against the documents: every operation is carried out again, in order, by the same triggers in an empty
//! database, and the records that come out are compared with those that are there.
//!
//! Emptying the trash deletes records without an operation, so the ledger does not say when it happened. What can be told: a
//! record that is not there must have been in the trash at some time of its replay, and when its uid is created anew, the
//! earlier record must have been purged before. Operations that came between the trash and that moment may have found the
//! record or not; of those, outcome and lost values are not compared. A record that is there was never purged, and is
//! compared to the letter.

use std::path::Path;

use anyhow::Result;
use rusqlite::{Connection, params};
use serde_json::{Map, Value};

use super::check::{Outcome, lines};
use super::explain;
use super::schema::MIGRATIONS;

/// Each record (by id, the operation that made it) that was ever in the trash, since which operation.
const TRASHED: &str = "
    CREATE TABLE replay_trashed (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, uid TEXT NOT NULL, seq INTEGER NOT NULL);
    CREATE INDEX replay_trashed_uid ON replay_trashed (user_id, uid);
    CREATE TRIGGER replay_trashed AFTER UPDATE OF deleted_at ON records WHEN NEW.deleted_at IS NOT NULL
    BEGIN
        INSERT OR IGNORE INTO replay_trashed VALUES (NEW.id, NEW.user_id, NEW.uid, NEW.version);
    END;";

/// Replays the ledger of the database `copy`, whose schema is `number`, in the empty file `scratch`.
pub fn compare(copy: &Path, scratch: &Path, number: u32) -> Result<Outcome> {
    let run = || {
        let replay = prepare(copy, scratch, number)?;
        let (operations, mut faults) = replay_all(&replay)?;
        let records: i64 = replay.query_row("SELECT count(*) FROM real.records", [], |row| row.get(0))?;
        faults.extend(presence(&replay)?);
        faults.extend(differences(&replay)?);
        faults.extend(outcomes(&replay)?);
        Ok(Outcome { looked_at: format!("{operations} operations replayed, {records} records compared"), faults })
    };
    run().map_err(|error| explain::sqlite(error, copy))
}

fn prepare(copy: &Path, scratch: &Path, number: u32) -> rusqlite::Result<Connection> {
    let replay = Connection::open(scratch)?;
    // The file goes when the check ends: nothing in it needs to survive anything.
    replay.execute_batch(
        "PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY; PRAGMA cache_size=-65536; PRAGMA foreign_keys=OFF;",
    )?;
    replay.execute("ATTACH ?1 AS real", [copy.to_string_lossy()])?;
    replay.execute_batch("BEGIN")?;
    for migration in MIGRATIONS.iter().filter(|migration| migration.number <= number) {
        replay.execute_batch(migration.sql)?;
    }
    // The search index and the indexes of lists are most of the work, and nothing that is compared.
    let needless = "SELECT concat('DROP ', type, ' ', name) FROM main.sqlite_schema
        WHERE type = 'trigger' AND name LIKE 'search_%' OR type = 'index' AND tbl_name = 'records' AND sql IS NOT NULL";
    for drop in lines(&replay, needless)? {
        replay.execute_batch(&drop)?;
    }
    replay.execute_batch(TRASHED)?;
    replay.execute_batch("INSERT INTO main.users SELECT * FROM real.users")?;
    Ok(replay)
}

/// Answers with how many operations there are, and those that the ledger's own rules refuse.
fn replay_all(replay: &Connection) -> rusqlite::Result<(usize, Vec<String>)> {
    // Whatever columns there are but the outcome, which the triggers find again.
    let columns = "SELECT group_concat(name, ', ') FROM pragma_table_info('ops') WHERE name <> 'outcome'";
    let columns: String = replay.query_row(columns, [], |row| row.get(0))?;
    let mut all = replay.prepare("SELECT seq, user_id, uid, kind = 'create' FROM real.ops ORDER BY seq")?;
    let mut purge = replay.prepare(
        "DELETE FROM main.records WHERE user_id = ?1 AND uid = ?2 AND id IN (SELECT id FROM replay_trashed)",
    )?;
    let mut repeat =
        replay.prepare(&format!("INSERT INTO main.ops ({columns}) SELECT {columns} FROM real.ops WHERE seq = ?1"))?;
    let (mut count, mut faults) = (0, Vec::new());
    let mut rows = all.query([])?;
    while let Some(row) = rows.next()? {
        let (seq, user, uid): (i64, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if row.get(3)? {
            purge.execute(params![user, uid])?;
        }
        match repeat.execute([seq]) {
            Ok(_) => {}
            Err(rusqlite::Error::SqliteFailure(error, message))
                if error.code == rusqlite::ErrorCode::ConstraintViolation =>
            {
                let why = message.unwrap_or_default();
                faults.push(format!("user {user}, record {uid}: operation {seq} cannot have happened ({why})"));
            }
            Err(error) => return Err(error),
        }
        count += 1;
    }
    Ok((count, faults))
}

fn presence(replay: &Connection) -> rusqlite::Result<Vec<String>> {
    const SQL: &str = "
        SELECT concat('user ', user_id, ', record ', uid, ': in the ledger, but not in the collection, and never in the trash')
        FROM main.records AS said
        WHERE id NOT IN (SELECT id FROM replay_trashed)
            AND NOT EXISTS (SELECT 1 FROM real.records AS is_there WHERE (is_there.id, is_there.user_id, is_there.uid) = (said.id, said.user_id, said.uid))
        UNION ALL
        SELECT concat('user ', user_id, ', record ', uid, ': in the collection, but not in the ledger')
        FROM real.records AS is_there
        WHERE NOT EXISTS (SELECT 1 FROM main.records AS said WHERE (is_there.id, is_there.user_id, is_there.uid) = (said.id, said.user_id, said.uid))";
    lines(replay, SQL)
}

/// Fields of records that are not what the ledger says.
fn differences(replay: &Connection) -> rusqlite::Result<Vec<String>> {
    const SQL: &str = "
        SELECT is_there.user_id, is_there.uid,
            concat_ws(', ', iif(said.type IS NOT is_there.type, 'type', NULL), iif(said.version IS NOT is_there.version, 'version', NULL),
                iif(said.deleted_at IS NOT is_there.deleted_at, 'deleted_at', NULL)),
            said.doc, is_there.doc, said.clocks, is_there.clocks
        FROM real.records AS is_there JOIN main.records AS said USING (id, user_id, uid)
        WHERE (said.type, said.version, said.deleted_at, said.doc, said.clocks)
            IS NOT (is_there.type, is_there.version, is_there.deleted_at, is_there.doc, is_there.clocks)";
    let mut statement = replay.prepare(SQL)?;
    let lines = statement.query_map([], |row| {
        let (user, uid): (i64, String) = (row.get(0)?, row.get(1)?);
        let mut fields: Vec<String> =
            Some(row.get(2)?).filter(|columns: &String| !columns.is_empty()).into_iter().collect();
        for (name, said, is_there) in [("doc", 3, 4), ("clocks", 5, 6)] {
            fields.extend(members(name, &row.get::<_, String>(said)?, &row.get::<_, String>(is_there)?));
        }
        Ok(format!("user {user}, record {uid}: not what the ledger says: {}", fields.join(", ")))
    })?;
    lines.collect()
}

/// Which members of two objects differ; their name alone if only the text does.
fn members(name: &str, said: &str, is_there: &str) -> Vec<String> {
    if said == is_there {
        return Vec::new();
    }
    let parse = |text| serde_json::from_str::<Map<String, Value>>(text).unwrap_or_default();
    let (said, is_there) = (parse(said), parse(is_there));
    let mut keys: Vec<&String> =
        said.keys().chain(is_there.keys()).filter(|key| said.get(*key) != is_there.get(*key)).collect();
    keys.sort();
    keys.dedup();
    if keys.is_empty() { vec![name.to_owned()] } else { keys.iter().map(|key| format!("{name}.{key}")).collect() }
}

/// Outcomes and lost values that are not what the ledger says.
fn outcomes(replay: &Connection) -> rusqlite::Result<Vec<String>> {
    const SQL: &str = "
        WITH differing (seq, field) AS (
            SELECT seq, 'outcome' FROM main.ops AS said JOIN real.ops AS is_there USING (seq) WHERE said.outcome <> is_there.outcome
            UNION
            SELECT seq, concat('lost value of ', field) FROM (
                SELECT seq, field, value, device, edited_at FROM main.ops_lost
                EXCEPT SELECT seq, field, value, device, edited_at FROM real.ops_lost)
            UNION
            SELECT seq, concat('lost value of ', field) FROM (
                SELECT seq, field, value, device, edited_at FROM real.ops_lost
                EXCEPT SELECT seq, field, value, device, edited_at FROM main.ops_lost))
        SELECT concat('user ', user_id, ', record ', uid, ': operation ', seq, ': not what the ledger says: ', differing.field)
        FROM differing JOIN main.ops USING (seq)
        WHERE NOT EXISTS (
            SELECT 1 FROM replay_trashed AS trashed
            WHERE trashed.user_id = ops.user_id AND trashed.uid = ops.uid AND trashed.seq < ops.seq
                AND trashed.id NOT IN (SELECT id FROM real.records)
                AND NOT EXISTS (
                    SELECT 1 FROM main.ops AS anew
                    WHERE anew.user_id = ops.user_id AND anew.uid = ops.uid AND anew.kind = 'create'
                        AND anew.seq > trashed.seq AND anew.seq <= ops.seq))";
    lines(replay, SQL)
}
