//! Albums.

use std::collections::BTreeMap;

use utoipa::ToSchema;

/// The fields of an album that its owner sets. `null` and an empty text mean the same as an absent field: not set.
#[derive(ToSchema)]
#[schema(as = NewAlbum)]
pub struct NewAlbum {
    #[schema(min_length = 1, max_length = 500, example = "Nina Simone")]
    artist: String,
    #[schema(min_length = 1, max_length = 500, example = "Pastel Blues")]
    album: String,
    /// The genres, joined by `, `. At most 600 bytes of JSON. This text and the list `genres` are always written
    /// together: a client sends one of them. Of two that disagree, the text counts. So it is with `style` and `label`.
    #[schema(max_length = 200, example = "Jazz")]
    genre: Option<String>,
    /// At most 660 bytes of JSON.
    #[schema(max_items = 50, inline, example = json!(["Jazz"]))]
    genres: Option<Vec<Value200>>,
    /// The styles, joined by `, `. At most 600 bytes of JSON.
    #[schema(max_length = 200)]
    style: Option<String>,
    /// At most 660 bytes of JSON.
    #[schema(max_items = 50, inline)]
    styles: Option<Vec<Value200>>,
    #[schema(minimum = 1860, maximum = 2100, example = 1965)]
    year: Option<i64>,
    #[schema(max_length = 100)]
    country: Option<String>,
    /// The labels, joined by `, `. At most 1,200 bytes of JSON.
    #[schema(max_length = 500)]
    label: Option<String>,
    /// At most 1,260 bytes of JSON.
    #[schema(max_items = 50, inline)]
    labels: Option<Vec<Value500>>,
    /// The label's catalogue number of the release.
    #[schema(max_length = 200)]
    catno: Option<String>,
    /// As Discogs writes it. At most 600 bytes of JSON. This text and its three parts, which follow, are always written
    /// together: a client sends the text or the parts, all of them; a part that is not sent is removed. If they
    /// disagree, the text counts.
    #[schema(max_length = 200, example = "2xLP, Album")]
    format: Option<String>,
    carrier: Option<Carrier>,
    /// The number of discs or cassettes; absent: one.
    #[schema(minimum = 1, maximum = 999, example = 2)]
    format_quantity: Option<i64>,
    /// At most 660 bytes of JSON.
    #[schema(max_items = 50, inline, example = json!(["Album"]))]
    format_descriptions: Option<Vec<Value200>>,
    #[schema(max_length = 100)]
    barcode: Option<String>,
    /// The id of the release at Discogs.
    #[schema(minimum = 1)]
    discogs_id: Option<i64>,
    /// The id of the master release at Discogs.
    #[schema(minimum = 1)]
    master_id: Option<i64>,
    media_condition: Option<MediaCondition>,
    sleeve_condition: Option<SleeveCondition>,
    #[schema(minimum = 0, maximum = 5)]
    rating: Option<i64>,
    /// May have line breaks and tabs, but no other control characters. At most 30,000 bytes of JSON.
    #[schema(max_length = 10_000, pattern = r"^[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]*$")]
    notes: Option<String>,
    /// At most 8,000 bytes of JSON.
    #[schema(max_items = 50, inline)]
    tags: Option<Vec<Tag>>,
    /// The uid of the crate that the album is in.
    #[schema(format = "uuid", pattern = "^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$")]
    #[serde(rename = "crate")]
    crate_uid: Option<String>,
    /// The number of copies; absent: one.
    #[schema(minimum = 1, maximum = 9_999)]
    quantity: Option<i64>,
    #[schema(minimum = 0, maximum = 100_000_000)]
    purchase_price: Option<f64>,
    /// ISO 4217.
    #[schema(pattern = "^([A-Z]{3})?$", example = "EUR")]
    purchase_currency: Option<String>,
    /// A date (`2020-05-14`) or an RFC 3339 time.
    purchased_at: Option<String>,
    /// The current value.
    #[schema(minimum = 0, maximum = 100_000_000)]
    price: Option<f64>,
    /// ISO 4217.
    #[schema(pattern = "^([A-Z]{3})?$", example = "EUR")]
    price_currency: Option<String>,
    /// When `price` was determined: a date or an RFC 3339 time.
    price_at: Option<String>,
    #[schema(max_length = 100)]
    price_source: Option<String>,
    /// An http or https URL without a user, or a path on this site (not `//host`). At most 4,000 bytes of JSON.
    #[schema(
        max_length = 2_000,
        pattern = "^(https?://[^\\s/?#@\\\\\\x00-\\x1F\\x7F-\\x9F]+([/?#][^\\s\\\\\\x00-\\x1F\\x7F-\\x9F]*)?\
            |/([^\\s/\\\\\\x00-\\x1F\\x7F-\\x9F][^\\s\\\\\\x00-\\x1F\\x7F-\\x9F]*)?)?$"
    )]
    cover: Option<String>,
    /// The collector's own fields, at most 10,000 bytes of JSON.
    custom: Option<BTreeMap<String, serde_json::Value>>,
    /// `true`: the album is wanted and not owned, and listed with `wanted=true` only. `false` or absent: owned.
    wanted: Option<bool>,
    /// A UUID that the client made, by which an album that was added offline is recognised; absent: the server makes
    /// one. Cannot be changed later.
    #[schema(format = "uuid", pattern = "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$")]
    uid: Option<String>,
}

