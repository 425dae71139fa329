//! The whole collection, part by part, for exports; and what an import finds.

use super::{Store, to_json};
use crate::batch::Type;
use crate::error::{Error, Result};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// What an export consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Crates,
    Albums,
    Wants,
    Operations,
    Lost,
}

impl Part {
    /// The ids of all there is, in the order of the export. They are read first: pages by any other key would miss or repeat
    /// what is edited meanwhile.
    fn ids(self) -> &'static str {
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
            Self::Lost => "SELECT json_group_array(id) FROM (SELECT id FROM ops_lost WHERE user_id = ?1 ORDER BY id)",
        }
    }

    /// CROSS JOIN: the page leads, whatever the planner guesses of its size.
    fn page(self) -> &'static str {
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
            Self::Lost => {
                "SELECT json_group_array(json_object('version', seq, 'uid', uid, 'field', field, 'value', json(value),
                    'device_id', nullif(device, ''), 'edited_at', edited_at)) FROM (
                    SELECT ops_lost.* FROM json_each(?2) AS page CROSS JOIN ops_lost ON ops_lost.id = page.value
                    WHERE user_id = ?1 ORDER BY page.key)"
            }
        }
    }
}

/// A record that is there, in the trash or not.
#[derive(Debug)]
pub struct Existing {
    pub of: Type,
    pub trashed: bool,
    pub document: String,
}

/// A crate as a table names it.
#[derive(Debug)]
pub struct Folder {
    pub name: String,
    pub parent: Option<Uuid>,
}

impl Store {
    pub async fn ids_of(&self, user: i64, part: Part) -> Result<Vec<i64>> {
        let ids = self.one_document(part.ids(), [user.into()]).await?;
        serde_json::from_str(&ids).map_err(|error| Error::Internal(error.to_string()))
    }

    /// Those of some ids that are still there, a JSON array.
    pub async fn page_of(&self, user: i64, part: Part, ids: &[i64]) -> Result<String> {
        self.one_document(part.page(), [user.into(), to_json(&ids)?]).await
    }

    /// The server's clock, RFC 3339.
    pub async fn now(&self) -> Result<String> {
        self.one_document("SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')", []).await
    }

    /// The crates outside the trash.
    pub async fn folders(&self, user: i64) -> Result<HashMap<Uuid, Folder>> {
        const SQL: &str = "SELECT uid, doc ->> '$.name', doc ->> '$.parent' FROM records
            WHERE user_id = ?1 AND type = 'crate' AND deleted_at IS NULL ORDER BY id DESC";
        let mut folders = HashMap::new();
        for mut row in self.0.query(SQL, [user.into()]).await? {
            if let Ok(uid) = Uuid::try_parse(&row.take::<String>(0)?) {
                let parent = row.take::<Option<String>>(2)?.and_then(|parent| Uuid::try_parse(&parent).ok());
                folders.insert(uid, Folder { name: row.take(1)?, parent });
            }
        }
        Ok(folders)
    }

    /// Those of some records that are the user's.
    pub async fn existing(&self, user: i64, uids: &[Uuid]) -> Result<HashMap<Uuid, Existing>> {
        const SQL: &str = "SELECT uid, type, deleted_at IS NOT NULL, doc FROM records
            WHERE user_id = ?1 AND uid IN (SELECT value FROM json_each(?2))";
        let uids: Vec<String> = uids.iter().map(Uuid::to_string).collect();
        let mut records = HashMap::new();
        for mut row in self.0.query(SQL, [user.into(), to_json(&uids)?]).await? {
            let of = if row.take::<String>(1)? == Type::Crate.name() { Type::Crate } else { Type::Album };
            let record = Existing { of, trashed: row.take::<i64>(2)? != 0, document: row.take(3)? };
            if let Ok(uid) = Uuid::try_parse(&row.take::<String>(0)?) {
                records.insert(uid, record);
            }
        }
        Ok(records)
    }
}

impl Existing {
    pub fn value(&self) -> Value {
        serde_json::from_str(&self.document).unwrap_or_default()
    }
}
