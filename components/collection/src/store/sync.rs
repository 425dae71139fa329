//! What a sync reads: the ledger's entries for its operations, and the records that changed since a cursor.

use std::collections::{HashMap, HashSet};

use serde_json::value::RawValue;

use super::page_size::page_size;
use super::{MAX_PAGE, Store, json_parameter, no_row};
use crate::error::Error;

/// An operation in the ledger.
#[derive(Debug)]
pub struct LedgerEntry {
    pub version: i64,
    pub outcome: String,
    pub uid: String,
    pub is_deletion: bool,
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
    /// The JSON object of a response, with the JSON array `results` if there is one.
    ///
    /// Written by hand: the documents are JSON already, up to 4 MiB of them.
    pub fn into_document(self, results: Option<&str>) -> String {
        let Self { documents, cursor, has_more, server_time } = self;
        let results = results.map(|results| format!(r#""results":{results},"#)).unwrap_or_default();
        let position = format!(r#""cursor":{cursor},"has_more":{has_more},"server_time":"{server_time}""#);
        format!(r#"{{{results}{position},"changes":[{documents}]}}"#)
    }
}

impl Store {
    /// The newest version of any record in the installation.
    pub async fn newest_version(&self) -> Result<i64, Error> {
        const SQL: &str = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'ops'), 0)";
        let row = self.connection.query_one(SQL, []).await?;
        Ok(row.ok_or_else(no_row)?.take(0)?)
    }

    /// # Errors
    /// `Invalid` if the cursor is newer than the collection, `CursorExpired` if deletions after it were purged.
    pub async fn check_cursor(&self, user: i64, cursor: Option<i64>) -> Result<(), Error> {
        const SQL: &str = "SELECT version, purged FROM collections WHERE user_id = ?1";
        let Some(cursor) = cursor.filter(|cursor| *cursor > 0) else { return Ok(()) };
        let (version, purged) = match self.connection.query_one(SQL, [user.into()]).await? {
            Some(mut row) => (row.take::<i64>(0)?, row.take::<i64>(1)?),
            None => (0, 0),
        };
        if cursor > version {
            return Err(Error::invalid("cursor", "is not a cursor of this list"));
        }
        if cursor < purged { Err(Error::CursorExpired) } else { Ok(()) }
    }

    /// The ledger's entries for those of the operations that it has.
    pub async fn ledger_entries(
        &self,
        user: i64,
        op_ids: impl Iterator<Item = &str>,
    ) -> Result<HashMap<String, LedgerEntry>, Error> {
        const SQL: &str = "SELECT op_id, seq, outcome, uid, kind = 'delete' FROM ops
            WHERE user_id = ?1 AND op_id IN (SELECT value FROM json_each(?2))";
        let op_ids: Vec<&str> = op_ids.collect();
        if op_ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = self.connection.query(SQL, [user.into(), json_parameter(&op_ids)?]).await?;
        rows.into_iter()
            .map(|mut row| {
                let entry = LedgerEntry {
                    version: row.take(1)?,
                    outcome: row.take(2)?,
                    uid: row.take(3)?,
                    is_deletion: row.take::<i64>(4)? != 0,
                };
                Ok((row.take(0)?, entry))
            })
            .collect()
    }

    /// Which of these operations (ids and patches) the ledger has with the same patch. SQLite compares them: the
    /// patches in the ledger may be many times as large as the request. A purge erases patches; then any patch is the
    /// same.
    pub async fn find_same_patches(
        &self,
        user: i64,
        operations: &[(&str, &RawValue)],
    ) -> Result<HashSet<String>, Error> {
        const SQL: &str = "SELECT op_id FROM json_each(?2) AS sent CROSS JOIN ops ON op_id = sent.value ->> 0
            WHERE user_id = ?1 AND (patch = sent.value -> 1 OR (patch = '{}' AND NOT EXISTS (
                SELECT 1 FROM records WHERE user_id = ?1 AND uid = ops.uid AND id <= ops.seq)))";
        if operations.is_empty() {
            return Ok(HashSet::new());
        }
        let rows = self.connection.query(SQL, [user.into(), json_parameter(&operations)?]).await?;
        rows.into_iter().map(|mut row| Ok(row.take(0)?)).collect()
    }

    /// The first `limit` records that changed after a cursor, those in the trash included; fewer if they do not fit
    /// into an answer beside `other_bytes`.
    pub async fn changes(&self, user: i64, cursor: i64, limit: i64, other_bytes: usize) -> Result<Changes, Error> {
        const FROM: &str = "FROM records WHERE user_id = ?1 AND version > ?2 ORDER BY version";
        let sql = format!(
            "WITH {page_size},
            page AS MATERIALIZED (
                SELECT doc, version {FROM} LIMIT coalesce((SELECT n FROM page_size), 0)),
            reached AS (SELECT coalesce(max(version), ?2) AS version FROM page),
            more AS (SELECT EXISTS (
                SELECT 1 FROM records WHERE user_id = ?1 AND version > (SELECT version FROM reached)) AS yes)
            SELECT coalesce((SELECT group_concat(doc, ',') FROM page), ''),
                max((SELECT version FROM reached), CASE WHEN (SELECT yes FROM more) THEN 0
                    ELSE coalesce((SELECT version FROM collections WHERE user_id = ?1), 0) END),
                (SELECT yes FROM more), strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
            page_size = page_size("?3", "?4", FROM)
        );
        let max_bytes = MAX_PAGE.saturating_sub_unsigned(other_bytes as u64).max(0);
        let parameters = [user.into(), cursor.into(), limit.into(), max_bytes.into()];
        let row = self.connection.query_one(&sql, parameters).await?;
        let mut row = row.ok_or_else(no_row)?;
        Ok(Changes {
            documents: row.take(0)?,
            cursor: row.take(1)?,
            has_more: row.take::<i64>(2)? != 0,
            server_time: row.take(3)?,
        })
    }
}
