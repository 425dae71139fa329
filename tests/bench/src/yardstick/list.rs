//! `GET /api/collection`: a page of the caller's albums.

use std::io::Write as _;

use axum::{extract::Query, response::Response};
use http::StatusCode;
use serde::Deserialize;

use super::{Caller, ServerState, internal, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    limit: Option<i64>,
    /// The id of the first album of the page.
    cursor: Option<i64>,
}

/// Runs on the worker thread itself, because moving a read of half a millisecond to another thread costs more than it
/// saves.
pub async fn list(Caller(user): Caller, state: ServerState, Query(page): Query<Page>) -> Result<Response, StatusCode> {
    let limit = page.limit.unwrap_or(100);
    if !(1..=1000).contains(&limit) {
        return Err(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let body = state.store.read(|database| {
        let mut body = Vec::with_capacity(512 * usize::try_from(limit).unwrap_or_default());
        body.extend_from_slice(b"{\"items\":");
        let next = state.style.write(database, user, page.cursor, limit, &mut body)?;
        let total = database.total(user)?;
        // Writing to a Vec cannot fail.
        let _ = match next {
            Some(next) => write!(body, ",\"next_cursor\":\"{next}\",\"total\":{total}}}"),
            None => write!(body, ",\"next_cursor\":null,\"total\":{total}}}"),
        };
        Ok(body)
    });
    body.map(json).map_err(internal)
}
