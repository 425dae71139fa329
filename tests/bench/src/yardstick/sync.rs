//! `POST /api/collection/sync`: applied in one transaction and answered with the whole collection.

use std::sync::Arc;

use axum::{Json, response::Response};
use http::StatusCode;
use serde::Deserialize;

use super::{Caller, ServerState, album::Album, internal, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    #[serde(default)]
    pub albums: Vec<Album<String>>,
    #[serde(default)]
    pub deleted_ids: Vec<i64>,
    #[allow(dead_code, reason = "clients send it; the answer is always the whole collection")]
    last_sync: Option<String>,
}

pub async fn sync(
    Caller(user): Caller,
    state: ServerState,
    Json(changes): Json<Changes>,
) -> Result<Response, StatusCode> {
    let server = Arc::clone(&state);
    // On a separate thread, because a commit waits for the disk.
    let done = tokio::task::spawn_blocking(move || {
        if changes.albums.iter().any(|album| album.fault(album.id.is_none()).is_some()) {
            return Err(StatusCode::UNPROCESSABLE_ENTITY);
        }
        let capacity = 512 * (100 + changes.albums.len());
        server.store.write().apply(user, &changes).map_err(|error| match error {
            rusqlite::Error::QueryReturnedNoRows => StatusCode::UNPROCESSABLE_ENTITY,
            error => internal(error),
        })?;
        let everything = server.store.read(|database| {
            let mut body = Vec::with_capacity(capacity);
            server.style.write(database, user, None, i64::MAX, &mut body)?;
            Ok(body)
        });
        everything.map(json).map_err(internal)
    });
    done.await.map_err(internal)?
}
