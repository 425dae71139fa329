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
        query::{
            Query,
            parameter::{Text, WholeNumber},
            query,
        },
    },
    problem::Problem,
    reply,
    services::{call, collection::albums},
};

query! {
    /// The page of the history to read.
    pub struct HistoryParams {
        limit: WholeNumber<1, 1000> [default = 1000],
        /// The `next_cursor` of the previous page.
        cursor: Text [pattern = "^[1-9][0-9]{0,17}$"],
    }
}

/// A page of the history of an album, newest change first, also of an album in the trash.
#[operation(tag = "history", responses((status = 200, description = "The history.", body = History)))]
pub async fn list(
    Caller(caller): Caller,
    AlbumId(id): AlbumId,
    Query(params): Query<HistoryParams>,
) -> Result<Response, Problem> {
    let HistoryParams { limit, cursor } = params;
    call(albums::history(caller.user_id, id, cursor, limit)).await.map(reply::document).map_err(Problem::from)
}

/// Sets a field of an album to a value that lost a merge.
#[operation(tag = "history", responses(
    (status = 200, description = "The album.", body = Album, headers(("etag" = String))),
))]
pub async fn restore(_: Writable, Caller(caller): Caller, lost: LostValue) -> Result<Response, Problem> {
    let album = call(albums::restore_lost_value(caller.user_id, lost.album_id, lost.id)).await?;
    Ok(reply::record(StatusCode::OK, album))
}
