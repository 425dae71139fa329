//! What Discogs' answers look like, for the API's documentation only: their documents pass through here as text.

#![allow(dead_code, reason = "described, never constructed")]

use std::collections::BTreeMap;

use utoipa::ToSchema;

/// The best match for artist and album, or candidates for anything else.
#[derive(ToSchema)]
#[serde(untagged)]
pub enum Searched {
    Match(Box<Match>),
    Candidates(Candidates),
}

/// Whom an answer is from, and how old it is.
#[derive(ToSchema)]
struct Origin {
    /// Not asked for just now.
    cached: bool,
    /// Seconds since it came from Discogs.
    #[schema(minimum = 0)]
    age: i64,
    /// Discogs could not be asked again just now.
    stale: bool,
    attribution: Attribution,
}

/// To be shown beside the data, as Discogs' terms ask.
#[derive(ToSchema)]
struct Attribution {
    #[schema(example = "Data provided by Discogs.")]
    text: String,
    /// Where the text leads.
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
    /// How near it is to what was asked for, 0 to 1.
    score: f64,
    /// Whether it is near enough, and nothing else as near.
    confident: bool,
    /// Why not: `none` (nothing like it), `far` or `ambiguous` (several albums fit as well).
    reason: Option<String>,
    /// At most five, best first.
    alternatives: Vec<Candidate>,
}

#[derive(ToSchema)]
struct MaybePressing {
    id: Option<i64>,
    /// Artist and album as Discogs joins them.
    title: Option<String>,
    artist: Option<String>,
    album: Option<String>,
    year: Option<i64>,
    /// A path on this site.
    cover: Option<String>,
    /// The same, small.
    thumb: Option<String>,
    /// Always null: prices are asked for by themselves.
    price: Option<f64>,
    #[schema(example = "LP, Album")]
    format: Option<String>,
    /// As Discogs has it, the carrier first.
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
    /// How many people have it.
    have: Option<i64>,
    /// How many people look for it.
    want: Option<i64>,
}

/// A pressing that may be meant.
#[derive(ToSchema)]
pub struct Candidate {
    #[serde(flatten)]
    pressing: MaybePressing,
    /// Of an alternative.
    #[schema(nullable = false)]
    score: Option<f64>,
    /// Of a barcode's or a catalogue number's candidate: whether the number is its own.
    #[schema(nullable = false)]
    exact: Option<bool>,
}

#[derive(ToSchema)]
pub struct Candidates {
    items: Vec<Candidate>,
    /// Asks for the next page; null on the last one.
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
    /// As exact as it is known.
    #[schema(example = "1965-10-00")]
    released: Option<String>,
    notes: Option<String>,
    genres: Vec<String>,
    styles: Vec<String>,
    tracklist: Vec<Track>,
    barcodes: Vec<String>,
    /// Runouts, codes and barcodes as printed.
    identifiers: Vec<Identifier>,
    /// Paths on this site, the front first.
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
    /// The title of a side or a part.
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
    /// The lowest; null if none is for sale.
    price: Option<Snapshot>,
    num_for_sale: i64,
    suggestions: Suggestions,
}

/// What something cost at a moment.
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
    /// By the name of the grade.
    grades: BTreeMap<String, Snapshot>,
}
