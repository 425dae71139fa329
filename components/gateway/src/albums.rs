//! `/api/collection`: the caller's albums.

use axum::{
    extract::{FromRequestParts, Path},
    response::Response,
};
use http::{HeaderMap, StatusCode, Uri, request::Parts};

use crate::{
    body::{Batch, Document, Raw},
    etag,
    identity::Caller,
    problem::Problem,
    query::Parameters,
    reply,
    schema::Writable,
    services::{albums, call},
};

/// An album's id in the path; what cannot be one is not found.
pub struct Id(i64);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Problem::not_found())?;
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        text.parse().ok().filter(|_| digits).map(Self).ok_or_else(Problem::not_found)
    }
}

pub async fn list(Caller(caller): Caller, uri: Uri, headers: HeaderMap) -> Result<Response, Problem> {
    let query = read_query(&uri)?;
    let known = etag::known_version(&headers, caller.user_id);
    match call(albums::list_albums(caller.user_id, query, known)).await? {
        albums::Listing::Page(page) => {
            Ok(reply::tagged(reply::document(page.document), etag::of_page(page.version, caller.user_id)))
        }
        albums::Listing::Unchanged => Ok(reply::unchanged(etag::of_page(known.unwrap_or_default(), caller.user_id))),
    }
}

fn read_query(uri: &Uri) -> Result<albums::Query, Problem> {
    let mut parameters = Parameters::parse(uri.query())?;
    let query = albums::Query {
        q: parameters.filter("q"),
        artist: parameters.filter("artist"),
        genre: parameters.filter("genre"),
        decade: parameters.decade("decade"),
        format: parameters.filter("format"),
        crate_name: parameters.filter("crate"),
        sort: parameters.text("sort"),
        limit: parameters.integer("limit", 1..=1000),
        cursor: parameters.text("cursor"),
        trashed: parameters.flag("trashed"),
    };
    parameters.finish().map(|()| query)
}

pub async fn create(_: Writable, Caller(caller): Caller, Raw(document): Document) -> Result<Response, Problem> {
    let album = call(albums::create(caller.user_id, document)).await?;
    let location = format!("/api/collection/{}", album.id);
    Ok(reply::located(reply::album(StatusCode::CREATED, album), location))
}

pub async fn read(Caller(caller): Caller, Id(id): Id, headers: HeaderMap) -> Result<Response, Problem> {
    let album = call(albums::get(caller.user_id, id)).await?;
    if etag::knows_album(&headers, album.version) {
        return Ok(reply::unchanged(etag::of_album(album.version)));
    }
    Ok(reply::album(StatusCode::OK, album))
}

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

pub async fn restore(_: Writable, Caller(caller): Caller, Id(id): Id, headers: HeaderMap) -> Result<Response, Problem> {
    let expected = etag::expected_version(&headers)?;
    let album = call(albums::restore(caller.user_id, id, expected)).await?;
    Ok(reply::album(StatusCode::OK, album))
}

pub async fn sync(_: Writable, Caller(caller): Caller, Raw(document): Batch) -> Result<Response, Problem> {
    call(albums::sync(caller.user_id, document)).await.map(reply::document).map_err(Problem::from)
}

pub async fn stats(Caller(caller): Caller) -> Result<Response, Problem> {
    call(albums::stats(caller.user_id)).await.map(reply::document).map_err(Problem::from)
}
