//! All SQL of this component. Every statement has `user_id` in it: what is not the caller's is not there.

mod context;
mod history;
mod ledger;
mod list;
mod owned;
mod stats;
mod sync;
mod transfer;

pub use context::Albums;
pub use list::{Listing, Query, Shelf};
pub use owned::Question;
pub use sync::{Changes, Stored};
pub use transfer::{Existing, Folder, Part};

use crate::batch::Type;
use crate::error::{Error, Result};
use sqlite::{Connection, Row, Value};
use std::collections::HashMap;
use uuid::Uuid;

/// One record as it goes out.
pub struct Record {
    pub id: i64,
    pub version: i64,
    pub document: String,
}

/// What an owner may know of a record before changing it.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    pub id: i64,
    pub of: Type,
    pub trashed: bool,
}

/// Those of some records that are a user's.
#[derive(Debug, Default)]
pub struct KnownRecords {
    by_id: HashMap<i64, Known>,
    by_uid: HashMap<Uuid, Known>,
}

impl KnownRecords {
    pub fn by_id(&self, id: i64) -> Option<Known> {
        self.by_id.get(&id).copied()
    }

    pub fn by_uid(&self, uid: &Uuid) -> Option<Known> {
        self.by_uid.get(uid).copied()
    }
}

pub struct Store(Connection);

impl Store {
    pub async fn open() -> Result<Self> {
        Ok(Self(Connection::open().await?))
    }

    /// An album outside the trash.
    pub async fn get(&self, user: i64, id: i64) -> Result<Record> {
        const SQL: &str = "SELECT id, version, doc FROM records
            WHERE user_id = ?1 AND id = ?2 AND type = 'album' AND deleted_at IS NULL";
        let row = self.0.query_one(SQL, [user.into(), id.into()]).await?;
        row.ok_or(Error::NotFound).and_then(record)
    }

    /// A record outside the trash.
    pub async fn get_by_uid(&self, user: i64, uid: &str) -> Result<Record> {
        const SQL: &str = "SELECT id, version, doc FROM records WHERE user_id = ?1 AND uid = ?2 AND deleted_at IS NULL";
        let row = self.0.query_one(SQL, [user.into(), uid.into()]).await?;
        row.ok_or(Error::NotFound).and_then(record)
    }

    /// Which of these records are the user's, in the trash or not.
    pub async fn known(
        &self,
        user: i64,
        ids: impl Iterator<Item = i64>,
        uids: impl Iterator<Item = Uuid>,
    ) -> Result<KnownRecords> {
        const SQL: &str = "SELECT id, uid, type, deleted_at IS NOT NULL FROM records
            WHERE user_id = ?1 AND id IN (SELECT value FROM json_each(?2))
            UNION
            SELECT id, uid, type, deleted_at IS NOT NULL FROM records
            WHERE user_id = ?1 AND uid IN (SELECT value FROM json_each(?3))";
        let ids: Vec<i64> = ids.collect();
        let uids: Vec<String> = uids.map(|uid| uid.to_string()).collect();
        if ids.is_empty() && uids.is_empty() {
            return Ok(KnownRecords::default());
        }
        let mut records = KnownRecords::default();
        for mut row in self.0.query(SQL, [user.into(), to_json(&ids)?, to_json(&uids)?]).await? {
            let of = if row.take::<String>(2)? == Type::Crate.name() { Type::Crate } else { Type::Album };
            let known = Known { id: row.take(0)?, of, trashed: row.take::<i64>(3)? != 0 };
            records.by_id.insert(known.id, known);
            if let Ok(uid) = Uuid::try_parse(&row.take::<String>(1)?) {
                records.by_uid.insert(uid, known);
            }
        }
        Ok(records)
    }

    /// All that is owned, in list order, a JSON array.
    pub async fn everything(&self, user: i64) -> Result<String> {
        const SQL: &str = "SELECT concat('[', group_concat(doc, ','), ']') FROM (
            SELECT doc FROM records WHERE user_id = ?1 AND type = 'album' AND deleted_at IS NULL AND wanted = 0
            ORDER BY artist_key, album_key, id)";
        self.one_document(SQL, [user.into()]).await
    }

    pub async fn list(&self, user: i64, query: &Query, known_version: Option<i64>) -> Result<Listing> {
        list::list(&self.0, user, query, known_version).await
    }

    pub async fn stats(&self, user: i64) -> Result<String> {
        self.one_document(stats::SQL, [user.into()]).await
    }

    pub async fn owned(&self, user: i64, question: &Question) -> Result<String> {
        let (sql, parameters) = owned::statement(user, question)?;
        self.one_document(&sql, parameters).await
    }

    async fn one_document(&self, sql: &str, parameters: impl IntoIterator<Item = Value>) -> Result<String> {
        let row = self.0.query_one(sql, parameters).await?;
        Ok(row.ok_or_else(|| Error::Internal("no document".to_owned()))?.take(0)?)
    }
}

fn record(mut row: Row) -> Result<Record> {
    Ok(Record { id: row.take(0)?, version: row.take(1)?, document: row.take(2)? })
}

fn to_json<T: serde::Serialize>(values: &T) -> Result<Value> {
    serde_json::to_string(values).map(Value::Text).map_err(|error| Error::Internal(error.to_string()))
}
