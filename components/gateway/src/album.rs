//! What an album looks like, for the API's documentation only: the collection checks it, and its documents pass through
//! here as bytes.

#![allow(dead_code, clippy::large_enum_variant, reason = "described, never constructed")]

use std::collections::BTreeMap;

use utoipa::ToSchema;

/// The fields of an album that its owner sets. `null` or an empty text is the same as absent: not set.
#[derive(ToSchema)]
#[schema(as = NewAlbum)]
pub struct NewAlbum {
    #[schema(min_length = 1, max_length = 500, example = "Nina Simone")]
    artist: String,
    #[schema(min_length = 1, max_length = 500, example = "Pastel Blues")]
    album: String,
    #[schema(max_length = 200, example = "Jazz")]
    genre: Option<String>,
    #[schema(max_length = 200)]
    style: Option<String>,
    #[schema(minimum = 1860, maximum = 2100, example = 1965)]
    year: Option<i64>,
    #[schema(max_length = 100)]
    country: Option<String>,
    #[schema(max_length = 500)]
    label: Option<String>,
    /// The label's number of the release.
    #[schema(max_length = 200)]
    catno: Option<String>,
    #[schema(max_length = 200, example = "LP")]
    format: Option<String>,
    #[schema(max_length = 100)]
    barcode: Option<String>,
    /// The release at Discogs.
    #[schema(minimum = 1)]
    discogs_id: Option<i64>,
    /// The master release at Discogs.
    #[schema(minimum = 1)]
    master_id: Option<i64>,
    media_condition: Option<MediaCondition>,
    sleeve_condition: Option<SleeveCondition>,
    #[schema(minimum = 0, maximum = 5)]
    rating: Option<i64>,
    #[schema(max_length = 10_000)]
    notes: Option<String>,
    /// Each of at most 100 characters.
    #[schema(max_items = 50)]
    tags: Option<Vec<String>>,
    /// The uid of the crate that the record lies in.
    #[schema(format = "uuid")]
    #[serde(rename = "crate")]
    crate_name: Option<String>,
    /// How many copies; absent means one.
    #[schema(minimum = 1, maximum = 9_999)]
    quantity: Option<i64>,
    #[schema(minimum = 0, maximum = 100_000_000)]
    purchase_price: Option<f64>,
    /// ISO 4217.
    #[schema(pattern = "^[A-Z]{3}$", example = "EUR")]
    purchase_currency: Option<String>,
    /// A date (`2020-05-14`), or a time in RFC 3339.
    purchased_at: Option<String>,
    /// What it is worth.
    #[schema(minimum = 0, maximum = 100_000_000)]
    price: Option<f64>,
    /// ISO 4217.
    #[schema(pattern = "^[A-Z]{3}$", example = "EUR")]
    price_currency: Option<String>,
    /// When the price was found: a date, or a time in RFC 3339.
    price_at: Option<String>,
    #[schema(max_length = 100)]
    price_source: Option<String>,
    /// An http or https address, or a path on this site.
    #[schema(max_length = 2_000)]
    cover: Option<String>,
    /// Fields of the collector's own, at most 10,000 bytes of JSON.
    custom: Option<BTreeMap<String, serde_json::Value>>,
    /// Looked for, and not owned: listed by `wanted=true` only. Absent or false: owned.
    wanted: Option<bool>,
    /// A UUID that the client made, so that an album added offline is known again; else the server makes one. Cannot be
    /// changed later.
    #[schema(format = "uuid")]
    uid: Option<String>,
}

/// An album. Fields that are not set are absent. The fields that the server tells may be sent back as they came: they
/// are ignored.
#[derive(ToSchema)]
#[schema(as = Album)]
pub struct Album {
    #[serde(flatten)]
    fields: NewAlbum,
    #[schema(read_only)]
    id: i64,
    /// Changes with every write and is never used twice; also the ETag.
    #[schema(read_only)]
    version: i64,
    #[schema(read_only, format = DateTime)]
    created_at: String,
    #[schema(read_only, format = DateTime)]
    updated_at: String,
    /// Since when it is in the trash; absent if it is not.
    #[schema(read_only, format = DateTime)]
    deleted_at: Option<String>,
}