#[derive(ToSchema)]
#[schema(min_length = 1, max_length = 100)]
struct Tag(String);

#[derive(ToSchema)]
#[schema(min_length = 1, max_length = 200)]
struct Value200(String);

#[derive(ToSchema)]
#[schema(min_length = 1, max_length = 500)]
struct Value500(String);

/// An album. Fields that are not set are absent. A client may send the read-only fields back: they are ignored.
#[derive(ToSchema)]
#[schema(as = Album)]
pub struct Album {
    #[serde(flatten)]
    fields: NewAlbum,
    #[schema(read_only)]
    id: i64,
    /// Changes with every write and is never used twice. It is also the ETag.
    #[schema(read_only)]
    version: i64,
    #[schema(read_only, format = DateTime)]
    created_at: String,
    #[schema(read_only, format = DateTime)]
    updated_at: String,
    /// When the album was moved to the trash; absent if it is not there.
    #[schema(read_only, format = DateTime)]
    deleted_at: Option<String>,
}

/// What a record is, in the words of Discogs.
#[derive(ToSchema)]
enum Carrier {
    #[serde(rename = "LP")]
    Lp,
    #[serde(rename = "12 inch")]
    TwelveInch,
    #[serde(rename = "10 inch")]
    TenInch,
    #[serde(rename = "7 inch")]
    SevenInch,
    Vinyl,
    Shellac,
    #[serde(rename = "Flexi-disc")]
    FlexiDisc,
    #[serde(rename = "Lathe Cut")]
    LatheCut,
    Acetate,
    #[serde(rename = "CD")]
    Cd,
    #[serde(rename = "SACD")]
    Sacd,
    #[serde(rename = "DVD")]
    Dvd,
    #[serde(rename = "Blu-ray")]
    BluRay,
    MiniDisc,
    Cassette,
    #[serde(rename = "8-Track Cartridge")]
    EightTrack,
    #[serde(rename = "Reel-To-Reel")]
    ReelToReel,
    #[serde(rename = "Box Set")]
    BoxSet,
    File,
}

/// Discogs' grades for a record.
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

/// Discogs' grades for a sleeve.
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

/// A page of albums. It ends at its limit or at 4 MiB.
#[derive(ToSchema)]
pub struct AlbumPage {
    items: Vec<Album>,
    /// The `cursor` of the next page with the same filters and order; `null` on the last page.
    next_cursor: Option<String>,
    /// The number of albums on all pages.
    total: i64,
}

/// `NewAlbum` without required fields; `openapi` derives it.
#[derive(ToSchema)]
pub struct AlbumPatch {}
