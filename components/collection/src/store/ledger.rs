//! Writes to the ledger, from which triggers update `records`.

use super::{Store, no_row};
use crate::contract::types::StoredRecord;
use crate::error::Error;
use crate::operation::{Batch, Change, RecordKey};

/// An edit by a request is strict and has no device. A time in the future becomes the server's time. An operation with
/// an `op_id` that the ledger has is ignored.
macro_rules! append {
    ($returning:literal) => {
        concat!(
            "INSERT INTO ops (user_id, op_id, device, kind, type, uid, strict, base, patch, edited_at)
            SELECT ?1, value ->> 'op_id', coalesce(value ->> 'device', ''), value ->> 'kind', value ->> 'type',
                coalesce(value ->> 'uid',
                    (SELECT uid FROM records WHERE user_id = ?1 AND id = value ->> 'id' AND type = value ->> 'type')),
                coalesce(value ->> 'strict', 1), value ->> 'base', value -> 'patch',
                coalesce(
                    min(strftime('%Y-%m-%dT%H:%M:%fZ', value ->> 'edited_at'), strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
                    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
            FROM json_each(?2) WHERE true
            ON CONFLICT (user_id, op_id) DO NOTHING",
            $returning
        )
    };
}

impl Store {
    /// Applies a batch as a whole or not at all.
    pub async fn apply(&self, user: i64, batch: Batch) -> Result<(), Error> {
        Ok(self.0.execute(append!(""), [user.into(), batch.into_json().into()]).await?)
    }

    /// Applies one change and returns the record.
    pub async fn apply_one(&self, user: i64, change: &Change<'_>) -> Result<StoredRecord, Error> {
        let uid = self.apply_to_one(user, change).await?;
        self.get_by_uid(user, &uid).await
    }

    /// Applies one change and returns the record's uid.
    pub async fn apply_to_one(&self, user: i64, change: &Change<'_>) -> Result<String, Error> {
        let batch = Batch::with_one(change)?;
        match self.0.query_one(append!(" RETURNING uid"), [user.into(), batch.into_json().into()]).await {
            Ok(row) => Ok(row.ok_or_else(no_row)?.take(0)?),
            Err(sqlite::Error::Constraint(message)) if message.contains("version_conflict") => {
                Err(self.version_conflict(user, change.key).await?)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The error with the record's current version.
    async fn version_conflict(&self, user: i64, key: RecordKey) -> Result<Error, Error> {
        let row = match key {
            RecordKey::Id(id) => {
                const SQL: &str = "SELECT version FROM records WHERE user_id = ?1 AND id = ?2";
                self.0.query_one(SQL, [user.into(), id.into()]).await?
            }
            RecordKey::Uid(uid) => {
                const SQL: &str = "SELECT version FROM records WHERE user_id = ?1 AND uid = ?2";
                self.0.query_one(SQL, [user.into(), uid.to_string().into()]).await?
            }
        };
        Ok(Error::VersionConflict(row.ok_or(Error::NotFound)?.take(0)?))
    }

    /// Permanently removes the records in the trash; returns how many. The ledger keeps their operations.
    pub async fn empty_trash(&self, user: i64) -> Result<i64, Error> {
        const COUNT: &str = "SELECT count(*) FROM records WHERE user_id = ?1 AND deleted_at IS NOT NULL";
        const PURGE: &str = "DELETE FROM records WHERE user_id = ?1 AND deleted_at IS NOT NULL";
        let row = self.0.query_one(COUNT, [user.into()]).await?;
        self.0.execute(PURGE, [user.into()]).await?;
        Ok(row.ok_or_else(no_row)?.take(0)?)
    }
}
