//! `/api/collection/crates`: named groups of albums.

use axum::response::Response;
use gateway_macros::operation;
use http::StatusCode;

#[cfg(test)]
use crate::schema::crates::{Crate, CratePatch, Crates, NewCrate};
use crate::{
    extract::{
        body::{Document, RawJson},
        caller::Caller,
        conditions::IfMatch,
        database::Writable,
        path::CrateUid,
    },
    problem::Problem,
    reply,
    services::{call, collection::crates},
};

/// The caller's crates, in their order.
#[operation(tag = "crates", responses((status = 200, description = "The crates.", body = Crates)))]
pub async fn list(Caller(caller): Caller) -> Result<Response, Problem> {
    call(crates::list_all(caller.user_id)).await.map(reply::document).map_err(Problem::from)
}

/// Adds a crate.
#[operation(tag = "crates", request_body = NewCrate, responses(
    (status = 201, description = "The crate.", body = Crate, headers(("etag" = String))),
))]
pub async fn create(
    _: Writable,
    Caller(caller): Caller,
    RawJson(document, _place): Document,
) -> Result<Response, Problem> {
    let record = call(crates::create(caller.user_id, document)).await?;
    Ok(reply::record(StatusCode::CREATED, record))
}

/// Changes the name, the parent or the position of a crate. No album changes.
#[operation(
    tag = "crates",
    request_body(content = CratePatch, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The crate.", body = Crate, headers(("etag" = String)))),
)]
pub async fn patch(
    _: Writable,
    Caller(caller): Caller,
    CrateUid(uid): CrateUid,
    IfMatch(expected): IfMatch,
    RawJson(document, _place): Document,
) -> Result<Response, Problem> {
    let record = call(crates::patch(caller.user_id, uid, document, expected)).await?;
    Ok(reply::record(StatusCode::OK, record))
}

/// Deletes a crate. Its albums are kept, and are in no crate then.
#[operation(tag = "crates", responses((status = 204, description = "The crate was deleted.")))]
pub async fn delete(
    _: Writable,
    Caller(caller): Caller,
    CrateUid(uid): CrateUid,
    IfMatch(expected): IfMatch,
) -> Result<StatusCode, Problem> {
    call(crates::delete(caller.user_id, uid, expected)).await?;
    Ok(StatusCode::NO_CONTENT)
}
