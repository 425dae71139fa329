//! Reads the whole collection part by part, for exports.

use std::borrow::Cow;

use super::{Store, json_parameter, no_row};
use crate::error::Error;

/// A part of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportPart {
    Crates,
    Albums,
    Wants,
    Operations,
    LostValues,
}

impl ExportPart {
    /// Reads the ids in the order of the export. They are read first: pages by another key would miss or repeat records
    /// that are edited meanwhile. `+` keeps SQLite from reading the operations of all users in that order.
    fn ids_sql(self) -> Cow<'static, str> {
        match self {
            Self::Crates => "SELECT json_group_array(id) FROM (
                    SELECT id FROM records WHERE user_id = ?1 AND type = 'crate' AND deleted_at IS NULL
                    ORDER BY doc ->> '$.parent' IS NOT NULL, id)"
                .into(),
            Self::Albums => "SELECT json_group_array(id) FROM (
                    SELECT id FROM records WHERE user_id = ?1 AND type = 'album' AND deleted_at IS NULL AND wanted = 0
                    ORDER BY artist_key, album_key, id)"
                .into(),
            Self::Wants => "SELECT json_group_array(id) FROM (
                    SELECT id FROM records WHERE user_id = ?1 AND type = 'album' AND deleted_at IS NULL AND wanted = 1
                    ORDER BY artist_key, album_key, id)"
                .into(),
            Self::Operations | Self::LostValues => {
                let (table, key, ..) = self.rows();
                format!(
                    "SELECT json_group_array({key}) FROM (
                        SELECT {key} FROM {table} WHERE user_id = ?1 AND +{key} > ?2
                        ORDER BY +{key} LIMIT {LEDGER_IDS})"
                )
                .into()
            }
        }
    }

    /// The records of a page: the table, its key, the bytes of a row, and a row as JSON.
    fn rows(self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self {
            Self::Crates | Self::Albums | Self::Wants => ("records", "id", "octet_length(doc)", "doc"),
            Self::Operations => (
                "ops",
                "seq",
                "octet_length(patch) + 250",
                "json_object('version', seq, 'op_id', op_id, 'device_id', nullif(device, ''), 'type', type,
                    'kind', kind, 'uid', uid, 'base', base, 'fields', json(patch),
                    'edited_at', edited_at, 'status', outcome)",
            ),
            Self::LostValues => (
                "ops_lost",
                "id",
                "coalesce(octet_length(value), 0) + 200",
                "json_object('version', seq, 'uid', uid, 'field', field, 'value', json(value),
                    'device_id', nullif(device, ''), 'edited_at', edited_at)",
            ),
        }
    }

    /// Reads the first records of a list of ids, as a JSON array, and how many of the ids were read. `CROSS JOIN` keeps
    /// the planner from reading the whole table first.
    fn page_sql(self) -> String {
        let (table, key, bytes, row) = self.rows();
        let condition = if table == "records" { "user_id = ?1 AND deleted_at IS NULL" } else { "user_id = ?1" };
        // A table of its own, because `json_each` has columns of the same names.
        let rows = format!(
            "(SELECT page.key AS place, {table}.* FROM json_each(?2) AS page
                CROSS JOIN {table} ON {table}.{key} = page.value WHERE {condition})"
        );
        format!(
            "WITH sized AS MATERIALIZED (SELECT place, {bytes} AS bytes FROM {rows}),
            counted AS (SELECT place, bytes, sum(bytes) OVER (ORDER BY place) AS total FROM sized),
            fitting (after) AS MATERIALIZED (
                SELECT coalesce(min(place), json_array_length(?2)) FROM counted
                WHERE total > {PAGE_BYTES} AND total > bytes)
            SELECT concat('[', group_concat(item, ','), ']'), (SELECT after FROM fitting) FROM (
                SELECT {row} AS item FROM {rows} WHERE place < (SELECT after FROM fitting) ORDER BY place)"
        )
    }
}

/// The ids that are read at once: a page has fewer.
const PAGE_IDS: usize = 500;

/// The bytes of a page. An export may be read slowly, and an instance can have several of them in memory.
const PAGE_BYTES: usize = 1 << 20;

/// The ids of operations and lost values that are kept. There may be millions of these, so they are read in parts: they
/// are only appended to, unlike the records.
const LEDGER_IDS: i64 = 50_000;

/// The pages of a part of an export.
pub struct ExportPages {
    user: i64,
    part: ExportPart,
    ids: Vec<i64>,
    /// How many of the ids were exported.
    position: usize,
    /// Whether all ids are in `ids`.
    is_last: bool,
}

impl ExportPages {
    pub async fn open(store: &Store, user: i64, part: ExportPart) -> Result<Self, Error> {
        let mut pages = Self { user, part, ids: Vec::new(), position: 0, is_last: false };
        pages.read_ids(store, 0).await?;
        Ok(pages)
    }

    async fn read_ids(&mut self, store: &Store, after: i64) -> Result<(), Error> {
        let is_ledger = matches!(self.part, ExportPart::Operations | ExportPart::LostValues);
        let parameters = if is_ledger { vec![self.user.into(), after.into()] } else { vec![self.user.into()] };
        let ids = store.query_document(&self.part.ids_sql(), parameters).await?;
        self.ids = serde_json::from_str(&ids).map_err(Error::internal)?;
        self.position = 0;
        self.is_last = !is_ledger || i64::try_from(self.ids.len()).is_ok_and(|count| count < LEDGER_IDS);
        Ok(())
    }

    /// The records of the next page that still exist, as a JSON array; `None` after the last page.
    pub async fn next(&mut self, store: &Store) -> Result<Option<String>, Error> {
        if self.position == self.ids.len()
            && let Some(last) = self.ids.last().copied().filter(|_| !self.is_last)
        {
            self.read_ids(store, last).await?;
        }
        let end = self.ids.len().min(self.position + PAGE_IDS);
        let Some(ids) = self.ids.get(self.position..end).filter(|ids| !ids.is_empty()) else { return Ok(None) };
        let parameters = [self.user.into(), json_parameter(&ids)?];
        let row = store.connection.query_one(&self.part.page_sql(), parameters).await?;
        let mut row = row.ok_or_else(no_row)?;
        let read = usize::try_from(row.take::<i64>(1)?).unwrap_or_default();
        self.position += read.clamp(1, ids.len());
        Ok(Some(row.take(0)?))
    }
}

impl Store {
    /// The time of the database, RFC 3339.
    pub async fn now(&self) -> Result<String, Error> {
        self.query_document("SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')", []).await
    }
}
