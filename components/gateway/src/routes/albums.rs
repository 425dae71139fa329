//! `/api/collection`: the caller's albums.

mod release_facts;

use axum::response::Response;
use gateway_macros::operation;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

#[cfg(test)]
use crate::schema::album::{Album, AlbumPage, AlbumPatch, NewAlbum};
use crate::{
    etag,
    extract::{
        body::{Document, RawJson},
        caller::Caller,
        conditions::{IfMatch, IfNoneMatch},
        database::Writable,
        path::AlbumId,
        query::{
            Query,
            parameter::{Decade, Filter, Flag, Text, WholeNumber},
            query,
        },
    },
    jobs::enrichment,
    problem::Problem,
    reply,
    services::{
        call,
        collection::albums::{self, AlbumQuery, Listing},
    },
};

query! {
    /// The filters and the order of a list.
    pub struct ListParams {
        /// Words to search for in all text fields. Each must be the beginning of a word in the album.
        q: Filter [maxLength = 200],
        artist: Filter,
        genre: Filter,
        /// The first year of a decade: `1970` or `1970s`.
        decade: Decade,
        format: Filter,
        /// The uid of a crate.
        crate_uid as "crate": Filter,
        /// A leading `-` reverses the order.
        sort: Text [default = "artist", enum = [
            "artist", "album", "year", "added", "updated", "rating", "price",
            "-artist", "-album", "-year", "-added", "-updated", "-rating", "-price",
        ]],
        limit: WholeNumber<1, 1000> [default = 100],
        /// The `next_cursor` of the previous page.
        cursor: Text [pattern = "^([0-9A-Fa-f]{2})+$"],
        /// List the trash instead of the collection.
        trashed: Flag<false>,
        /// List the albums that are wanted instead of those that are owned.
        wanted: Flag<false>,
    }
}

/// A page of the caller's albums. All filters must hold; text is compared without regard to case.
#[operation(tag = "collection", responses(
    (status = 200, description = "A page.", body = AlbumPage, headers(("etag" = String))),
))]
pub async fn list(
    Caller(caller): Caller,
    Query(params): Query<ListParams>,
    if_none_match: IfNoneMatch,
) -> Result<Response, Problem> {
    let known_version = if_none_match.newest_page_version(caller.user_id);
    let ListParams { q, artist, genre, decade, format, crate_uid, sort, limit, cursor, trashed, wanted } = params;
    let query = AlbumQuery { q, artist, genre, decade, format, crate_uid, sort, limit, cursor, trashed };
    let listing = match wanted {
        true => call(albums::list_wanted(caller.user_id, query, known_version)).await?,
        false => call(albums::list_owned(caller.user_id, query, known_version)).await?,
    };
    match listing {
        Listing::Page(page) => {
            Ok(reply::with_etag(reply::document(page.document), etag::of_page(page.version, caller.user_id)))
        }
        Listing::Unchanged => Ok(reply::unchanged(etag::of_page(known_version.unwrap_or_default(), caller.user_id))),
    }
}

/// Adds an album. With `discogs_id` and without `artist` or `album`, fields that are not given are taken from the
/// release at Discogs.
#[operation(tag = "collection", request_body = NewAlbum, responses(
    (status = 201, description = "The album.", body = Album, headers(("location" = String), ("etag" = String))),
))]
pub async fn create(
    _: Writable,
    Caller(caller): Caller,
    RawJson(document, _place): Document,
) -> Result<Response, Problem> {
    let names_release = enrichment::names_release(&document);
    let document = release_facts::add(caller.user_id, document).await?;
    let album = call(albums::create(caller.user_id, document)).await?;
    if names_release {
        enrichment::ensure(caller.user_id).await;
    }
    let location = format!("/api/collection/{}", album.id);
    Ok(reply::with_location(reply::record(StatusCode::CREATED, album), location))
}

/// An album.
#[operation(tag = "collection", responses(
    (status = 200, description = "The album.", body = Album, headers(("etag" = String))),
))]
pub async fn read(
    Caller(caller): Caller,
    AlbumId(id): AlbumId,
    if_none_match: IfNoneMatch,
) -> Result<Response, Problem> {
    let album = call(albums::get(caller.user_id, id)).await?;
    if if_none_match.has_version(album.version) {
        return Ok(reply::unchanged(etag::of_record(album.version)));
    }
    Ok(reply::record(StatusCode::OK, album))
}

/// Replaces all fields of an album. A field that is absent is removed.
#[operation(tag = "collection", request_body = NewAlbum, responses(
    (status = 200, description = "The album.", body = Album, headers(("etag" = String))),
))]
pub async fn replace(
    _: Writable,
    Caller(caller): Caller,
    AlbumId(id): AlbumId,
    IfMatch(expected): IfMatch,
    RawJson(document, _place): Document,
) -> Result<Response, Problem> {
    let album = call(albums::replace(caller.user_id, id, document, expected)).await?;
    Ok(reply::record(StatusCode::OK, album))
}

/// Changes the given fields of an album.
#[operation(
    tag = "collection",
    request_body(content = AlbumPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The album.", body = Album, headers(("etag" = String)))),
)]
pub async fn patch(
    _: Writable,
    Caller(caller): Caller,
    AlbumId(id): AlbumId,
    IfMatch(expected): IfMatch,
    RawJson(document, _place): Document,
) -> Result<Response, Problem> {
    let names_release = enrichment::names_release(&document);
    let album = call(albums::patch(caller.user_id, id, document, expected)).await?;
    if names_release {
        enrichment::ensure(caller.user_id).await;
    }
    Ok(reply::record(StatusCode::OK, album))
}

/// Moves an album to the trash.
#[operation(tag = "collection", responses((status = 204, description = "The album is in the trash.")))]
pub async fn delete(
    _: Writable,
    Caller(caller): Caller,
    AlbumId(id): AlbumId,
    IfMatch(expected): IfMatch,
) -> Result<StatusCode, Problem> {
    call(albums::delete(caller.user_id, id, expected)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Moves an album out of the trash.
#[operation(tag = "collection", responses(
    (status = 200, description = "The album.", body = Album, headers(("etag" = String))),
))]
pub async fn restore(
    _: Writable,
    Caller(caller): Caller,
    AlbumId(id): AlbumId,
    IfMatch(expected): IfMatch,
) -> Result<Response, Problem> {
    let album = call(albums::restore(caller.user_id, id, expected)).await?;
    Ok(reply::record(StatusCode::OK, album))
}

/// How much was removed.
#[derive(Serialize, ToSchema)]
pub struct Emptied {
    removed: i64,
}

/// Permanently removes everything in the trash.
#[operation(tag = "collection", responses(
    (status = 200, description = "How many records were removed.", body = Emptied),
))]
pub async fn empty_trash(_: Writable, Caller(caller): Caller) -> Result<Response, Problem> {
    let removed = call(albums::empty_trash(caller.user_id)).await?;
    Ok(reply::json(StatusCode::OK, &Emptied { removed }))
}
