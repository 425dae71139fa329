//! All SQL of this component, but for the migrations.

use crate::error::{Error, Result};
use crate::migration::{MIGRATIONS, Migration, newest, statements};
use sqlite::Connection;

pub struct Store(Connection);

impl Store {
    pub async fn open() -> Result<Self> {
        Ok(Self(Connection::open().await?))
    }

    /// The newest migration that is applied; 0 if none is.
    pub async fn applied(&self) -> Result<u32> {
        const SQL: &str = "SELECT coalesce(max(number), 0) FROM schema_migrations";
        match self.0.query_one(SQL, []).await {
            Ok(Some(mut row)) => Ok(u32::try_from(row.take::<i64>(0)?).unwrap_or(u32::MAX)),
            Ok(None) => Ok(0),
            Err(sqlite::Error::Other(message)) if message.contains("no such table") => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    /// Applies what is missing; answers with the newest migration applied then.
    pub async fn migrate(&self) -> Result<u32> {
        let mut applied = self.applied().await?;
        while let Some(migration) = MIGRATIONS.iter().find(|migration| migration.number > applied) {
            self.apply(migration).await?;
            applied = self.applied().await?;
        }
        Ok(applied)
    }

    /// One migration, one transaction. Who comes second in a race waits for the lock, and finds it done.
    async fn apply(&self, migration: &Migration) -> Result<()> {
        self.0.execute("BEGIN IMMEDIATE", []).await?;
        let done = self.apply_locked(migration).await;
        let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
        let ended = self.0.execute(end, []).await;
        done.map_err(|error| match error {
            Error::Internal(message) => Error::Internal(format!("migration {}: {message}", migration.name)),
            other => other,
        })?;
        Ok(ended?)
    }

    async fn apply_locked(&self, migration: &Migration) -> Result<()> {
        const CREATE: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
            number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT";
        const RECORD: &str = "INSERT INTO schema_migrations (number, name, applied_at)
            VALUES (?1, ?2, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))";
        self.0.execute(CREATE, []).await?;
        if self.applied().await? >= migration.number {
            return Ok(());
        }
        for statement in statements(migration.sql) {
            self.0.execute(statement, []).await?;
        }
        self.0.execute(RECORD, [migration.number.into(), migration.name.into()]).await?;
        Ok(())
    }

    /// Whether the database takes writes: a transaction that writes and is rolled back.
    pub async fn check_writable(&self) -> Result<()> {
        self.0.execute("BEGIN IMMEDIATE", []).await?;
        let written = self.0.execute("DELETE FROM schema_migrations WHERE number < 0", []).await;
        self.0.execute("ROLLBACK", []).await?;
        Ok(written?)
    }

    /// How the applied schema stands to this release's.
    pub fn is_newer(applied: u32) -> bool {
        applied > newest()
    }
}
