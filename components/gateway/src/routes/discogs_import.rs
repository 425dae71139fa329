//! `/api/collection/import/discogs`: the collection of a Discogs user, imported and followed.

use std::{pin::Pin, time::Duration};

use axum::response::Response;
use gateway_macros::operation;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

#[cfg(test)]
use crate::schema::discogs_import::{DiscogsImport, ImportPreview};
use crate::{
    extract::{
        body::Json,
        caller::{Caller, FreshCaller},
        database::Writable,
    },
    jobs::{
        import_discogs::{KIND, State},
        traffic,
    },
    problem::Problem,
    reply,
    services::{
        call,
        collection::transfer,
        discogs_accounts::{self as accounts, Source, Status, Target},
        jobs,
    },
};

/// Whose collection is imported. Without user name and token: the one that is followed already.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewImport {
    /// At Discogs. Absent: the owner of the token.
    #[schema(min_length = 1, max_length = 100, pattern = "^[A-Za-z0-9._-]*$")]
    username: Option<String>,
    /// A personal token of the user, from discogs.com/settings/developers: for private collections, folders and notes.
    #[schema(format = Password, min_length = 8, max_length = 200, pattern = "^[!-~]*$")]
    token: Option<String>,
    /// Return what the first page would change, and write nothing.
    dry_run: Option<bool>,
    /// Whether the collection is read again every day; true if absent.
    follow: Option<bool>,
}

/// The state of the import, what is gone at Discogs, and when it is read again.
#[operation(tag = "transfer", responses(
    (status = 200, description = "The state.", body = DiscogsImport),
))]
pub async fn read_import(Caller(caller): Caller) -> Result<Response, Problem> {
    Ok(reply::private_document(StatusCode::OK, describe(caller.user_id).await?.document))
}

/// Imports the collection and the wants of a Discogs user, and follows them: every day, what is new is added, and what
/// is gone is named.
///
/// Nothing is ever deleted, and no value that an album has is changed: an album that is in the collection already gets
/// only fields that it lacks and that no one has removed. Without a token, the collection must be public. Folders
/// become crates, and each copy is an album of its own. With `dry_run`, the answer is a preview, and nothing is stored.
#[operation(tag = "transfer", responses(
    (status = 200, description = "With `dry_run`: what the import would do.", body = ImportPreview),
    (status = 202, description = "The import has begun.", body = DiscogsImport),
))]
pub async fn import_collection(
    _: Writable,
    FreshCaller(caller): FreshCaller,
    Json(new): Json<NewImport>,
) -> Result<Response, Problem> {
    let NewImport { username, token, dry_run, follow } = new;
    let (user, target) = (caller.user_id, Target { username, token });
    if dry_run == Some(true) {
        return Ok(reply::private_document(StatusCode::OK, preview(user, target).await?));
    }
    call(accounts::connect(user, Some(target), follow)).await?;
    call(jobs::cancel(KIND.to_owned(), Some(user))).await?;
    call(jobs::ensure(KIND.to_owned(), Some(user), State::default().to_json(), 0)).await?;
    traffic::look_in(Duration::ZERO);
    Ok(reply::private_document(StatusCode::ACCEPTED, describe(user).await?.document))
}

/// Stops following, and forgets the user name and the token. What was imported stays.
#[operation(tag = "transfer", responses((status = 204, description = "No collection is followed now.")))]
pub async fn delete_import(_: Writable, Caller(caller): Caller) -> Result<StatusCode, Problem> {
    call(accounts::connect(caller.user_id, None, None)).await?;
    call(jobs::cancel(KIND.to_owned(), Some(caller.user_id))).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn preview(user: i64, target: Target) -> Result<String, Problem> {
    let page = call(accounts::read(user, Source::Preview(target))).await?;
    let existing = call(transfer::find_copies(user, page.release_ids, page.uids)).await?;
    Ok(call(accounts::compare(user, page.rows, existing, None)).await?.preview)
}

/// Boxed, because both callers would contain a copy of it otherwise.
fn describe(user: i64) -> Pin<Box<dyn Future<Output = Result<Status, Problem>> + Send>> {
    Box::pin(async move {
        let job = call(jobs::find(KIND.to_owned(), Some(user))).await?;
        let mut albums = None;
        loop {
            let status = call(accounts::describe(user, job.clone(), albums.clone())).await?;
            if status.gone.is_empty() || albums.is_some() {
                return Ok(status);
            }
            albums = Some(call(transfer::find_copies(user, Vec::new(), status.gone)).await?);
        }
    })
}
