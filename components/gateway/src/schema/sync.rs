//! Synchronisation.

use std::collections::BTreeMap;

use serde_json::json;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use super::{
    album::{Album, AlbumPatch, NewAlbum},
    crates::Crate,
};

/// A device's operations, or a client's plain changes.
#[derive(ToSchema)]
#[serde(untagged)]
pub enum SyncRequest {
    Device(DeviceSync),
    Plain(PlainSync),
}

/// The operations of a device since its last sync. An operation that is sent again is applied once.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeviceSync {
    /// Chosen once by the device: 1 to 100 of the characters `A-Z a-z 0-9 - _ . :`.
    #[schema(min_length = 1, max_length = 100, pattern = "^[A-Za-z0-9._:-]+$")]
    device_id: String,
    /// The `cursor` of the previous response; `null` at the first sync.
    #[schema(minimum = 0)]
    cursor: Option<i64>,
    #[schema(max_items = 10_000, nullable = false)]
    ops: Option<Vec<Operation>>,
}

/// An operation that breaks a rule is rejected in the response; the others are applied.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// Chosen by the device, for this operation only.
    #[schema(min_length = 1, max_length = 100, pattern = "^[A-Za-z0-9._:-]+$")]
    op_id: String,
    /// Absent: `album`.
    r#type: Option<RecordType>,
    kind: OperationKind,
    /// The record's `uid`.
    #[schema(format = "uuid", pattern = "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$")]
    record_id: String,
    /// The `version` that the record had on the device; 0 for a record that the device added.
    #[schema(minimum = 0)]
    base: Option<i64>,
    /// The changed fields; `null` removes a field. Absent for a deletion.
    patch: Option<BTreeMap<String, serde_json::Value>>,
    /// The time of the edit by the device's clock. A time in the future counts as the server's time.
    #[schema(format = DateTime)]
    edited_at: String,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
enum RecordType {
    Album,
    Crate,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
enum OperationKind {
    Put,
    Delete,
}

/// The response to a device, or to a plain body.
#[derive(ToSchema)]
#[serde(untagged)]
pub enum SyncAnswer {
    Device(Box<DeviceAnswer>),
    Plain(Vec<Album>),
}

#[derive(ToSchema)]
pub struct DeviceAnswer {
    results: Vec<OperationResult>,
    #[serde(flatten)]
    page: ChangesPage,
}

/// The result of an operation.
#[derive(ToSchema)]
pub struct OperationResult {
    op_id: Option<String>,
    status: OperationStatus,
    /// The version that the operation gave the record; absent if it was rejected.
    version: Option<i64>,
    /// Why the operation was rejected.
    errors: Option<Vec<SyncFault>>,
}

#[derive(ToSchema)]
pub struct SyncFault {
    #[schema(example = "ops[3].patch.year")]
    field: String,
    message: String,
}

/// `applied`: as sent. `merged`: a field was also changed elsewhere; the newer value is kept, the other one is in the
/// history. `kept`: the record was not deleted, because it was edited meanwhile. `rejected`: the operation is invalid,
/// and nothing was written.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum OperationStatus {
    Applied,
    Merged,
    Kept,
    Rejected,
}

/// Records that changed after a cursor, oldest change first. A record with `deleted_at` was deleted. A crate has
/// `type: "crate"`.
#[derive(ToSchema)]
pub struct ChangesPage {
    changes: Vec<Record>,
    cursor: i64,
    /// Whether there are more changes after `cursor`.
    has_more: bool,
    #[schema(format = DateTime)]
    server_time: String,
}

#[derive(ToSchema)]
#[serde(untagged)]
pub enum Record {
    Album(Box<Album>),
    Crate(Box<Crate>),
}

/// A client's changes; all are applied, or none.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlainSync {
    /// An album with `id` updates the given fields, as `PATCH` does. One without `id` is added, unless its `uid` is
    /// that of an album.
    #[schema(max_items = 5_000)]
    albums: Option<Vec<SyncAlbum>>,
    /// The ids of albums to move to the trash.
    #[schema(max_items = 5_000)]
    deleted_ids: Option<Vec<i64>>,
    #[schema(format = DateTime)]
    last_sync: Option<String>,
}

/// A new album, or the changed fields of the album with this `id`.
pub struct SyncAlbum;

impl PartialSchema for SyncAlbum {
    fn schema() -> RefOr<Schema> {
        let reference = |name| json!({"$ref": format!("#/components/schemas/{name}")});
        let has_id = json!({
            "type": "object",
            "required": ["id"],
            "properties": {"id": {"type": "integer", "format": "int64", "minimum": 1}},
        });
        let changed = json!({"allOf": [reference(AlbumPatch::name()), has_id]});
        serde_json::from_value(json!({"anyOf": [reference(NewAlbum::name()), changed]})).expect("a schema")
    }
}

impl ToSchema for SyncAlbum {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((AlbumPatch::name().into_owned(), AlbumPatch::schema()));
        schemas.push((NewAlbum::name().into_owned(), NewAlbum::schema()));
        NewAlbum::schemas(schemas);
    }
}
