//! `/api/collection`: the caller's albums.

use axum::{
    extract::{FromRequestParts, Path},
    response::Response,
};
use http::{HeaderMap, StatusCode, Uri, request::Parts};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::{
    album::{Album, AlbumPatch, NewAlbum, Owned, Page, Stats},
    body::{Document, Raw},
    etag,
    fill::fill,
    identity::Caller,
    problem::Problem,
    query::Parameters,
    reply,
    schema::Writable,
    services::{
        call,
        collection::{albums, insights},
    },
};

/// What `list` takes; see `read_query`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "described, never constructed")]
pub struct Filters {
    /// Words to look for in all text fields; each must begin a word somewhere.
    #[param(max_length = 200)]
    q: Option<String>,
    artist: Option<String>,
    genre: Option<String>,
    /// The first year of a decade: `1970` or `1970s`.
    decade: Option<String>,
    format: Option<String>,
    #[param(rename = "crate")]
    crate_name: Option<String>,
    /// `artist`, `album`, `year`, `added`, `updated`, `rating` or `price`; `-` before it turns it around.
    #[param(default = "artist")]
    sort: Option<String>,
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// The trash instead of the collection.
    #[param(default = false)]
    trashed: Option<bool>,
    /// What is looked for instead of what is owned.
    #[param(default = false)]
    wanted: Option<bool>,
}

/// An album's id in the path; what cannot be one is not found.
pub struct Id(pub i64);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Problem::not_found())?;
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        text.parse().ok().filter(|_| digits).map(Self).ok_or_else(Problem::not_found)
    }
}

/// A page of the caller's albums. Filters are joined by "and"; text is compared without regard to case.
#[utoipa::path(get, path = "/api/collection", tag = "collection", security(("token" = [])), params(Filters, ("if-none-match" = Option<String>, Header, description = "The ETag that the caller knows")),
    responses((status = 200, description = "A page", body = Page, headers(("etag" = String))), (status = 304, description = "The caller has it already")))]
pub async fn list(Caller(caller): Caller, uri: Uri, headers: HeaderMap) -> Result<Response, Problem> {
    let (query, wanted) = read_query(&uri)?;
    let known = etag::known_version(&headers, caller.user_id);
    let listing = match wanted {
        true => call(albums::list_wanted(caller.user_id, query, known)).await?,
        false => call(albums::list_owned(caller.user_id, query, known)).await?,
    };
    match listing {
        albums::Listing::Page(page) => {
            Ok(reply::tagged(reply::document(page.document), etag::of_page(page.version, caller.user_id)))
        }
        albums::Listing::Unchanged => Ok(reply::unchanged(etag::of_page(known.unwrap_or_default(), caller.user_id))),
    }
}

/// The query, and whether it asks for wants.
fn read_query(uri: &Uri) -> Result<(albums::AlbumQuery, bool), Problem> {
    let mut parameters = Parameters::parse(uri.query())?;
    let query = albums::AlbumQuery {
        q: parameters.filter("q"),
        artist: parameters.filter("artist"),
        genre: parameters.filter("genre"),
        decade: parameters.decade("decade"),
        format: parameters.filter("format"),
        crate_uid: parameters.filter("crate"),
        sort: parameters.text("sort"),
        limit: parameters.integer("limit", 1..=1000),
        cursor: parameters.text("cursor"),
        trashed: parameters.flag("trashed"),
    };
    let wanted = parameters.flag("wanted");
    parameters.finish().map(|()| (query, wanted))
}

/// Adds an album. With a `discogs_id` and without artist or album, what Discogs knows of the release is filled in; fields that
/// are given win.
#[utoipa::path(post, path = "/api/collection", tag = "collection", security(("token" = [])), request_body = NewAlbum,
    responses((status = 201, description = "Created", body = Album, headers(("location" = String), ("etag" = String)))))]
pub async fn create(_: Writable, Caller(caller): Caller, Raw(document): Document) -> Result<Response, Problem> {
    let document = fill(caller.user_id, document).await?;
    let album = call(albums::create(caller.user_id, document)).await?;
    let location = format!("/api/collection/{}", album.id);
    Ok(reply::located(reply::album(StatusCode::CREATED, album), location))
}

/// An album.
#[utoipa::path(get, path = "/api/collection/{id}", tag = "collection", security(("token" = [])), params(("id" = i64, Path, description = "The album's id"), ("if-none-match" = Option<String>, Header, description = "The ETag that the caller knows")),
    responses((status = 200, description = "The album", body = Album, headers(("etag" = String))), (status = 304, description = "The caller has it already")))]
pub async fn read(Caller(caller): Caller, Id(id): Id, headers: HeaderMap) -> Result<Response, Problem> {
    let album = call(albums::get(caller.user_id, id)).await?;
    if etag::knows_album(&headers, album.version) {
        return Ok(reply::unchanged(etag::of_album(album.version)));
    }
    Ok(reply::album(StatusCode::OK, album))
}

