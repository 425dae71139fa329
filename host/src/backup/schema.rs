//! Whether a file is a whole Vinyl Vault database that this release can use.

use std::path::Path;

use anyhow::{Result, bail};
use rusqlite::{Connection, OpenFlags};

use super::explain;

/// One file of `migrations/`.
pub struct Migration {
    pub number: u32,
    pub name: &'static str,
    pub sql: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// What is in a database.
pub struct Found {
    /// The newest migration applied.
    pub number: u32,
    pub accounts: i64,
    pub albums: i64,
}

/// Opens a copy that nobody else has.
pub fn open(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags).map_err(|error| explain::sqlite(error, path))
}

/// Fails with what is wrong with the database; errors name it as `path`.
pub fn verify(database: &Connection, path: &Path) -> Result<Found> {
    let faults = integrity(database).map_err(|error| explain::sqlite(error, path))?;
    if let Some(fault) = faults.first() {
        bail!("`{}` is damaged: {fault} ({} faults)", path.display(), faults.len());
    }
    let number = applied(database, path)?;
    let strays = foreign_keys(database).map_err(|error| explain::sqlite(error, path))?;
    if let Some(stray) = strays.first() {
        bail!("`{}` is inconsistent: {stray} ({} faults)", path.display(), strays.len());
    }
    let one = |sql| database.query_row(sql, [], |row| row.get(0)).map_err(|error| explain::sqlite(error, path));
    let albums = "SELECT count(*) FROM records WHERE type = 'album' AND deleted_at IS NULL";
    let has_records = number >= 4;
    Ok(Found {
        number,
        accounts: one("SELECT count(*) FROM users")?,
        albums: if has_records { one(albums)? } else { 0 },
    })
}

/// The newest migration that the database has. Fails if it is not Vinyl Vault's, or that of a newer release.
pub fn applied(database: &Connection, path: &Path) -> Result<u32> {
    let path_shown = path.display();
    let tables: i64 = database
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(|error| explain::sqlite(error, path))?;
    if tables == 0 {
        bail!("`{path_shown}` is empty: no account was made yet");
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
    let newest = MIGRATIONS.last().map_or(0, |migration| migration.number);
    if number > newest {
        bail!("`{path_shown}` is of a newer release (schema {number}, this one knows {newest}): use that release");
    }
    if number == 0 {
        bail!("`{path_shown}` is empty: no account was made yet");
    }
    Ok(number)
}

/// What SQLite finds wrong with its own structures; at most 100 faults.
pub fn integrity(database: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = database.prepare("PRAGMA integrity_check")?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    rows.filter(|row| !row.as_ref().is_ok_and(|line| line == "ok")).collect()
}

/// Rows that refer to what is not there.
pub fn foreign_keys(database: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT concat('row ', coalesce(rowid, '?'), ' of `', \"table\", '` refers to a row of `', parent, '` that is not there')
        FROM pragma_foreign_key_check";
    let mut statement = database.prepare(sql)?;
    statement.query_map([], |row| row.get(0))?.collect()
}
