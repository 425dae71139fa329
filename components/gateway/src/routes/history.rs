//! `/api/collection/{id}/history`: the changes of an album, and the values that lost a merge.

use axum::response::Response;
use gateway_macros::operation;
use http::StatusCode;

#[cfg(test)]
use crate::schema::{album::Album, history::History};
use crate::{
    extract::{
        caller::Caller,
        database::Writable,
        path::{AlbumId, LostValue},
    },
    problem::Problem,
    reply,
    services::{call, collection::albums},
};

/// The history of an album, newest change first, also of an album in the trash.
#[operation(tag = "history", responses((status = 200, description = "The history.", body = History)))]
pub async fn list(Caller(caller): Caller, AlbumId(id): AlbumId) -> Result<Response, Problem> {
    call(albums::history(caller.user_id, id)).await.map(reply::document).map_err(Problem::from)
}

/// Sets a field of an album to a value that lost a merge.
#[operation(tag = "history", responses(
    (status = 200, description = "The album.", body = Album, headers(("etag" = String))),
))]
pub async fn restore(_: Writable, Caller(caller): Caller, lost: LostValue) -> Result<Response, Problem> {
    let album = call(albums::restore_lost_value(caller.user_id, lost.album_id, lost.id)).await?;
    Ok(reply::record(StatusCode::OK, album))
}
