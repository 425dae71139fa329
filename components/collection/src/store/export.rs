//! Reads the whole collection part by part, for exports.

use super::{Store, json_parameter};
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
    /// Reads all ids in the order of the export. They are read first: pages by another key would miss or repeat records
    /// that are edited meanwhile.
    fn ids_sql(self) -> &'static str {
        match self {
            Self::Crates => {
                "SELECT json_group_array(id) FROM (
                    SELECT id FROM records WHERE user_id = ?1 AND type = 'crate' AND deleted_at IS NULL
                    ORDER BY doc ->> '$.parent' IS NOT NULL, id)"
            }
            Self::Albums => {
                "SELECT json_group_array(id) FROM (
                    SELECT id FROM records WHERE user_id = ?1 AND type = 'album' AND deleted_at IS NULL AND wanted = 0
                    ORDER BY artist_key, album_key, id)"
            }
            Self::Wants => {
                "SELECT json_group_array(id) FROM (
                    SELECT id FROM records WHERE user_id = ?1 AND type = 'album' AND deleted_at IS NULL AND wanted = 1
                    ORDER BY artist_key, album_key, id)"
            }
            Self::Operations => {
                "SELECT json_group_array(seq) FROM (SELECT seq FROM ops WHERE user_id = ?1 ORDER BY seq)"
            }
            Self::LostValues => {
                "SELECT json_group_array(id) FROM (SELECT id FROM ops_lost WHERE user_id = ?1 ORDER BY id)"
            }
        }
    }

    /// Reads the records of one page. `CROSS JOIN` keeps the planner from reading the whole table first.
    fn page_sql(self) -> &'static str {
        match self {
            Self::Crates | Self::Albums | Self::Wants => {
                "SELECT concat('[', group_concat(doc, ','), ']') FROM (
                    SELECT doc FROM json_each(?2) AS page CROSS JOIN records ON records.id = page.value
                    WHERE user_id = ?1 AND deleted_at IS NULL ORDER BY page.key)"
            }
            Self::Operations => {
                "SELECT json_group_array(json_object('version', seq, 'op_id', op_id, 'device_id', nullif(device, ''),
                    'type', type, 'kind', kind, 'uid', uid, 'base', base, 'fields', json(patch), 'edited_at', edited_at,
                    'status', outcome)) FROM (
                    SELECT ops.* FROM json_each(?2) AS page CROSS JOIN ops ON seq = page.value
                    WHERE user_id = ?1 ORDER BY page.key)"
            }
            Self::LostValues => {
                "SELECT json_group_array(json_object('version', seq, 'uid', uid, 'field', field, 'value', json(value),
                    'device_id', nullif(device, ''), 'edited_at', edited_at)) FROM (
                    SELECT ops_lost.* FROM json_each(?2) AS page CROSS JOIN ops_lost ON ops_lost.id = page.value
                    WHERE user_id = ?1 ORDER BY page.key)"
            }
        }
    }
}

impl Store {
    pub async fn export_ids(&self, user: i64, part: ExportPart) -> Result<Vec<i64>, Error> {
        let ids = self.query_document(part.ids_sql(), [user.into()]).await?;
        serde_json::from_str(&ids).map_err(Error::internal)
    }

    /// The records with these ids that still exist, as a JSON array.
    pub async fn export_page(&self, user: i64, part: ExportPart, ids: &[i64]) -> Result<String, Error> {
        self.query_document(part.page_sql(), [user.into(), json_parameter(&ids)?]).await
    }

    /// The time of the database, RFC 3339.
    pub async fn now(&self) -> Result<String, Error> {
        self.query_document("SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')", []).await
    }
}