/// Discogs' grades of a record.
#[derive(ToSchema)]
enum MediaCondition {
    #[serde(rename = "Mint (M)")]
    Mint,
    #[serde(rename = "Near Mint (NM or M-)")]
    NearMint,
    #[serde(rename = "Very Good Plus (VG+)")]
    VeryGoodPlus,
    #[serde(rename = "Very Good (VG)")]
    VeryGood,
    #[serde(rename = "Good Plus (G+)")]
    GoodPlus,
    #[serde(rename = "Good (G)")]
    Good,
    #[serde(rename = "Fair (F)")]
    Fair,
    #[serde(rename = "Poor (P)")]
    Poor,
}

/// Discogs' grades of a sleeve.
#[derive(ToSchema)]
enum SleeveCondition {
    #[serde(rename = "Mint (M)")]
    Mint,
    #[serde(rename = "Near Mint (NM or M-)")]
    NearMint,
    #[serde(rename = "Very Good Plus (VG+)")]
    VeryGoodPlus,
    #[serde(rename = "Very Good (VG)")]
    VeryGood,
    #[serde(rename = "Good Plus (G+)")]
    GoodPlus,
    #[serde(rename = "Good (G)")]
    Good,
    #[serde(rename = "Fair (F)")]
    Fair,
    #[serde(rename = "Poor (P)")]
    Poor,
    Generic,
    #[serde(rename = "Not Graded")]
    NotGraded,
    #[serde(rename = "No Cover")]
    NoCover,
}

/// A page of albums.
#[derive(ToSchema)]
pub struct Page {
    items: Vec<Album>,
    /// Asks for the next page, with the same filters and sort; null on the last one.
    next_cursor: Option<String>,
    /// How many albums match, on all pages.
    total: i64,
}

/// The body of a sync: a device's operations, or a client's plain changes.
#[derive(ToSchema)]
#[serde(untagged)]
pub enum SyncRequest {
    Device(DeviceSync),
    Plain(PlainSync),
}

/// What a device did since it was last heard. An operation that is sent again is carried out once.
#[derive(ToSchema)]
pub struct DeviceSync {
    /// Made by the device once: 1 to 100 of `A-Z a-z 0-9 - _ . :`.
    #[schema(min_length = 1, max_length = 100)]
    device_id: String,
    /// `cursor` of the answer before; null at first.
    cursor: Option<i64>,
    #[schema(max_items = 10_000)]
    ops: Vec<Operation>,
}

