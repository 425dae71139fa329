//! Reads single records, and what is known about the records that a request names.

use std::collections::HashMap;

use serde_json::Value;
use sqlite::Row;
use uuid::Uuid;

use super::page_size::page_size;
use super::{MAX_PAGE, Store, json_parameter, no_row};
use crate::contract::sync::SyncAnswer;
use crate::contract::types::StoredRecord;
use crate::error::Error;
use crate::record::RecordType;

/// A record of the user that a sync names.
#[derive(Debug, Clone, Copy)]
pub struct OwnRecord {
    pub id: i64,
    pub record_type: RecordType,
    pub version: i64,
    pub is_in_trash: bool,
}

/// Those records of a request that exist and belong to the user.
#[derive(Debug, Default)]
pub struct OwnRecords {
    by_id: HashMap<i64, OwnRecord>,
    by_uid: HashMap<Uuid, OwnRecord>,
}

impl OwnRecords {
    pub fn by_id(&self, id: i64) -> Option<OwnRecord> {
        self.by_id.get(&id).copied()
    }

    pub fn by_uid(&self, uid: &Uuid) -> Option<OwnRecord> {
        self.by_uid.get(uid).copied()
    }
}

/// A record, in the trash or not, that a row of an import may change.
#[derive(Debug)]
pub struct ExistingRecord {
    pub record_type: RecordType,
    pub is_in_trash: bool,
    pub is_wanted: bool,
}

impl Store {
    /// An album outside the trash.
    pub async fn get(&self, user: i64, id: i64) -> Result<StoredRecord, Error> {
        const SQL: &str = "SELECT id, version, doc FROM records
            WHERE user_id = ?1 AND id = ?2 AND type = 'album' AND deleted_at IS NULL";
        let row = self.connection.query_one(SQL, [user.into(), id.into()]).await?;
        row.ok_or(Error::NotFound).and_then(to_record)
    }

    /// A record outside the trash.
    pub async fn get_by_uid(&self, user: i64, uid: &str) -> Result<StoredRecord, Error> {
        const SQL: &str = "SELECT id, version, doc FROM records WHERE user_id = ?1 AND uid = ?2 AND deleted_at IS NULL";
        let row = self.connection.query_one(SQL, [user.into(), uid.into()]).await?;
        row.ok_or(Error::NotFound).and_then(to_record)
    }

    /// Finds which of these records belong to the user, in the trash or not.
    pub async fn find_records(
        &self,
        user: i64,
        ids: impl Iterator<Item = i64>,
        uids: impl Iterator<Item = Uuid>,
    ) -> Result<OwnRecords, Error> {
        const SQL: &str = "SELECT id, uid, type, deleted_at IS NOT NULL, version FROM records
            WHERE user_id = ?1 AND id IN (SELECT value FROM json_each(?2))
            UNION
            SELECT id, uid, type, deleted_at IS NOT NULL, version FROM records
            WHERE user_id = ?1 AND uid IN (SELECT value FROM json_each(?3))";
        let ids: Vec<i64> = ids.collect();
        let uids: Vec<String> = uids.map(|uid| uid.to_string()).collect();
        if ids.is_empty() && uids.is_empty() {
            return Ok(OwnRecords::default());
        }
        let mut records = OwnRecords::default();
        for mut row in self.connection.query(SQL, [user.into(), json_parameter(&ids)?, json_parameter(&uids)?]).await? {
            let record_type = record_type(row.take(2)?)?;
            let (id, is_in_trash, version) = (row.take(0)?, row.take::<i64>(3)? != 0, row.take(4)?);
            let record = OwnRecord { id, record_type, version, is_in_trash };
            records.by_id.insert(record.id, record);
            if let Ok(uid) = Uuid::try_parse(&row.take::<String>(1)?) {
                records.by_uid.insert(uid, record);
            }
        }
        Ok(records)
    }

    /// Finds which of these records belong to the user.
    pub async fn existing(&self, user: i64, uids: &[Uuid]) -> Result<HashMap<Uuid, ExistingRecord>, Error> {
        const SQL: &str = "SELECT uid, type, deleted_at IS NOT NULL, wanted FROM records
            WHERE user_id = ?1 AND uid IN (SELECT value FROM json_each(?2))";
        let uids: Vec<String> = uids.iter().map(Uuid::to_string).collect();
        let mut records = HashMap::new();
        for mut row in self.connection.query(SQL, [user.into(), json_parameter(&uids)?]).await? {
            let record_type = record_type(row.take(1)?)?;
            let (is_in_trash, is_wanted) = (row.take::<i64>(2)? != 0, row.take::<i64>(3)? != 0);
            if let Ok(uid) = Uuid::try_parse(&row.take::<String>(0)?) {
                records.insert(uid, ExistingRecord { record_type, is_in_trash, is_wanted });
            }
        }
        Ok(records)
    }

    /// The documents of these records. The caller asks for so few that they fit into memory.
    pub async fn documents(&self, user: i64, uids: &[Uuid]) -> Result<HashMap<Uuid, Value>, Error> {
        const SQL: &str = "SELECT uid, doc FROM records
            WHERE user_id = ?1 AND uid IN (SELECT value FROM json_each(?2))";
        let mut documents = HashMap::new();
        if uids.is_empty() {
            return Ok(documents);
        }
        let uids: Vec<String> = uids.iter().map(Uuid::to_string).collect();
        for mut row in self.connection.query(SQL, [user.into(), json_parameter(&uids)?]).await? {
            if let Ok(uid) = Uuid::try_parse(&row.take::<String>(0)?) {
                let document: String = row.take(1)?;
                documents.insert(uid, serde_json::from_str(&document).unwrap_or_default());
            }
        }
        Ok(documents)
    }

    /// All albums that are owned, in list order, as a JSON array; if they do not fit into one answer, the first ones
    /// and the cursor of the rest in the list of that order.
    pub async fn all_owned(&self, user: i64) -> Result<SyncAnswer, Error> {
        /// More than fit into an answer: no document of an album is smaller than 150 bytes.
        const LIMIT: &str = "30000";
        const FROM: &str = "FROM records WHERE user_id = ?1 AND type = 'album' AND deleted_at IS NULL AND wanted = 0
            ORDER BY artist_key, album_key, id";
        let sql = format!(
            "WITH {page_size}
            SELECT concat('[', (SELECT group_concat(doc, ',') FROM (
                SELECT doc {FROM} LIMIT coalesce((SELECT n FROM page_size), 0))), ']'),
                (SELECT hex(json_array('artist', artist_key, album_key, id))
                    {FROM} LIMIT 1 OFFSET coalesce((SELECT n FROM page_size), 0))",
            page_size = page_size(LIMIT, &MAX_PAGE.to_string(), FROM)
        );
        let row = self.connection.query_one(&sql, [user.into()]).await?;
        let mut row = row.ok_or_else(no_row)?;
        Ok(SyncAnswer { document: row.take(0)?, next_cursor: row.take(1)? })
    }
}

fn to_record(mut row: Row) -> Result<StoredRecord, Error> {
    Ok(StoredRecord { id: row.take(0)?, version: row.take(1)?, document: row.take(2)? })
}

fn record_type(name: String) -> Result<RecordType, Error> {
    RecordType::parse(&name).ok_or_else(|| Error::Internal(format!("unknown record type {name}")))
}
