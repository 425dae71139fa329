//! Single albums: create, replace, patch, delete, restore.

use uuid::Uuid;

use crate::contract::types::StoredRecord;
use crate::error::Error;
use crate::operation::{Batch, Change, OperationKind, RecordKey};
use crate::record::{Draft, Purpose, RecordType};
use crate::store::Store;

pub async fn create(user: i64, document: &[u8]) -> Result<StoredRecord, Error> {
    let draft = Draft::parse(document, RecordType::Album, Purpose::Complete)?;
    let key = RecordKey::Uid(uid_of(&draft)?);
    write(user, OperationKind::Create, key, &draft.fields, None).await
}

pub async fn replace(
    user: i64,
    id: i64,
    document: &[u8],
    expected_version: Option<i64>,
) -> Result<StoredRecord, Error> {
    let draft = Draft::parse(document, RecordType::Album, Purpose::Complete)?.for_id(id)?;
    write(user, OperationKind::Replace, RecordKey::Id(id), &draft.fields, expected_version).await
}

pub async fn patch(user: i64, id: i64, document: &[u8], expected_version: Option<i64>) -> Result<StoredRecord, Error> {
    let draft = Draft::parse(document, RecordType::Album, Purpose::Patch)?.for_id(id)?;
    write(user, OperationKind::Put, RecordKey::Id(id), &draft.fields, expected_version).await
}

pub async fn delete(user: i64, id: i64, expected_version: Option<i64>) -> Result<(), Error> {
    let change = change(OperationKind::Delete, RecordKey::Id(id), "{}", expected_version);
    Store::open_with_quota().await?.apply_to_one(user, &change).await?;
    Ok(())
}

pub async fn restore(user: i64, id: i64, expected_version: Option<i64>) -> Result<StoredRecord, Error> {
    write(user, OperationKind::Restore, RecordKey::Id(id), "{}", expected_version).await
}

pub async fn restore_lost_value(user: i64, id: i64, lost_id: i64) -> Result<StoredRecord, Error> {
    let fields = Store::open().await?.lost_value(user, id, lost_id).await?;
    // It was valid when it was written; a later release may have other limits.
    let draft = Draft::parse(fields.as_bytes(), RecordType::Album, Purpose::Patch)?;
    write(user, OperationKind::Put, RecordKey::Id(id), &draft.fields, None).await
}

/// The uid that the client chose, or a new one.
pub fn uid_of(draft: &Draft) -> Result<Uuid, Error> {
    draft.uid.map_or_else(|| Ok(Batch::new(1, 0)?.new_uid()), Ok)
}

async fn write(
    user: i64,
    kind: OperationKind,
    key: RecordKey,
    fields: &str,
    expected_version: Option<i64>,
) -> Result<StoredRecord, Error> {
    Store::open_with_quota().await?.apply_one(user, &change(kind, key, fields, expected_version)).await
}

fn change(kind: OperationKind, key: RecordKey, fields: &str, expected_version: Option<i64>) -> Change<'_> {
    Change { record_type: RecordType::Album, kind, key, fields, expected_version }
}
