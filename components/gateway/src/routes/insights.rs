//! `/api/collection/stats` and `/api/collection/owned`: questions about the whole collection.

use axum::response::Response;
use gateway_macros::operation;

#[cfg(test)]
use crate::schema::insights::{Owned, Stats};
use crate::{
    extract::{
        caller::Caller,
        query::{Query, parameter::Filter, query},
    },
    problem::Problem,
    reply,
    services::{
        call,
        collection::insights::{self, OwnershipQuery},
    },
};

query! {
    /// Identifies a record that the collector sees in a shop.
    pub struct OwnedParams {
        barcode: Filter [maxLength = 500],
        catno: Filter [maxLength = 500],
        artist: Filter [maxLength = 500],
        album: Filter [maxLength = 500],
    }
}

/// Counts and values.
#[operation(tag = "collection", responses((status = 200, description = "Counts and values.", body = Stats)))]
pub async fn stats(Caller(caller): Caller) -> Result<Response, Problem> {
    call(insights::stats(caller.user_id)).await.map(reply::document).map_err(Problem::from)
}

/// Answers "do I own this?" by barcode, by catalogue number, or by artist and album.
#[operation(tag = "collection", responses(
    (status = 200, description = "The caller's albums that match.", body = Owned),
))]
pub async fn owned(Caller(caller): Caller, Query(params): Query<OwnedParams>) -> Result<Response, Problem> {
    let OwnedParams { barcode, catno, artist, album } = params;
    let query = OwnershipQuery { barcode, catno, artist, album };
    call(insights::find_owned(caller.user_id, query)).await.map(reply::document).map_err(Problem::from)
}
