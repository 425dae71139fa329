//! All SQL of this component, except for the migrations' own.

mod jobs;
mod limits;

pub use self::jobs::EndedSlice;

use migrations::{MIGRATIONS, Migration};
use sqlite::Connection;

use crate::contract::Error;

pub struct Store(Connection);

impl Store {
    pub async fn open() -> Result<Self, Error> {
        Ok(Self(Connection::open().await?))
    }

    /// Returns the number of the newest migration that is applied; 0 if none is.
    pub async fn applied(&self) -> Result<u32, Error> {
        const SQL: &str = "SELECT coalesce(max(number), 0) FROM schema_migrations";
        match self.0.query_one(SQL, []).await {
            Ok(Some(mut row)) => Ok(u32::try_from(row.take::<i64>(0)?).unwrap_or(u32::MAX)),
            Ok(None) => Ok(0),
            Err(sqlite::Error::Other(message)) if message.contains("no such table") => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    /// Applies the migrations that are missing. Returns the newest one that is applied afterwards.
    pub async fn migrate(&self) -> Result<u32, Error> {
        let mut applied = self.applied().await?;
        while let Some(migration) = MIGRATIONS.iter().find(|migration| migration.number > applied) {
            self.apply(migration).await?;
            applied = self.applied().await?;
        }
        Ok(applied)
    }

    /// Applies one migration in one transaction. If two instances race, the second one waits for the lock and then
    /// finds the migration applied.
    async fn apply(&self, migration: &Migration) -> Result<(), Error> {
        let applied = self.0.transaction(async || self.apply_locked(migration).await).await;
        applied.map_err(|error| match error {
            Error::Internal(message) => Error::Internal(format!("migration {}: {message}", migration.name)),
            other => other,
        })
    }

    async fn apply_locked(&self, migration: &Migration) -> Result<(), Error> {
        const CREATE: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
            number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT";
        const RECORD: &str = "INSERT INTO schema_migrations (number, name, applied_at)
            VALUES (?1, ?2, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))";
        self.0.execute(CREATE, []).await?;
        if self.applied().await? >= migration.number {
            return Ok(());
        }
        for statement in migration.statements() {
            self.0.execute(statement, []).await?;
        }
        Ok(self.0.execute(RECORD, [migration.number.into(), migration.name.into()]).await?)
    }

    pub async fn log_key(&self) -> Result<Option<String>, Error> {
        let row = self.0.query_one("SELECT value FROM system_secrets WHERE name = 'log'", []).await?;
        Ok(row.map(|mut row| row.take(0)).transpose()?)
    }

    /// Does nothing if a key is stored already.
    pub async fn insert_log_key(&self, key: &str) -> Result<(), Error> {
        const SQL: &str = "INSERT INTO system_secrets (name, value, created_at)
            VALUES ('log', ?1, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) ON CONFLICT (name) DO NOTHING";
        Ok(self.0.execute(SQL, [key.into()]).await?)
    }

    /// Fails if the database accepts no writes. The statement deletes no row, but takes the write lock.
    pub async fn check_writable(&self) -> Result<(), Error> {
        Ok(self.0.execute("DELETE FROM schema_migrations WHERE number < 0", []).await?)
    }
}