#[derive(ToSchema)]
pub struct Operation {
    /// Made by the device, for this operation only.
    #[schema(min_length = 1, max_length = 100)]
    op_id: String,
    /// `album` if absent.
    r#type: Option<RecordType>,
    kind: OperationKind,
    /// The record's `uid`.
    #[schema(format = "uuid")]
    record_id: String,
    /// The record's `version` that the device had seen; 0 for a record that it made itself.
    #[schema(minimum = 0)]
    base: Option<i64>,
    /// The fields that were changed; null removes one. Absent for a deletion.
    patch: Option<BTreeMap<String, serde_json::Value>>,
    /// The device's clock; a time ahead of the server's counts as the server's.
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

/// The answer of a sync: to a device, or to a plain body.
#[derive(ToSchema)]
#[serde(untagged)]
pub enum SyncAnswer {
    Device(DeviceAnswer),
    Plain(Vec<Album>),
}

#[derive(ToSchema)]
pub struct DeviceAnswer {
    results: Vec<OperationResult>,
    #[serde(flatten)]
    page: ChangesPage,
}

/// What became of an operation.
#[derive(ToSchema)]
pub struct OperationResult {
    op_id: Option<String>,
    status: OperationStatus,
    /// The version that it gave; absent if it was rejected.
    version: Option<i64>,
    /// Why it was rejected.
    errors: Option<Vec<SyncFault>>,
}

#[derive(ToSchema)]
pub struct SyncFault {
    #[schema(example = "ops[3].patch.year")]
    field: String,
    message: String,
}

/// `applied` as asked; `merged`: of some field another value stays, or was put aside (see the history); `kept`: the deletion
/// of a record that somebody had edited meanwhile; `rejected`: faulty, nothing was written.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
enum OperationStatus {
    Applied,
    Merged,
    Kept,
    Rejected,
}

/// Records that changed after a cursor, oldest change first; one with `deleted_at` was deleted. A crate has `type: "crate"`.
#[derive(ToSchema)]
pub struct ChangesPage {
    changes: Vec<Record>,
    cursor: i64,
    /// Ask again with this cursor.
    has_more: bool,
    #[schema(format = DateTime)]
    server_time: String,
}

#[derive(ToSchema)]
#[serde(untagged)]
pub enum Record {
    Album(Album),
    Crate(Crate),
}

/// What makes a crate.
#[derive(ToSchema)]
pub struct NewCrate {
    #[schema(min_length = 1, max_length = 200, example = "Jazz")]
    name: String,
    /// The uid of a crate that lies in no other.
    #[schema(format = "uuid")]
    parent: Option<String>,
    /// Orders crates side by side.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    position: Option<i64>,
    /// A UUID that the client made; else the server makes one.
    #[schema(format = "uuid")]
    uid: Option<String>,
}

/// A folder of albums.
#[derive(ToSchema)]
pub struct Crate {
    #[serde(flatten)]
    fields: NewCrate,
    #[schema(example = "crate")]
    r#type: String,
    #[schema(read_only)]
    id: i64,
    #[schema(read_only)]
    version: i64,
    #[schema(read_only, format = DateTime)]
    created_at: String,
    #[schema(read_only, format = DateTime)]
    updated_at: String,
    #[schema(read_only, format = DateTime)]
    deleted_at: Option<String>,
}

/// The fields of a crate to change; null removes one.
#[derive(ToSchema)]
pub struct CratePatch {
    name: Option<String>,
    parent: Option<String>,
    position: Option<i64>,
}

#[derive(ToSchema)]
pub struct Crates {
    items: Vec<Crate>,
}

/// What the caller owns of what was asked.
#[derive(ToSchema)]
pub struct Owned {
    /// This very pressing, as far as the question tells.
    exact: Vec<Album>,
    /// Others of the same master release, or of the same artist and title.
    other_pressings: Vec<Album>,
    /// What of these is looked for, and not owned.
    wanted: Vec<Album>,
    /// What else the words are found in.
    near: Vec<Album>,
}

/// What happened to an album.
#[derive(ToSchema)]
pub struct History {
    items: Vec<HistoryItem>,
    /// Values that lost a merge.
    lost: Vec<LostValue>,
}

#[derive(ToSchema)]
pub struct HistoryItem {
    version: i64,
    /// `create`, `put`, `replace`, `delete` or `restore`.
    kind: String,
    /// The fields that were written.
    fields: BTreeMap<String, serde_json::Value>,
    edited_at: String,
    /// Null for an edit made on the server.
    device_id: Option<String>,
    status: OperationStatus,
}

#[derive(ToSchema)]
pub struct LostValue {
    id: i64,
    /// The version in which it was put aside.
    version: i64,
    field: String,
    value: serde_json::Value,
    edited_at: String,
    device_id: Option<String>,
}

/// A client's changes; all are made, or none.
#[derive(ToSchema)]
pub struct PlainSync {
    /// With an `id`: an update of the fields that are named (as `PATCH`). Without: a new album, unless its `uid` is known.
    #[schema(max_items = 5_000)]
    albums: Option<Vec<SyncAlbum>>,
    /// To the trash.
    #[schema(max_items = 5_000)]
    deleted_ids: Option<Vec<i64>>,
    #[schema(format = DateTime)]
    last_sync: Option<String>,
}

#[derive(ToSchema)]
pub struct SyncAlbum {
    id: Option<i64>,
    #[serde(flatten)]
    fields: NewAlbum,
}

/// Counts are of copies (`quantity`), largest first; labels and artists end after the first 100.
#[derive(ToSchema)]
pub struct Stats {
    total: i64,
    copies: i64,
    /// Albums that are looked for; nothing else here counts them.
    wanted: i64,
    by_genre: Vec<Count>,
    by_style: Vec<Count>,
    by_decade: Vec<Count>,
    by_format: Vec<Count>,
    by_label: Vec<Count>,
    by_artist: Vec<Count>,
    by_country: Vec<Count>,
    /// What the albums are worth.
    value: Vec<Sum>,
    /// What was paid for them.
    spent: Vec<Sum>,
    growth: Vec<Month>,
}

#[derive(ToSchema)]
pub struct Count {
    name: String,
    count: i64,
}

#[derive(ToSchema)]
pub struct Sum {
    currency: String,
    albums: i64,
    total: f64,
}

#[derive(ToSchema)]
pub struct Month {
    #[schema(example = "2026-11")]
    month: String,
    added: i64,
    /// Until the end of the month.
    total: i64,
}

/// `NewAlbum` with nothing required; `openapi` writes it from there.
#[derive(ToSchema)]
pub struct AlbumPatch {}
