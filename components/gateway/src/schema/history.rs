//! The history of an album.

use std::collections::BTreeMap;

use utoipa::ToSchema;

use super::sync::OperationStatus;

/// A page of the changes of an album. It ends at its limit or at 4 MiB.
#[derive(ToSchema)]
pub struct History {
    items: Vec<HistoryItem>,
    /// Values that lost a merge by one of these changes.
    lost: Vec<LostValue>,
    /// The `cursor` of the next page; `null` on the last page.
    next_cursor: Option<String>,
}

#[derive(ToSchema)]
pub struct HistoryItem {
    version: i64,
    /// `create`, `put`, `replace`, `delete` or `restore`.
    kind: String,
    /// The fields that the change wrote.
    fields: BTreeMap<String, serde_json::Value>,
    edited_at: String,
    /// `null` for an edit that no device sent by sync.
    device_id: Option<String>,
    status: OperationStatus,
}

#[derive(ToSchema)]
pub struct LostValue {
    id: i64,
    /// The version of the album at which the value was replaced.
    version: i64,
    field: String,
    value: serde_json::Value,
    edited_at: String,
    device_id: Option<String>,
}
