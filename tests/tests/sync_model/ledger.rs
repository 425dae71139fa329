//! The ledger and its lost values, read directly from the database.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use crate::reference::LostValue;

pub struct Entry {
    pub seq: i64,
    pub op_id: String,
    pub edited_at: String,
    pub outcome: String,
}

pub struct Ledger {
    path: PathBuf,
    database: Connection,
}

impl Ledger {
    pub fn open(path: &Path) -> Self {
        let database = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).expect("the database");
        database.busy_timeout(std::time::Duration::from_secs(10)).expect("a timeout");
        Self { path: path.to_owned(), database }
    }

    fn value<T: rusqlite::types::FromSql>(&self, sql: &str) -> T {
        self.database.query_row(sql, [], |row| row.get(0)).expect("a row")
    }

    pub fn end(&self) -> i64 {
        self.value("SELECT coalesce(max(seq), 0) FROM ops")
    }

    /// The cursor of a device that needs no earlier changes.
    pub fn cursor(&self) -> Option<i64> {
        self.value("SELECT max(version) FROM collections")
    }

    pub fn now(&self) -> String {
        self.value("SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')")
    }

    pub fn entries_after(&self, seq: i64) -> Vec<Entry> {
        const SQL: &str = "SELECT seq, op_id, edited_at, outcome FROM ops WHERE seq > ?1 ORDER BY seq";
        let mut rows = self.database.prepare(SQL).expect("a statement");
        let entries = rows.query_map([seq], |row| {
            Ok(Entry { seq: row.get(0)?, op_id: row.get(1)?, edited_at: row.get(2)?, outcome: row.get(3)? })
        });
        entries.expect("entries").map(|entry| entry.expect("an entry")).collect()
    }

    pub fn lost_after(&self, seq: i64) -> Vec<LostValue> {
        const SQL: &str = "SELECT seq, field, value, device, edited_at FROM ops_lost WHERE seq > ?1";
        let mut rows = self.database.prepare(SQL).expect("a statement");
        let lost = rows.query_map([seq], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)));
        let mut lost: Vec<_> = lost.expect("lost values").map(|lost| lost.expect("a lost value")).collect();
        lost.sort();
        lost
    }

    /// Fails unless the database is intact, and a replay of the ledger in an empty database gives the same records,
    /// outcomes and lost values.
    pub fn check(&self) {
        assert_eq!(self.value::<String>("PRAGMA integrity_check"), "ok");
        assert_eq!(self.value::<i64>("SELECT count(*) FROM pragma_foreign_key_check"), 0);
        let scratch = Connection::open_in_memory().expect("a database");
        scratch.pragma_update(None, "foreign_keys", false).expect("a pragma");
        for migration in migrations::MIGRATIONS {
            scratch.execute_batch(migration.sql).expect("a migration");
        }
        scratch.execute("ATTACH ?1 AS real", [self.path.to_str()]).expect("the database");
        let columns = "seq, user_id, op_id, device, kind, type, uid, strict, base, patch, edited_at";
        let replay = format!("INSERT INTO ops ({columns}) SELECT {columns} FROM real.ops ORDER BY seq");
        scratch.execute(&replay, []).expect("a replay");
        for (table, columns) in [
            ("records", "id, user_id, type, uid, version, deleted_at, doc, clocks"),
            ("ops", "seq, op_id, outcome"),
            ("ops_lost", "user_id, uid, seq, field, value, device, edited_at"),
            (
                "collections",
                "user_id, version, albums, trashed, wanted, purged, records, crates, documents, largest, bytes",
            ),
        ] {
            for (one, other) in [("main", "real"), ("real", "main")] {
                let sql = format!(
                    "SELECT count(*) FROM
                        (SELECT {columns} FROM {one}.{table} EXCEPT SELECT {columns} FROM {other}.{table})"
                );
                let differences: i64 = scratch.query_row(&sql, [], |row| row.get(0)).expect("a count");
                assert_eq!(differences, 0, "rows of {table} that are only in {one}");
            }
        }
    }
}
