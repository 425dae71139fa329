//! What a device needs: what became of its operations, and what changed since it last asked.

use super::{Store, to_json};
use crate::crates::Crates;
use crate::error::{Error, Result};
use std::collections::HashMap;
use uuid::Uuid;

/// An operation as the ledger has it.
#[derive(Debug)]
pub struct Stored {
    pub seq: i64,
    pub outcome: String,
    pub uid: String,
    pub is_deletion: bool,
    pub patch: String,
}

/// Records that changed after a cursor, oldest change first.
#[derive(Debug)]
pub struct Changes {
    documents: String,
    cursor: i64,
    has_more: bool,
    server_time: String,
}

impl Changes {
    /// As the members of a JSON object.
    pub fn members(&self) -> String {
        format!(
            r#""cursor":{},"has_more":{},"server_time":"{}","changes":[{}]"#,
            self.cursor, self.has_more, self.server_time, self.documents
        )
    }
}

impl Store {
    /// The newest version that anything has: no operation can have seen a later one.
    pub async fn newest_version(&self) -> Result<i64> {
        const SQL: &str = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'ops'), 0)";
        let row = self.0.query_one(SQL, []).await?;
        Ok(row.ok_or_else(|| Error::Internal("no version".to_owned()))?.take(0)?)
    }

    /// # Errors
    /// `Invalid` if the cursor was never given out, `CursorExpired` if tombstones that it has not seen were purged.
    pub async fn check_cursor(&self, user: i64, cursor: Option<i64>) -> Result<()> {
        const SQL: &str = "SELECT version, purged FROM collections WHERE user_id = ?1";
        let Some(cursor) = cursor.filter(|cursor| *cursor > 0) else { return Ok(()) };
        let (version, purged) = match self.0.query_one(SQL, [user.into()]).await? {
            Some(mut row) => (row.take::<i64>(0)?, row.take::<i64>(1)?),
            None => (0, 0),
        };
        if cursor > version {
            return Err(Error::invalid("cursor", "was never given out"));
        }
        if cursor < purged { Err(Error::CursorExpired) } else { Ok(()) }
    }

    /// Those of some operations that the ledger has.
    pub async fn stored(&self, user: i64, op_ids: impl Iterator<Item = &str>) -> Result<HashMap<String, Stored>> {
        const SQL: &str = "SELECT op_id, seq, outcome, uid, kind = 'delete', patch FROM ops
            WHERE user_id = ?1 AND op_id IN (SELECT value FROM json_each(?2))";
        let op_ids: Vec<&str> = op_ids.collect();
        if op_ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = self.0.query(SQL, [user.into(), to_json(&op_ids)?]).await?;
        rows.into_iter()
            .map(|mut row| {
                let stored = Stored {
                    seq: row.take(1)?,
                    outcome: row.take(2)?,
                    uid: row.take(3)?,
                    is_deletion: row.take::<i64>(4)? != 0,
                    patch: row.take(5)?,
                };
                Ok((row.take(0)?, stored))
            })
            .collect()
    }

    pub async fn changes(&self, user: i64, cursor: i64, limit: i64) -> Result<Changes> {
        const SQL: &str = "WITH page AS MATERIALIZED (
                SELECT doc, version FROM records WHERE user_id = ?1 AND version > ?2 ORDER BY version LIMIT ?3),
            reached AS (SELECT coalesce(max(version), ?2) AS version FROM page),
            more AS (SELECT EXISTS (
                SELECT 1 FROM records WHERE user_id = ?1 AND version > (SELECT version FROM reached)) AS yes)
            SELECT coalesce((SELECT group_concat(doc, ',') FROM page), ''),
                max((SELECT version FROM reached), CASE WHEN (SELECT yes FROM more) THEN 0
                    ELSE coalesce((SELECT version FROM collections WHERE user_id = ?1), 0) END),
                (SELECT yes FROM more), strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";
        let row = self.0.query_one(SQL, [user.into(), cursor.into(), limit.into()]).await?;
        let mut row = row.ok_or_else(|| Error::Internal("no changes".to_owned()))?;
        Ok(Changes {
            documents: row.take(0)?,
            cursor: row.take(1)?,
            has_more: row.take::<i64>(2)? != 0,
            server_time: row.take(3)?,
        })
    }

    /// The crates outside the trash, for checking how they nest.
    pub async fn crates(&self, user: i64) -> Result<Crates> {
        const SQL: &str = "SELECT uid, doc ->> '$.parent' FROM records
            WHERE user_id = ?1 AND type = 'crate' AND deleted_at IS NULL";
        let mut crates = Crates::default();
        for mut row in self.0.query(SQL, [user.into()]).await? {
            let parse = |text: String| Uuid::try_parse(&text).ok();
            let parent = row.take::<Option<String>>(1)?.and_then(parse);
            if let Some(uid) = parse(row.take(0)?) {
                crates.0.insert(uid, parent);
            }
        }
        Ok(crates)
    }

    /// All crates outside the trash, in order: `{"items":[…]}`.
    pub async fn list_crates(&self, user: i64) -> Result<String> {
        const SQL: &str = "SELECT concat('{\"items\":[', group_concat(doc, ','), ']}') FROM (
            SELECT doc FROM records WHERE user_id = ?1 AND type = 'crate' AND deleted_at IS NULL
            ORDER BY coalesce(doc ->> '$.position', 9e999), lower(doc ->> '$.name'), id)";
        self.one_document(SQL, [user.into()]).await
    }
}
