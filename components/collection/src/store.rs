//! All SQL of this component. Every statement that reads or writes records has `user_id` in its conditions: records of
//! other users do not exist for it.

mod copies;
mod crates;
mod enrichment;
mod export;
mod filter;
mod history;
mod insights;
mod ledger;
mod list;
mod matches;
mod ownership;
mod page;
mod page_size;
mod records;
mod stats;
mod sync;

pub use crates::StoredCrate;
pub use export::{ExportPages, ExportPart};
pub use filter::Shelf;
pub use insights::AlbumSource;
pub use matches::MatchDocument;
pub use records::{ExistingRecord, OwnRecords};
pub use sync::LedgerEntry;

use sqlite::{Connection, Value};

use crate::config::Quota;
use crate::error::Error;

/// The limit for the documents of one answer, in bytes. A record that is larger is an answer of its own.
const MAX_PAGE: i64 = (4 << 20) - MAX_ENVELOPE;

/// More than an answer has around its documents: names, a cursor, a comma for each of 1,000 documents.
const MAX_ENVELOPE: i64 = 8 << 10;

pub struct Store {
    connection: Connection,
    quota: Quota,
}

impl Store {
    /// For requests that only read.
    pub async fn open() -> Result<Self, Error> {
        Ok(Self { connection: Connection::open().await?, quota: Quota::default() })
    }

    /// For requests that the quota concerns.
    pub async fn open_with_quota() -> Result<Self, Error> {
        Ok(Self { connection: Connection::open().await?, quota: Quota::read().await? })
    }

    /// The text in the only column of the only row.
    async fn query_document(&self, sql: &str, parameters: impl IntoIterator<Item = Value>) -> Result<String, Error> {
        let row = self.connection.query_one(sql, parameters).await?;
        Ok(row.ok_or_else(no_row)?.take(0)?)
    }
}

/// A list as the JSON parameter of a statement that reads it by `json_each`.
fn json_parameter<T: serde::Serialize>(values: &T) -> Result<Value, Error> {
    serde_json::to_string(values).map(Value::Text).map_err(Error::internal)
}

/// The error if a statement that always returns a row returns none.
fn no_row() -> Error {
    Error::Internal("the statement returned no row".to_owned())
}
