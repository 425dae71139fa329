//! What an album looks like, for the API's documentation only: the collection checks it, and its documents pass through
//! here as bytes.

#![allow(dead_code, reason = "described, never constructed")]

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
    /// Where the record stands.
    #[schema(max_length = 200)]
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

/// A client's changes; all are made, or none.
#[derive(ToSchema)]
pub struct Changes {
    /// With an `id`: an update of the fields that are named (as `PATCH`). Without: a new album, unless its `uid` is known.
    #[schema(max_items = 5_000)]
    albums: Vec<SyncAlbum>,
    /// To the trash.
    #[schema(max_items = 5_000)]
    deleted_ids: Vec<i64>,
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
