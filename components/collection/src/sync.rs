//! Synchronisation: which of its two requests a body is, and the changes since a cursor.

mod device;
mod device_operation;
mod plain;

use crate::contract::sync::SyncAnswer;
use crate::error::Error;
use crate::record::parse_object;
use crate::store::Store;

/// The records in one response; a client that has more to read asks again with the new cursor.
const MAX_CHANGES: i64 = 1_000;

pub async fn sync(user: i64, document: &[u8]) -> Result<SyncAnswer, Error> {
    let body = parse_object(document)?;
    let store = Store::open_with_quota().await?;
    if device::is_device_sync(&body) {
        return Ok(SyncAnswer { document: device::sync(&store, user, &body).await?, next_cursor: None });
    }
    if let Some(batch) = plain::read_batch(&store, user, &body).await? {
        store.apply(user, batch).await?;
    }
    store.all_owned(user).await
}

pub async fn changes(user: i64, cursor: Option<i64>, limit: Option<i64>) -> Result<String, Error> {
    let limit = limit.unwrap_or(MAX_CHANGES);
    if !(1..=MAX_CHANGES).contains(&limit) {
        return Err(Error::invalid("limit", format!("must be a whole number from 1 to {MAX_CHANGES}")));
    }
    if cursor.is_some_and(|cursor| cursor < 0) {
        return Err(Error::invalid("cursor", "is not a cursor of this list"));
    }
    let store = Store::open().await?;
    store.check_cursor(user, cursor).await?;
    let changes = store.changes(user, cursor.unwrap_or(0), limit, 0).await?;
    Ok(changes.into_document(None))
}
