//! All SQL of this component. Every statement has `user_id` in it: what is not the caller's is not there.

mod conversations;
mod keys;
mod quota;

pub use conversations::{Answer, Said};
pub use keys::SealedKey;
pub use quota::Left;

use crate::error::{Error, Result};
use sqlite::{Connection, Row, Value};

/// The time of a statement: RFC 3339, UTC, milliseconds.
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

    /// The one column of the one row.
    async fn one<T: sqlite::FromValue>(
        &self,
        statement: &str,
        parameters: impl IntoIterator<Item = Value>,
    ) -> Result<Option<T>> {
        Ok(self.row(statement, parameters).await?.map(|mut row| row.take(0)).transpose()?)
    }

    async fn document(&self, statement: &str, parameters: impl IntoIterator<Item = Value>) -> Result<String> {
        self.one(statement, parameters).await?.ok_or_else(|| Error::Internal("no document".to_owned()))
    }
}
