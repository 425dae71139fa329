//! Single crates: create, patch, delete.

use uuid::Uuid;

use crate::albums::uid_of;
use crate::contract::types::StoredRecord;
use crate::error::Error;
use crate::operation::{Change, OperationKind, RecordKey};
use crate::record::{Draft, Purpose, RecordType};
use crate::store::Store;

pub async fn create(user: i64, document: &[u8]) -> Result<StoredRecord, Error> {
    let draft = Draft::parse(document, RecordType::Crate, Purpose::Complete)?;
    let uid = uid_of(&draft)?;
    write(user, OperationKind::Create, uid, &draft.fields, None).await
}

pub async fn patch(
    user: i64,
    crate_uid: &str,
    document: &[u8],
    expected_version: Option<i64>,
) -> Result<StoredRecord, Error> {
    let draft = Draft::parse(document, RecordType::Crate, Purpose::Patch)?;
    write(user, OperationKind::Put, parse_uid(crate_uid)?, &draft.fields, expected_version).await
}

pub async fn delete(user: i64, crate_uid: &str, expected_version: Option<i64>) -> Result<(), Error> {
    let change = change(OperationKind::Delete, parse_uid(crate_uid)?, "{}", expected_version);
    Store::open_with_quota().await?.apply_to_one(user, &change).await?;
    Ok(())
}

async fn write(
    user: i64,
    kind: OperationKind,
    uid: Uuid,
    fields: &str,
    expected_version: Option<i64>,
) -> Result<StoredRecord, Error> {
    let store = Store::open_with_quota().await?;
    store.crate_tree(user).await?.put(uid, fields).map_err(|fault| Error::Invalid(vec![fault]))?;
    store.apply_one(user, &change(kind, uid, fields, expected_version)).await
}

fn change(kind: OperationKind, uid: Uuid, fields: &str, expected_version: Option<i64>) -> Change<'_> {
    Change { record_type: RecordType::Crate, kind, key: RecordKey::Uid(uid), fields, expected_version }
}

/// A text that is not a UUID names no crate.
fn parse_uid(text: &str) -> Result<Uuid, Error> {
    Uuid::try_parse(text).map_err(|_| Error::NotFound)
}
