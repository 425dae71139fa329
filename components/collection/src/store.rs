//! All SQL of this component. Every statement has `user_id` in it: what is not the caller's is not there.

mod list;
mod stats;

pub use list::{Listing, Query};

use crate::changes::{Batch, Change};
use crate::error::{Error, Result};
use sqlite::{Connection, Row, Value};
use std::collections::HashMap;
use uuid::Uuid;

/// One album as it goes out.
pub struct Album {
    pub id: i64,
    pub version: i64,
    pub document: Vec<u8>,
}

/// What an owner may know of an album before changing it.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    pub id: i64,
    pub trashed: bool,
}

/// Those of some albums that are a user's.
#[derive(Debug, Default)]
pub struct Owned {
    by_id: HashMap<i64, Known>,
    by_uid: HashMap<String, Known>,
}

impl Owned {
    pub fn by_id(&self, id: i64) -> Option<Known> {
        self.by_id.get(&id).copied()
    }

    pub fn by_uid(&self, uid: &Uuid) -> Option<Known> {
        self.by_uid.get(&uid.to_string()).copied()
    }
}

pub struct Store(Connection);

impl Store {
    pub async fn open() -> Result<Self> {
        Ok(Self(Connection::open().await?))
    }

    pub async fn get(&self, user: i64, id: i64) -> Result<Album> {
        const SQL: &str = "SELECT id, version, doc FROM albums WHERE user_id = ?1 AND id = ?2 AND deleted_at IS NULL";
        let row = self.0.query_one(SQL, [user.into(), id.into()]).await?;
        row.ok_or(Error::NotFound).and_then(album)
    }

    /// Writes a batch to the ledger, whose triggers carry it out: all or nothing.
    pub async fn apply(&self, user: i64, batch: Batch) -> Result<()> {
        self.append(user, batch).await?;
        Ok(())
    }

    /// Writes one change and reads the album that it made or changed.
    pub async fn apply_one(&self, user: i64, change: &Change) -> Result<Album> {
        let id = self.apply_to_one(user, change).await?;
        self.get(user, id).await
    }

    /// Writes one change; answers with the album's id.
    pub async fn apply_to_one(&self, user: i64, change: &Change) -> Result<i64> {
        let mut batch = Batch::new(1)?;
        batch.push(change);
        match self.append(user, batch).await {
            Ok(rows) => {
                let mut row =
                    rows.into_iter().next().ok_or_else(|| Error::Internal("nothing was written".to_owned()))?;
                Ok(row.take(0)?)
            }
            Err(sqlite::Error::Constraint(message)) if message.contains("version_conflict") => match change {
                Change::Put { id, .. }
                | Change::Replace { id, .. }
                | Change::Delete { id, .. }
                | Change::Restore { id, .. } => self.version_conflict(user, *id).await,
                Change::Create { .. } => Err(Error::Internal(message)),
            },
            Err(error) => Err(error.into()),
        }
    }

    async fn append(&self, user: i64, batch: Batch) -> sqlite::Result<Vec<Row>> {
        const SQL: &str = "INSERT INTO ops (user_id, op_id, kind, album_id, uid, base, patch, edited_at)
            SELECT ?1, value ->> 'op_id', value ->> 'kind', value ->> 'album_id', value ->> 'uid', value ->> 'base',
                value -> 'patch', strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
            FROM json_each(?2)
            RETURNING coalesce(album_id, seq)";
        self.0.query(SQL, [user.into(), batch.into_json().into()]).await
    }

    async fn version_conflict<T>(&self, user: i64, id: i64) -> Result<T> {
        const SQL: &str = "SELECT version FROM albums WHERE user_id = ?1 AND id = ?2";
        let row = self.0.query_one(SQL, [user.into(), id.into()]).await?;
        Err(Error::VersionConflict(row.ok_or(Error::NotFound)?.take(0)?))
    }

    /// Which of these albums are the user's, in the trash or not.
    pub async fn owned(
        &self,
        user: i64,
        ids: impl Iterator<Item = i64>,
        uids: impl Iterator<Item = Uuid>,
    ) -> Result<Owned> {
        const SQL: &str = "SELECT id, uid, deleted_at IS NOT NULL FROM albums
            WHERE user_id = ?1 AND id IN (SELECT value FROM json_each(?2))
            UNION
            SELECT id, uid, deleted_at IS NOT NULL FROM albums
            WHERE user_id = ?1 AND uid IN (SELECT value FROM json_each(?3))";
        let ids: Vec<i64> = ids.collect();
        let uids: Vec<String> = uids.map(|uid| uid.to_string()).collect();
        if ids.is_empty() && uids.is_empty() {
            return Ok(Owned::default());
        }
        let mut owned = Owned::default();
        for mut row in self.0.query(SQL, [user.into(), to_json(&ids)?, to_json(&uids)?]).await? {
            let known = Known { id: row.take(0)?, trashed: row.take::<i64>(2)? != 0 };
            owned.by_uid.insert(row.take(1)?, known);
            owned.by_id.insert(known.id, known);
        }
        Ok(owned)
    }

    /// The whole collection in list order, a JSON array.
    pub async fn everything(&self, user: i64) -> Result<Vec<u8>> {
        const SQL: &str = "SELECT concat('[', group_concat(doc, ','), ']') FROM (
            SELECT doc FROM albums WHERE user_id = ?1 AND deleted_at IS NULL ORDER BY artist_key, album_key, id)";
        self.one_document(SQL, [user.into()]).await
    }

    pub async fn list(&self, user: i64, query: &Query, known_version: Option<i64>) -> Result<Listing> {
        list::list(&self.0, user, query, known_version).await
    }

    pub async fn stats(&self, user: i64) -> Result<Vec<u8>> {
        self.one_document(stats::SQL, [user.into()]).await
    }

    async fn one_document(&self, sql: &str, parameters: impl IntoIterator<Item = Value>) -> Result<Vec<u8>> {
        let row = self.0.query_one(sql, parameters).await?;
        Ok(row.ok_or_else(|| Error::Internal("no document".to_owned()))?.take(0)?)
    }
}

fn album(mut row: Row) -> Result<Album> {
    Ok(Album { id: row.take(0)?, version: row.take(1)?, document: row.take(2)? })
}

fn to_json<T: serde::Serialize>(values: &T) -> Result<Value> {
    serde_json::to_string(values).map(Value::Text).map_err(|error| Error::Internal(error.to_string()))
}
