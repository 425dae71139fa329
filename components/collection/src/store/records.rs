//! Reads single records, and what is known about the records that a request names.

use std::collections::HashMap;

use serde_json::Value;
use sqlite::Row;
use uuid::Uuid;

use super::{Store, json_parameter};
use crate::contract::types::StoredRecord;
use crate::error::Error;
use crate::record::RecordType;

/// A record of the user that a sync names.
#[derive(Debug, Clone, Copy)]
pub struct OwnRecord {
    pub id: i64,
    pub record_type: RecordType,
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
    document: String,
}

impl ExistingRecord {
    pub fn value(&self) -> Value {
        serde_json::from_str(&self.document).unwrap_or_default()
    }
}

impl Store {
    /// An album outside the trash.
    pub async fn get(&self, user: i64, id: i64) -> Result<StoredRecord, Error> {
        const SQL: &str = "SELECT id, version, doc FROM records
            WHERE user_id = ?1 AND id = ?2 AND type = 'album' AND deleted_at IS NULL";
        let row = self.0.query_one(SQL, [user.into(), id.into()]).await?;
        row.ok_or(Error::NotFound).and_then(to_record)
    }

    /// A record outside the trash.
    pub async fn get_by_uid(&self, user: i64, uid: &str) -> Result<StoredRecord, Error> {
        const SQL: &str = "SELECT id, version, doc FROM records WHERE user_id = ?1 AND uid = ?2 AND deleted_at IS NULL";
        let row = self.0.query_one(SQL, [user.into(), uid.into()]).await?;
        row.ok_or(Error::NotFound).and_then(to_record)
    }

    /// Finds which of these records belong to the user, in the trash or not.
    pub async fn find_records(
        &self,
        user: i64,
        ids: impl Iterator<Item = i64>,
        uids: impl Iterator<Item = Uuid>,
    ) -> Result<OwnRecords, Error> {
        const SQL: &str = "SELECT id, uid, type, deleted_at IS NOT NULL FROM records
            WHERE user_id = ?1 AND id IN (SELECT value FROM json_each(?2))
            UNION
            SELECT id, uid, type, deleted_at IS NOT NULL FROM records
            WHERE user_id = ?1 AND uid IN (SELECT value FROM json_each(?3))";
        let ids: Vec<i64> = ids.collect();
        let uids: Vec<String> = uids.map(|uid| uid.to_string()).collect();
        if ids.is_empty() && uids.is_empty() {
            return Ok(OwnRecords::default());
        }
        let mut records = OwnRecords::default();
        for mut row in self.0.query(SQL, [user.into(), json_parameter(&ids)?, json_parameter(&uids)?]).await? {
            let record_type = record_type(row.take(2)?)?;
            let record = OwnRecord { id: row.take(0)?, record_type, is_in_trash: row.take::<i64>(3)? != 0 };
            records.by_id.insert(record.id, record);
            if let Ok(uid) = Uuid::try_parse(&row.take::<String>(1)?) {
                records.by_uid.insert(uid, record);
            }
        }
        Ok(records)
    }

    /// Finds which of these records belong to the user, with their documents.
    pub async fn existing(&self, user: i64, uids: &[Uuid]) -> Result<HashMap<Uuid, ExistingRecord>, Error> {
        const SQL: &str = "SELECT uid, type, deleted_at IS NOT NULL, doc FROM records
            WHERE user_id = ?1 AND uid IN (SELECT value FROM json_each(?2))";
        let uids: Vec<String> = uids.iter().map(Uuid::to_string).collect();
        let mut records = HashMap::new();
        for mut row in self.0.query(SQL, [user.into(), json_parameter(&uids)?]).await? {
            let record_type = record_type(row.take(1)?)?;
            let is_in_trash = row.take::<i64>(2)? != 0;
            let record = ExistingRecord { record_type, is_in_trash, document: row.take(3)? };
            if let Ok(uid) = Uuid::try_parse(&row.take::<String>(0)?) {
                records.insert(uid, record);
            }
        }
        Ok(records)
    }

    /// All albums that are owned, in list order, as a JSON array.
    pub async fn all_owned(&self, user: i64) -> Result<String, Error> {
        const SQL: &str = "SELECT concat('[', group_concat(doc, ','), ']') FROM (
            SELECT doc FROM records WHERE user_id = ?1 AND type = 'album' AND deleted_at IS NULL AND wanted = 0
            ORDER BY artist_key, album_key, id)";
        self.query_document(SQL, [user.into()]).await
    }
}

fn to_record(mut row: Row) -> Result<StoredRecord, Error> {
    Ok(StoredRecord { id: row.take(0)?, version: row.take(1)?, document: row.take(2)? })
}

fn record_type(name: String) -> Result<RecordType, Error> {
    RecordType::parse(&name).ok_or_else(|| Error::Internal(format!("unknown record type {name}")))
}
