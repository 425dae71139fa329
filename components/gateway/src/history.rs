//! `/api/collection/{id}/history`: what happened to an album, and the values that lost a merge.

use axum::{extract::Path, response::Response};
use http::StatusCode;

use crate::{
    album::{Album, History},
    albums::Id,
    identity::Caller,
    problem::Problem,
    reply,
    schema::Writable,
    services::{call, collection::albums},
};

/// An album's history, newest first; also of an album in the trash.
#[utoipa::path(get, path = "/api/collection/{id}/history", tag = "history", security(("token" = [])), params(("id" = i64, Path, description = "The album's id")),
    responses((status = 200, description = "Its history", body = History)))]
pub async fn list(Caller(caller): Caller, Id(id): Id) -> Result<Response, Problem> {
    call(albums::history(caller.user_id, id)).await.map(reply::document).map_err(Problem::from)
}

/// Sets a field to a value that lost a merge.
#[utoipa::path(post, path = "/api/collection/{id}/history/{lost_id}/restore", tag = "history", security(("token" = [])), params(("id" = i64, Path, description = "The album's id"), ("lost_id" = i64, Path, description = "The lost value's id")),
    responses((status = 200, description = "The album", body = Album, headers(("etag" = String)))))]
pub async fn restore(
    _: Writable,
    Caller(caller): Caller,
    Path((id, lost_id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (Ok(id), Ok(lost_id)) = (id.parse(), lost_id.parse()) else { return Err(Problem::not_found()) };
    let album = call(albums::restore_lost_value(caller.user_id, id, lost_id)).await?;
    Ok(reply::album(StatusCode::OK, album))
}
