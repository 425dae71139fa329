//! `/api/collection/sync` and `/api/collection/changes`: what devices and readers follow a collection by.

use axum::response::Response;
use http::Uri;
use utoipa::IntoParams;

use crate::{
    album::{ChangesPage, SyncAnswer, SyncRequest},
    body::{Batch, Raw},
    identity::Caller,
    problem::Problem,
    query::Parameters,
    reply,
    schema::Writable,
    services::{call, collection},
};

/// Takes a device's operations and answers with what it has not seen; or takes a client's plain changes, all or none,
/// and answers with the whole collection, an array in list order.
#[utoipa::path(post, path = "/api/collection/sync", tag = "sync", security(("token" = [])), request_body = SyncRequest,
    responses((status = 200, description = "What became of the operations, and what changed; for the plain body the whole collection", body = SyncAnswer)))]
pub async fn sync(_: Writable, Caller(caller): Caller, Raw(document): Batch) -> Result<Response, Problem> {
    call(collection::sync::sync(caller.user_id, document)).await.map(reply::document).map_err(Problem::from)
}

/// What `changes` takes.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "described, never constructed")]
pub struct Since {
    /// `cursor` of the answer before; absent: from the beginning.
    #[param(minimum = 0)]
    cursor: Option<i64>,
    #[param(minimum = 1, maximum = 1000, default = 1000)]
    limit: Option<i64>,
}

/// What changed after a cursor, deletions included.
#[utoipa::path(get, path = "/api/collection/changes", tag = "sync", security(("token" = [])), params(Since),
    responses((status = 200, description = "What changed", body = ChangesPage)))]
pub async fn changes(Caller(caller): Caller, uri: Uri) -> Result<Response, Problem> {
    let mut parameters = Parameters::parse(uri.query())?;
    let cursor = parameters.integer("cursor", 0..=i64::MAX);
    let limit = parameters.integer("limit", 1..=1000);
    parameters.finish()?;
    call(collection::sync::changes(caller.user_id, cursor, limit)).await.map(reply::document).map_err(Problem::from)
}
