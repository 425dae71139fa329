//! All SQL of this component. Every statement on users' rows has `user_id` in its condition, so that rows of other
//! users are never found.

mod answers;
mod conversations;
mod keys;
mod questions;
mod quota;

pub use answers::NewAnswer;
pub use keys::EncryptedKey;
pub use questions::{ChatMessage, NewQuestion};
pub use quota::QuestionLimits;

use sqlite::{Connection, FromValue, Row, Value};

use crate::error::{Result, internal};

/// The time of the statement: RFC 3339, UTC, milliseconds.
macro_rules! now {
    () => {
        "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
    };
}

use now;

pub struct Store(Connection);

impl Store {
    pub async fn open() -> Result<Self> {
        Ok(Self(Connection::open().await?))
    }

    async fn row(&self, statement: &str, parameters: impl IntoIterator<Item = Value>) -> Result<Option<Row>> {
        Ok(self.0.query_one(statement, parameters).await?)
    }

    /// The first column of the first row.
    async fn value<T: FromValue>(
        &self,
        statement: &str,
        parameters: impl IntoIterator<Item = Value>,
    ) -> Result<Option<T>> {
        Ok(self.row(statement, parameters).await?.map(|mut row| row.take(0)).transpose()?)
    }

    /// A statement that always has a row.
    async fn required<T: FromValue>(&self, statement: &str, parameters: impl IntoIterator<Item = Value>) -> Result<T> {
        self.value(statement, parameters).await?.ok_or_else(|| internal("a statement returned no row"))
    }
}
