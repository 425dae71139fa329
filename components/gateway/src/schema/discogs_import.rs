//! The import of a collection at Discogs.

use utoipa::ToSchema;

/// How far the import is.
#[derive(ToSchema)]
pub struct DiscogsImport {
    state: ImportState,
    /// `null`: no collection is followed.
    #[schema(required)]
    username: Option<String>,
    has_token: bool,
    /// Whether the collection is read again every day.
    follow: bool,
    /// How many pages the collection and the list of wants have, as far as known, and how many of them were read.
    pages: i64,
    pages_read: i64,
    /// The copies in the collection at Discogs.
    records: i64,
    /// Albums that were added, that got fields which they lacked, and that stayed as they were.
    added: i64,
    updated: i64,
    unchanged: i64,
    /// Copies that could not be stored; the log says why.
    rejected: i64,
    /// The wants in the list at Discogs.
    wants: i64,
    /// The first 100 albums that Discogs had no longer when everything was read last. They are not deleted.
    gone: Vec<GoneAlbum>,
    #[schema(required)]
    started_at: Option<String>,
    #[schema(required)]
    finished_at: Option<String>,
    /// When the import goes on, or the collection is read again.
    #[schema(required)]
    next_at: Option<String>,
    /// Why the import waits or has failed.
    #[schema(nullable = false)]
    error: Option<ImportError>,
}

/// `idle`: nothing to do now; `running`; `waiting` for the budget of requests, or for an outage to end; `failed`: only
/// another `POST` makes it go on.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum ImportState {
    Idle,
    Running,
    Waiting,
    Failed,
}

#[derive(ToSchema)]
pub struct ImportError {
    /// The code of a problem.
    #[schema(example = "discogs_private")]
    code: String,
    /// In words.
    reason: String,
}

#[derive(ToSchema)]
pub struct GoneAlbum {
    id: i64,
    artist: String,
    album: String,
    wanted: bool,
}

/// What an import would do.
#[derive(ToSchema)]
pub struct ImportPreview {
    /// Always true.
    dry_run: bool,
    username: String,
    /// The copies at Discogs.
    records: i64,
    /// The wants at Discogs.
    wants: i64,
    /// The pages of both.
    pages: i64,
    /// How many copies were compared: those of the first page.
    compared: i64,
    /// Of these: albums that would be added, that would get fields which they lack, and that would stay as they are.
    added: i64,
    updated: i64,
    unchanged: i64,
    /// The first 20 copies.
    items: Vec<PreviewItem>,
}

#[derive(ToSchema)]
pub struct PreviewItem {
    artist: String,
    album: String,
    #[schema(required)]
    year: Option<i64>,
    discogs_id: i64,
    /// `add`, `fill` or `none`.
    action: String,
}
