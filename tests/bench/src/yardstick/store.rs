//! Connections: one for each thread that reads, and one for all writes.

use std::{
    cell::RefCell,
    path::{Path, PathBuf},
    sync::{LazyLock, Mutex, MutexGuard, PoisonError},
};

use rusqlite::{Connection, OptionalExtension as _, Row, config::DbConfig, params};

use super::album::COLUMNS;

const SCHEMA: &str = include_str!("schema.sql");
/// `synchronous = FULL` as in our application: an acknowledged write survives a power failure.
const PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;
    PRAGMA foreign_keys = ON; PRAGMA cache_size = -32768; PRAGMA mmap_size = 1073741824; PRAGMA temp_store = MEMORY;";

static LIST: LazyLock<String> = LazyLock::new(|| list_from("?3 IS NULL"));
static LIST_FROM: LazyLock<String> = LazyLock::new(|| {
    list_from(
        "(artist_key, album_key, id) >= (SELECT artist_key, album_key, id FROM albums WHERE user_id = ?1 AND id = ?3)",
    )
});

fn list_from(condition: &str) -> String {
    format!(
        "SELECT {COLUMNS} FROM albums WHERE user_id = ?1 AND deleted_at IS NULL AND {condition}
        ORDER BY artist_key, album_key, id LIMIT ?2"
    )
}

thread_local! {
    static READER: RefCell<Option<Database>> = const { RefCell::new(None) };
}

pub struct Store {
    path: PathBuf,
    writer: Mutex<Database>,
}

impl Store {
    pub fn open(path: &Path) -> rusqlite::Result<Self> {
        let writer = Database::open(path)?;
        writer.0.execute_batch(SCHEMA)?;
        Ok(Self { path: path.to_owned(), writer: Mutex::new(writer) })
    }

    /// Reads with the connection of this thread, without waiting.
    pub fn read<T>(&self, work: impl FnOnce(&Database) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        READER.with_borrow_mut(|reader| match reader {
            Some(reader) => work(reader),
            None => work(reader.insert(Database::open(&self.path)?)),
        })
    }

    /// Waits for the connection that writes. SQLite permits one writer at a time; waiting here is fairer than in its
    /// busy handler, which sleeps.
    pub fn write(&self) -> MutexGuard<'_, Database> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub struct Database(pub Connection);

/// A user's id, salt and hash.
type Password = (i64, [u8; 16], [u8; 32]);

impl Database {
    fn open(path: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch(PRAGMAS)?;
        connection.set_prepared_statement_cache_capacity(64);
        // Otherwise SQLite prepares a statement again for each new value of its LIMIT.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        Ok(Self(connection))
    }

    pub fn register(&self, email: &str, salt: &[u8; 16], hash: &[u8; 32]) -> rusqlite::Result<i64> {
        const SQL: &str = "INSERT INTO users (email, salt, password_hash) VALUES (lower(?1), ?2, ?3)";
        self.0.prepare_cached(SQL)?.insert(params![email, salt, hash])
    }

    pub fn password(&self, email: &str) -> rusqlite::Result<Option<Password>> {
        const SQL: &str = "SELECT id, salt, password_hash FROM users WHERE email = lower(?1)";
        let mut statement = self.0.prepare_cached(SQL)?;
        statement.query_row([email], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()
    }

    pub fn total(&self, user: i64) -> rusqlite::Result<i64> {
        const SQL: &str = "SELECT albums FROM collections WHERE user_id = ?1";
        Ok(self.0.prepare_cached(SQL)?.query_row([user], |row| row.get(0)).optional()?.unwrap_or(0))
    }

    /// Calls `each` for at most `limit` albums of the user, in the order of the list, beginning with the album `from`.
    /// Returns the id of the album after them.
    pub fn list(
        &self,
        user: i64,
        from: Option<i64>,
        limit: i64,
        mut each: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<Option<i64>> {
        let mut statement = self.0.prepare_cached(if from.is_some() { &LIST_FROM } else { &LIST })?;
        let mut rows = statement.query(params![user, limit.saturating_add(1), from])?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            if count == limit {
                return row.get(0).map(Some);
            }
            each(row)?;
            count += 1;
        }
        Ok(None)
    }
}
