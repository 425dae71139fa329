//! Writes to the ledger, from which triggers update `records`.

use sqlite::Value;

use super::{Store, no_row};
use crate::config::Quota;
use crate::contract::types::StoredRecord;
use crate::error::Error;
use crate::operation::{Batch, Change, Growth, GrowthSize, RecordKey};

/// More crates than a household has. All of them are read at once, so their number has a limit.
const MAX_CRATES: i64 = 2_000;

/// An edit by a request is strict and has no device. A time in the future becomes the server's time. An operation with
/// an `op_id` that the ledger has is ignored.
///
/// `?3`, `?4`, `?5`: the records, bytes and crates that the account may have before; NULL: any number. If it has more,
/// `strict` is NULL, which its constraint refuses: so the check and the write are one statement. (Not another column:
/// the trigger `ops_guard`, which runs first, ignores an operation that is not strict.)
macro_rules! append {
    ($returning:literal) => {
        concat!(
            "INSERT INTO ops (user_id, op_id, device, kind, type, uid, strict, base, patch, edited_at)
            SELECT ?1, value ->> 'op_id', coalesce(value ->> 'device', ''), value ->> 'kind', value ->> 'type',
                coalesce(value ->> 'uid',
                    (SELECT uid FROM records WHERE user_id = ?1 AND id = value ->> 'id' AND type = value ->> 'type')),
                CASE
                    WHEN coalesce(
                        (SELECT records > ?3 OR bytes > ?4 OR crates > ?5 FROM collections WHERE user_id = ?1),
                        ?3 < 0 OR ?4 < 0 OR ?5 < 0) THEN NULL
                    ELSE coalesce(value ->> 'strict', 1)
                END,
                value ->> 'base', value -> 'patch',
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
    ///
    /// # Errors
    /// `QuotaExceeded` if the account would exceed one of its limits.
    pub async fn apply(&self, user: i64, batch: Batch) -> Result<(), Error> {
        Ok(self.connection.execute(append!(""), parameters(user, batch, self.quota)).await?)
    }

    /// Applies one change and returns the record.
    pub async fn apply_one(&self, user: i64, change: &Change<'_>) -> Result<StoredRecord, Error> {
        let uid = self.apply_to_one(user, change).await?;
        self.get_by_uid(user, &uid).await
    }

    /// Applies one change and returns the record's uid.
    pub async fn apply_to_one(&self, user: i64, change: &Change<'_>) -> Result<String, Error> {
        let batch = Batch::with_one(change)?;
        match self.connection.query_one(append!(" RETURNING uid"), parameters(user, batch, self.quota)).await {
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
                self.connection.query_one(SQL, [user.into(), id.into()]).await?
            }
            RecordKey::Uid(uid) => {
                const SQL: &str = "SELECT version FROM records WHERE user_id = ?1 AND uid = ?2";
                self.connection.query_one(SQL, [user.into(), uid.to_string().into()]).await?
            }
        };
        Ok(Error::VersionConflict(row.ok_or(Error::NotFound)?.take(0)?))
    }

    /// Permanently removes the records in the trash; returns how many. The ledger keeps the ids of their operations.
    pub async fn empty_trash(&self, user: i64) -> Result<i64, Error> {
        const COUNT: &str = "SELECT count(*) FROM records WHERE user_id = ?1 AND deleted_at IS NOT NULL";
        const PURGE: &str = "DELETE FROM records WHERE user_id = ?1 AND deleted_at IS NOT NULL";
        let row = self.connection.query_one(COUNT, [user.into()]).await?;
        self.connection.execute(PURGE, [user.into()]).await?;
        Ok(row.ok_or_else(no_row)?.take(0)?)
    }
}

fn parameters(user: i64, batch: Batch, quota: Quota) -> [Value; 5] {
    let growth = batch.growth();
    let [records, bytes, crates] = match growth.size {
        GrowthSize::Shrinking => [None; 3],
        _ => room_before(growth, batch.bytes(), quota),
    };
    [user.into(), batch.into_json().into(), records.into(), bytes.into(), crates.into()]
}

/// What an account may have before it grows.
fn room_before(growth: Growth, bytes: i64, quota: Quota) -> [Option<i64>; 3] {
    // Deletions that wait on a device must not be stuck behind an account that is full, but they have a limit too.
    let allowed_bytes = match growth.size {
        GrowthSize::Growing => quota.bytes,
        _ => quota.bytes.map(|bytes| bytes.saturating_add(bytes / 2)),
    };
    let is_new = |count: i64, limit: Option<i64>| limit.filter(|_| count > 0).map(|limit| limit - count);
    [
        is_new(growth.records, quota.records),
        allowed_bytes.map(|allowed| allowed - bytes),
        is_new(growth.crates, Some(MAX_CRATES)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_refused_if_the_account_would_exceed_a_limit() {
        let quota = Quota { records: Some(10), bytes: Some(1_000) };
        let growth = |records, crates, size| Growth { records, crates, size };
        let room = |growth| room_before(growth, 100, quota);
        assert_eq!(room(growth(3, 0, GrowthSize::Growing)), [Some(7), Some(900), None]);
        assert_eq!(room(growth(1, 1, GrowthSize::Growing)), [Some(9), Some(900), Some(MAX_CRATES - 1)]);
        assert_eq!(room(growth(0, 0, GrowthSize::Growing)), [None, Some(900), None]);
        assert_eq!(room(growth(0, 0, GrowthSize::Deletions)), [None, Some(1_400), None]);
        let unlimited = room_before(growth(3, 0, GrowthSize::Growing), 100, Quota::default());
        assert_eq!(unlimited, [None, None, None]);
    }
}
