//! Whether a file is an intact Vinyl Vault database that this release can use.

use std::{fmt, path::Path};

use anyhow::{Result, bail};
use migrations::MIGRATIONS;
use rusqlite::{Connection, OpenFlags};

use super::errors::explain_sqlite;

/// The content of a database in numbers.
pub struct Summary {
    /// The newest migration applied.
    pub migration: u32,
    pub accounts: i64,
    pub albums: i64,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} accounts, {} albums, schema {}", self.accounts, self.albums, self.migration)
    }
}

/// Opens a copy that no other process uses.
pub fn open(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags).map_err(|error| explain_sqlite(error, path))
}

/// Fails if the database is damaged or inconsistent. Error messages name it as `path`.
pub fn verify(database: &Connection, path: &Path) -> Result<Summary> {
    let faults = integrity(database).map_err(|error| explain_sqlite(error, path))?;
    if let Some(fault) = faults.first() {
        bail!("`{}` is damaged: {fault} ({} faults)", path.display(), faults.len());
    }
    let migration = newest_applied(database, path)?;
    let missing = foreign_keys(database).map_err(|error| explain_sqlite(error, path))?;
    if let Some(fault) = missing.first() {
        bail!("`{}` is inconsistent: {fault} ({} faults)", path.display(), missing.len());
    }
    let one = |sql| database.query_row(sql, [], |row| row.get(0)).map_err(|error| explain_sqlite(error, path));
    let albums = "SELECT count(*) FROM records WHERE type = 'album' AND deleted_at IS NULL";
    let has_records = migration >= 4;
    Ok(Summary {
        migration,
        accounts: one("SELECT count(*) FROM users")?,
        albums: if has_records { one(albums)? } else { 0 },
    })
}

/// Returns the newest migration of the database. Fails if it is not one of Vinyl Vault, or of a newer release.
pub fn newest_applied(database: &Connection, path: &Path) -> Result<u32> {
    let path_shown = path.display();
    let tables: i64 = database
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(|error| explain_sqlite(error, path))?;
    if tables == 0 {
        bail!("`{path_shown}` is empty: no account was created yet");
    }
    let read = || {
        let mut statement = database.prepare("SELECT number, name FROM schema_migrations ORDER BY number")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect::<rusqlite::Result<Vec<(u32, String)>>>()
    };
    let Ok(applied) = read() else {
        bail!("`{path_shown}` is a SQLite database, but not one of Vinyl Vault (it has no `schema_migrations`)");
    };
    for ((number, name), known) in applied.iter().zip(MIGRATIONS) {
        if *number != known.number || name != known.name {
            bail!(
                "`{path_shown}` is not a database of Vinyl Vault: its migration {number} is `{name}`, not `{}`",
                known.name
            );
        }
    }
    let number = applied.last().map_or(0, |(number, _)| *number);
    let newest = migrations::newest();
    if number > newest {
        bail!(
            "`{path_shown}` was written by a newer release (schema {number}, this one has {newest}): use that release"
        );
    }
    if number == 0 {
        bail!("`{path_shown}` is empty: no account was created yet");
    }
    Ok(number)
}

/// Returns the faults that SQLite finds in its own structures, at most 100.
pub fn integrity(database: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = database.prepare("PRAGMA integrity_check")?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    rows.filter(|row| !row.as_ref().is_ok_and(|line| line == "ok")).collect()
}

/// Returns the rows that refer to a row that does not exist.
pub fn foreign_keys(database: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = "
        SELECT concat('row ', coalesce(rowid, '?'), ' of `', \"table\", '` refers to a row of `', parent,
            '` that does not exist')
        FROM pragma_foreign_key_check";
    let mut statement = database.prepare(sql)?;
    statement.query_map([], |row| row.get(0))?.collect()
}