/// Replaces every field of an album; a field that is absent is removed.
#[utoipa::path(put, path = "/api/collection/{id}", tag = "collection", security(("token" = [])), request_body = NewAlbum, params(("id" = i64, Path, description = "The album's id"), ("if-match" = Option<String>, Header, description = "The ETag that the caller knows; the write is refused if the album has another one")),
    responses((status = 200, description = "The album", body = Album, headers(("etag" = String)))))]
pub async fn replace(
    _: Writable,
    Caller(caller): Caller,
    Id(id): Id,
    headers: HeaderMap,
    Raw(document): Document,
) -> Result<Response, Problem> {
    let expected = etag::expected_version(&headers)?;
    let album = call(albums::replace(caller.user_id, id, document, expected)).await?;
    Ok(reply::album(StatusCode::OK, album))
}

/// Changes the fields that are named.
#[utoipa::path(patch, path = "/api/collection/{id}", tag = "collection", security(("token" = [])), request_body(content = AlbumPatch, content_type = "application/merge-patch+json"), params(("id" = i64, Path, description = "The album's id"), ("if-match" = Option<String>, Header, description = "The ETag that the caller knows; the write is refused if the album has another one")),
    responses((status = 200, description = "The album", body = Album, headers(("etag" = String)))))]
pub async fn patch(
    _: Writable,
    Caller(caller): Caller,
    Id(id): Id,
    headers: HeaderMap,
    Raw(document): Document,
) -> Result<Response, Problem> {
    let expected = etag::expected_version(&headers)?;
    let album = call(albums::patch(caller.user_id, id, document, expected)).await?;
    Ok(reply::album(StatusCode::OK, album))
}

/// Moves an album to the trash.
#[utoipa::path(delete, path = "/api/collection/{id}", tag = "collection", security(("token" = [])), params(("id" = i64, Path, description = "The album's id"), ("if-match" = Option<String>, Header, description = "The ETag that the caller knows; the write is refused if the album has another one")),
    responses((status = 204, description = "Done")))]
pub async fn delete(
    _: Writable,
    Caller(caller): Caller,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let expected = etag::expected_version(&headers)?;
    call(albums::delete(caller.user_id, id, expected)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Brings an album back from the trash.
#[utoipa::path(post, path = "/api/collection/{id}/restore", tag = "collection", security(("token" = [])), params(("id" = i64, Path, description = "The album's id"), ("if-match" = Option<String>, Header, description = "The ETag that the caller knows; the write is refused if the album has another one")),
    responses((status = 200, description = "The album", body = Album, headers(("etag" = String)))))]
pub async fn restore(_: Writable, Caller(caller): Caller, Id(id): Id, headers: HeaderMap) -> Result<Response, Problem> {
    let expected = etag::expected_version(&headers)?;
    let album = call(albums::restore(caller.user_id, id, expected)).await?;
    Ok(reply::album(StatusCode::OK, album))
}

/// Counts and values.
#[utoipa::path(get, path = "/api/collection/stats", tag = "collection", security(("token" = [])),
    responses((status = 200, description = "Counts and values", body = Stats)))]
pub async fn stats(Caller(caller): Caller) -> Result<Response, Problem> {
    call(insights::stats(caller.user_id)).await.map(reply::document).map_err(Problem::from)
}

/// How much was removed.
#[derive(Serialize, ToSchema)]
pub struct Emptied {
    removed: i64,
}

/// Removes for good what is in the trash.
#[utoipa::path(delete, path = "/api/collection/trash", tag = "collection", security(("token" = [])),
    responses((status = 200, description = "How many records that were", body = Emptied)))]
pub async fn empty_trash(_: Writable, Caller(caller): Caller) -> Result<Response, Problem> {
    let removed = call(albums::empty_trash(caller.user_id)).await?;
    Ok(reply::json(StatusCode::OK, &Emptied { removed }))
}

/// What the collector holds in the shop.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "described, never constructed")]
pub struct Question {
    #[param(max_length = 500)]
    barcode: Option<String>,
    #[param(max_length = 500)]
    catno: Option<String>,
    #[param(max_length = 500)]
    artist: Option<String>,
    #[param(max_length = 500)]
    album: Option<String>,
}

/// "Do I own this?", by barcode, by catalogue number, or by artist and album.
#[utoipa::path(get, path = "/api/collection/owned", tag = "collection", security(("token" = [])), params(Question),
    responses((status = 200, description = "What the caller owns of it", body = Owned)))]
pub async fn owned(Caller(caller): Caller, uri: Uri) -> Result<Response, Problem> {
    let mut parameters = Parameters::parse(uri.query())?;
    let question = insights::OwnershipQuery {
        barcode: parameters.filter("barcode"),
        catno: parameters.filter("catno"),
        artist: parameters.filter("artist"),
        album: parameters.filter("album"),
    };
    parameters.finish()?;
    call(insights::find_owned(caller.user_id, question)).await.map(reply::document).map_err(Problem::from)
}
