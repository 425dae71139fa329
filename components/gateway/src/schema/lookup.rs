//! Records at Discogs.

use std::collections::BTreeMap;

use utoipa::ToSchema;

/// The best match for artist and album, or the candidates of another search.
#[derive(ToSchema)]
#[serde(untagged)]
pub enum Searched {
    Match(Box<Match>),
    Candidates(Candidates),
}

/// The source of a document, and its age.
#[derive(ToSchema)]
struct Origin {
    /// Whether the document comes from the cache.
    cached: bool,
    /// Seconds since the document came from Discogs.
    #[schema(minimum = 0)]
    age: i64,
    /// Whether a request to renew the document failed.
    stale: bool,
    attribution: Attribution,
}

/// Must be shown with the data, by Discogs' terms.
#[derive(ToSchema)]
struct Attribution {
    #[schema(example = "Data provided by Discogs.")]
    text: String,
    /// The address that the text must link to.
    url: String,
    notice: String,
}

/// With `confident` false, the fields of the record are null.
#[derive(ToSchema)]
pub struct Match {
    #[serde(flatten)]
    best: MaybePressing,
    #[serde(flatten)]
    origin: Origin,
    /// The similarity to what was searched for, 0 to 1.
    score: f64,
    /// Whether the record is similar enough, and no other is as similar.
    confident: bool,
    /// Why `confident` is false: `none` (no similar record), `far` (not similar enough) or `ambiguous` (several albums
    /// match equally).
    reason: Option<String>,
    /// At most five, best first.
    alternatives: Vec<Candidate>,
}

#[derive(ToSchema)]
struct MaybePressing {
    id: Option<i64>,
    /// Artist and album, as Discogs joins them.
    title: Option<String>,
    artist: Option<String>,
    album: Option<String>,
    year: Option<i64>,
    /// A path on this site.
    cover: Option<String>,
    /// A smaller version of the cover.
    thumb: Option<String>,
    /// Always null: `/api/discogs/price` has prices.
    price: Option<f64>,
    #[schema(example = "LP, Album")]
    format: Option<String>,
    /// As at Discogs, the medium first.
    formats: Option<Vec<String>>,
    label: Option<String>,
    catno: Option<String>,
    country: Option<String>,
    genre: Option<String>,
    style: Option<String>,
    barcode: Option<String>,
    master_id: Option<i64>,
    /// The page at Discogs.
    uri: Option<String>,
    /// How many Discogs users have it.
    have: Option<i64>,
    /// How many Discogs users want it.
    want: Option<i64>,
}

/// A pressing that may match.
#[derive(ToSchema)]
pub struct Candidate {
    #[serde(flatten)]
    pressing: MaybePressing,
    /// For an alternative of a match.
    #[schema(nullable = false)]
    score: Option<f64>,
    /// For a candidate of a barcode or a catalogue number: whether the candidate has exactly this number.
    #[schema(nullable = false)]
    exact: Option<bool>,
}

#[derive(ToSchema)]
pub struct Candidates {
    items: Vec<Candidate>,
    /// The `cursor` of the next page; `null` on the last page.
    next_cursor: Option<String>,
    total: i64,
    #[serde(flatten)]
    origin: Origin,
}

#[derive(ToSchema)]
pub struct Release {
    #[serde(flatten)]
    pressing: MaybePressing,
    #[serde(flatten)]
    origin: Origin,
    labels: Vec<Label>,
    /// As precise as it is known.
    #[schema(example = "1965-10-00")]
    released: Option<String>,
    notes: Option<String>,
    genres: Vec<String>,
    styles: Vec<String>,
    tracklist: Vec<Track>,
    barcodes: Vec<String>,
    /// Runouts, codes and barcodes, as printed.
    identifiers: Vec<Identifier>,
    /// Paths on this site, the front cover first.
    images: Vec<String>,
    rating: Rating,
}

#[derive(ToSchema)]
struct Label {
    name: String,
    catno: String,
}

#[derive(ToSchema)]
struct Track {
    #[schema(example = "A1")]
    position: String,
    title: String,
    duration: Option<String>,
    /// Whether this is the title of a side or of a part.
    heading: bool,
}

#[derive(ToSchema)]
struct Identifier {
    r#type: String,
    value: String,
}

#[derive(ToSchema)]
struct Rating {
    average: f64,
    count: i64,
}

#[derive(ToSchema)]
pub struct Price {
    id: i64,
    #[serde(flatten)]
    origin: Origin,
    /// `for_sale`, `none_for_sale` or `blocked`.
    status: String,
    /// The lowest price; `null` if no copy is for sale.
    price: Option<Snapshot>,
    num_for_sale: i64,
    suggestions: Suggestions,
}

/// A price at a point in time.
#[derive(ToSchema)]
struct Snapshot {
    value: f64,
    #[schema(example = "EUR")]
    currency: String,
    #[schema(format = DateTime)]
    at: String,
    #[schema(example = "Discogs")]
    source: String,
}

#[derive(ToSchema)]
struct Suggestions {
    /// `available`, `none`, `no_token`, `seller_settings_missing` or `unavailable`.
    status: String,
    /// The prices by the name of the grade.
    grades: BTreeMap<String, Snapshot>,
}
