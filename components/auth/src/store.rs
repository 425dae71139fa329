//! All SQL of this component. Every method is atomic: one statement, or one transaction.

mod secrets;
mod sessions;
mod users;

use sqlite::{Connection, Row, Value};

use crate::contract::Error;
pub use sessions::SessionRow;
pub use users::{Account, Change, NewUser};

/// The time of a statement: RFC 3339, UTC, milliseconds; in this form times compare as texts. An argument shifts it.
macro_rules! now {
    () => {
        "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
    };
    ($shift:literal) => {
        concat!("strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '", $shift, "')")
    };
}

/// Whether the caller, user `?1` in session `?2`, is signed in still.
macro_rules! live {
    () => {
        concat!("EXISTS (SELECT 1 FROM sessions WHERE id = ?2 AND user_id = ?1 AND expires_at > ", now!(), ")")
    };
}

use {live, now};

pub struct Store(Connection);

impl Store {
    pub async fn open() -> Result<Self, Error> {
        Ok(Self(Connection::open().await?))
    }

    async fn rows(&self, statement: &str, parameters: impl IntoIterator<Item = Value>) -> Result<Vec<Row>, Error> {
        Ok(self.0.query(statement, parameters).await?)
    }

    async fn row(&self, statement: &str, parameters: impl IntoIterator<Item = Value>) -> Result<Option<Row>, Error> {
        Ok(self.0.query_one(statement, parameters).await?)
    }

    async fn run(&self, statement: &str, parameters: impl IntoIterator<Item = Value>) -> Result<(), Error> {
        Ok(self.0.execute(statement, parameters).await?)
    }

    /// All of `work` or nothing. It takes the write lock at its start: one taken between a read and a write can fail.
    async fn transaction<T>(&self, work: impl AsyncFnOnce() -> Result<T, Error>) -> Result<T, Error> {
        self.run("BEGIN IMMEDIATE", []).await?;
        let outcome = match work().await {
            Ok(value) => self.run("COMMIT", []).await.map(|()| value),
            Err(error) => Err(error),
        };
        if outcome.is_err() {
            // If this fails too, the connection ends with the store, and the transaction with it.
            let _ = self.run("ROLLBACK", []).await;
        }
        outcome
    }
}
