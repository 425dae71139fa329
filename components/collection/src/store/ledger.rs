//! Writing to the ledger: the only way in.

use super::{Record, Store};
use crate::batch::{Batch, Change, Target};
use crate::error::{Error, Result};

/// A server's own edit is strict, of no device, and of now; a device's clock never runs ahead of the server's. The same
/// operation sent again changes nothing.
macro_rules! append {
    ($returning:literal) => {
        concat!(
            "INSERT INTO ops (user_id, op_id, device, kind, type, uid, strict, base, patch, edited_at)
            SELECT ?1, value ->> 'op_id', coalesce(value ->> 'device', ''), value ->> 'kind', value ->> 'type',
                coalesce(value ->> 'uid',
                    (SELECT uid FROM records WHERE user_id = ?1 AND id = value ->> 'id' AND type = value ->> 'type')),
                coalesce(value ->> 'strict', 1), value ->> 'base', value -> 'patch',
                coalesce(min(strftime('%Y-%m-%dT%H:%M:%fZ', value ->> 'edited_at'), strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
                    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
            FROM json_each(?2) WHERE true
            ON CONFLICT (user_id, op_id) DO NOTHING",
            $returning
        )
    };
}

impl Store {
    /// Writes a batch, whose triggers carry it out: all or nothing.
    pub async fn apply(&self, user: i64, batch: Batch) -> Result<()> {
        Ok(self.0.execute(append!(""), [user.into(), batch.into_json().into()]).await?)
    }

    /// Writes one change and reads the record that it made or changed.
    pub async fn apply_one(&self, user: i64, change: &Change<'_>) -> Result<Record> {
        let uid = self.apply_to_one(user, change).await?;
        self.get_by_uid(user, &uid).await
    }

    /// Writes one change; answers with the record's uid.
    pub async fn apply_to_one(&self, user: i64, change: &Change<'_>) -> Result<String> {
        let batch = Batch::of_one(change)?;
        match self.0.query_one(append!(" RETURNING uid"), [user.into(), batch.into_json().into()]).await {
            Ok(row) => Ok(row.ok_or_else(|| Error::Internal("nothing was written".to_owned()))?.take(0)?),
            Err(sqlite::Error::Constraint(message)) if message.contains("version_conflict") => {
                self.version_conflict(user, change.target).await
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn version_conflict<T>(&self, user: i64, target: Target) -> Result<T> {
        let row = match target {
            Target::Id(id) => {
                const SQL: &str = "SELECT version FROM records WHERE user_id = ?1 AND id = ?2";
                self.0.query_one(SQL, [user.into(), id.into()]).await?
            }
            Target::Uid(uid) => {
                const SQL: &str = "SELECT version FROM records WHERE user_id = ?1 AND uid = ?2";
                self.0.query_one(SQL, [user.into(), uid.to_string().into()]).await?
            }
        };
        Err(Error::VersionConflict(row.ok_or(Error::NotFound)?.take(0)?))
    }

    /// Removes for good what is in the trash; answers with how many records that were. The ledger keeps their operations.
    pub async fn empty_trash(&self, user: i64) -> Result<i64> {
        const COUNT: &str = "SELECT count(*) FROM records WHERE user_id = ?1 AND deleted_at IS NOT NULL";
        const PURGE: &str = "DELETE FROM records WHERE user_id = ?1 AND deleted_at IS NOT NULL";
        let row = self.0.query_one(COUNT, [user.into()]).await?;
        self.0.execute(PURGE, [user.into()]).await?;
        Ok(row.ok_or_else(|| Error::Internal("no count".to_owned()))?.take(0)?)
    }
}
