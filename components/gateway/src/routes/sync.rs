//! `/api/collection/sync` and `/api/collection/changes`: how devices follow a collection.

use axum::response::Response;
use gateway_macros::operation;
use http::header;

#[cfg(test)]
use crate::schema::sync::{ChangesPage, SyncAnswer, SyncRequest};
use crate::{
    extract::{
        body::{Batch, RawJson},
        caller::Caller,
        database::Writable,
        query::{Query, parameter::WholeNumber, query},
    },
    jobs::enrichment,
    problem::Problem,
    reply,
    services::{call, collection::sync as service},
};

query! {
    /// The page of changes to read.
    pub struct ChangesParams {
        /// The `cursor` of the previous response; absent: from the beginning.
        cursor: WholeNumber<0, { i64::MAX }>,
        limit: WholeNumber<1, 1000> [default = 1000],
    }
}

/// Applies the operations of a device and returns the changes that it does not have yet. Or applies the plain changes
/// of a client, all or none, and returns the whole collection: an array in list order.
///
/// A whole collection of more than 4 MiB has its rest on the pages that the header `Link` (`rel="next"`) names.
#[operation(tag = "sync", request_body = SyncRequest, responses(
    (
        status = 200,
        description = "The results and the changes; for a plain body, the whole collection.",
        body = SyncAnswer,
    ),
))]
pub async fn sync(_: Writable, Caller(caller): Caller, RawJson(document, _place): Batch) -> Result<Response, Problem> {
    let names_release = enrichment::names_release(&document);
    let answer = call(service::sync(caller.user_id, document)).await?;
    if names_release {
        enrichment::ensure(caller.user_id).await;
    }
    let mut response = reply::document(answer.document);
    if let Some(cursor) = answer.next_cursor {
        let link = format!("</api/collection?limit=1000&cursor={cursor}>; rel=\"next\"");
        response.headers_mut().insert(header::LINK, reply::header_value(link));
    }
    Ok(response)
}

/// The changes after a cursor, deletions included.
#[operation(tag = "sync", responses((status = 200, description = "The changes.", body = ChangesPage)))]
pub async fn changes(Caller(caller): Caller, Query(params): Query<ChangesParams>) -> Result<Response, Problem> {
    let ChangesParams { cursor, limit } = params;
    call(service::changes(caller.user_id, cursor, limit)).await.map(reply::document).map_err(Problem::from)
}
