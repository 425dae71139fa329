//! Statistics, and the answer to "do I own this?".

use utoipa::ToSchema;

use super::album::Album;

/// The caller's albums that match the question.
#[derive(ToSchema)]
pub struct Owned {
    /// The same pressing, as far as the question identifies it.
    exact: Vec<Album>,
    /// Other pressings of the same master release, or with the same artist and title.
    other_pressings: Vec<Album>,
    /// Matching albums that are wanted and not owned.
    wanted: Vec<Album>,
    /// Other albums that contain the words.
    near: Vec<Album>,
}

/// Counts are of copies (`quantity`), largest first. A record of several genres, styles or labels counts for each of
/// them; a format counts by its carrier, or as its text without one. Labels and artists end after the first 100, other
/// lists after 500.
#[derive(ToSchema)]
pub struct Stats {
    total: i64,
    copies: i64,
    /// The number of wanted albums. No other count includes them.
    wanted: i64,
    by_genre: Vec<Count>,
    by_style: Vec<Count>,
    by_decade: Vec<Count>,
    by_format: Vec<Count>,
    by_label: Vec<Count>,
    by_artist: Vec<Count>,
    by_country: Vec<Count>,
    /// The current value of the albums.
    value: Vec<Sum>,
    /// The purchase prices of the albums.
    spent: Vec<Sum>,
    growth: Vec<Month>,
    usage: StorageUsage,
    quota: StorageQuota,
}

/// What the account stores.
#[derive(ToSchema)]
pub struct StorageUsage {
    /// Albums and crates, those in the trash included.
    records: i64,
    /// Documents and their history.
    bytes: i64,
}

/// What the account may store; `null`: no limit. A write that would exceed it is refused with 507 `quota_exceeded`.
#[derive(ToSchema)]
pub struct StorageQuota {
    records: Option<i64>,
    bytes: Option<i64>,
}

#[derive(ToSchema)]
pub struct Count {
    name: String,
    count: i64,
}

#[derive(ToSchema)]
pub struct Sum {
    /// `null`: of the amounts without a currency.
    currency: Option<String>,
    albums: i64,
    total: f64,
}

#[derive(ToSchema)]
pub struct Month {
    #[schema(example = "2026-11")]
    month: String,
    added: i64,
    /// The number of albums at the end of the month.
    total: i64,
}
