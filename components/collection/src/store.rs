//! All SQL of this component. Every statement that reads or writes records has `user_id` in its conditions: records of
//! other users do not exist for it.

mod crates;
mod export;
mod filter;
mod history;
mod insights;
mod ledger;
mod list;
mod matches;
mod ownership;
mod page;
mod records;
mod stats;
mod sync;

pub use crates::StoredCrate;
pub use export::ExportPart;
pub use filter::Shelf;
pub use insights::AlbumSource;
pub use matches::MatchDocument;
pub use records::{ExistingRecord, OwnRecords};
pub use sync::LedgerEntry;

use sqlite::{Connection, Value};

use crate::error::Error;

pub struct Store(Connection);

impl Store {
    pub async fn open() -> Result<Self, Error> {
        Ok(Self(Connection::open().await?))
    }

    /// The text in the only column of the only row.
    async fn query_document(&self, sql: &str, parameters: impl IntoIterator<Item = Value>) -> Result<String, Error> {
        let row = self.0.query_one(sql, parameters).await?;
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
