//! `/api/collection/crates`: the folders that albums lie in.

use axum::{extract::Path, response::Response};
use http::{HeaderMap, StatusCode};

use crate::{
    album::{Crate, CratePatch, Crates, NewCrate},
    body::{Document, Raw},
    etag,
    identity::Caller,
    problem::Problem,
    reply,
    schema::Writable,
    services::{call, collection::crates},
};

/// The caller's crates, in order.
#[utoipa::path(get, path = "/api/collection/crates", tag = "crates", security(("token" = [])),
    responses((status = 200, description = "The crates", body = Crates)))]
pub async fn list(Caller(caller): Caller) -> Result<Response, Problem> {
    call(crates::list_all(caller.user_id)).await.map(reply::document).map_err(Problem::from)
}

/// Adds a crate.
#[utoipa::path(post, path = "/api/collection/crates", tag = "crates", security(("token" = [])), request_body = NewCrate,
    responses((status = 201, description = "Created", body = Crate, headers(("etag" = String)))))]
pub async fn create(_: Writable, Caller(caller): Caller, Raw(document): Document) -> Result<Response, Problem> {
    let made = call(crates::create(caller.user_id, document)).await?;
    Ok(reply::album(StatusCode::CREATED, made))
}

/// Renames, moves or reorders a crate; its albums are not touched.
#[utoipa::path(patch, path = "/api/collection/crates/{uid}", tag = "crates", security(("token" = [])), request_body(content = CratePatch, content_type = "application/merge-patch+json"), params(("uid" = String, Path, description = "The crate's uid"), ("if-match" = Option<String>, Header, description = "The ETag that the caller knows; the write is refused if the crate has another one")),
    responses((status = 200, description = "The crate", body = Crate, headers(("etag" = String)))))]
pub async fn patch(
    _: Writable,
    Caller(caller): Caller,
    Path(uid): Path<String>,
    headers: HeaderMap,
    Raw(document): Document,
) -> Result<Response, Problem> {
    let expected = etag::expected_version(&headers)?;
    let changed = call(crates::patch(caller.user_id, uid, document, expected)).await?;
    Ok(reply::album(StatusCode::OK, changed))
}

/// Deletes a crate; the albums in it stay, in none.
#[utoipa::path(delete, path = "/api/collection/crates/{uid}", tag = "crates", security(("token" = [])), params(("uid" = String, Path, description = "The crate's uid"), ("if-match" = Option<String>, Header, description = "The ETag that the caller knows; the write is refused if the crate has another one")),
    responses((status = 204, description = "Done")))]
pub async fn delete(
    _: Writable,
    Caller(caller): Caller,
    Path(uid): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let expected = etag::expected_version(&headers)?;
    call(crates::delete(caller.user_id, uid, expected)).await?;
    Ok(StatusCode::NO_CONTENT)
}
