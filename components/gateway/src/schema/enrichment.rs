//! How far the filling of albums is, as the service `collection` writes it.

use utoipa::ToSchema;

/// How many albums were filled from their releases. `filled`, `waiting`, `nothing` and `failed` add up to `total`.
#[derive(ToSchema)]
pub struct Enrichment {
    state: EnrichmentState,
    /// How long the albums that wait will take at the pace that Discogs allows.
    seconds_left: i64,
    /// Why the last attempt failed, if it did.
    #[schema(required)]
    error: Option<String>,
    /// The albums that lacked a field.
    total: i64,
    filled: i64,
    waiting: i64,
    /// They have no release number, or their release gives nothing that they lack.
    nothing: i64,
    failed: i64,
    /// The first 100, newest albums first.
    failures: Vec<EnrichmentFailure>,
}

/// `waiting`: nothing happens until Discogs or the budget of requests is available again.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum EnrichmentState {
    Idle,
    Running,
    Paused,
    Waiting,
}

/// An album whose release Discogs did not give.
#[derive(ToSchema)]
pub struct EnrichmentFailure {
    id: i64,
    artist: String,
    album: String,
    code: EnrichmentFailureCode,
    /// The code in words.
    reason: String,
}

/// `release_not_found`: it was removed, or merged into another one; `discogs_failed`: Discogs failed several times.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum EnrichmentFailureCode {
    ReleaseNotFound,
    DiscogsFailed,
}
