//! `/api/collection/enrichment`: how far the filling of what albums lack is.

use std::pin::Pin;

use axum::response::Response;
use gateway_macros::operation;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

#[cfg(test)]
use crate::schema::enrichment::Enrichment;
use crate::{
    extract::{body::Json, caller::Caller, database::Writable},
    jobs::enrichment::{self as job, KIND},
    problem::Problem,
    reply,
    services::{call, collection::enrichment, jobs, lookups},
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrichmentRequest {
    action: EnrichmentAction,
}

/// `start` also ends a pause. `retry` also asks again for the releases that failed.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EnrichmentAction {
    Start,
    Pause,
    Retry,
}

/// How many albums were filled with what their releases at Discogs give: cover, genre, style, country, label, catalogue
/// number, barcode and more.
///
/// An import, or a synchronisation of albums with a `discogs_id`, starts this by itself. Fields that a person has set
/// or removed are never filled.
#[operation(tag = "collection", responses((status = 200, description = "The progress.", body = Enrichment)))]
pub async fn progress(Caller(caller): Caller) -> Result<Response, Problem> {
    respond(StatusCode::OK, caller.user_id).await
}

/// Starts or pauses the filling, or asks again for what failed.
#[operation(tag = "collection", request_body = EnrichmentRequest, responses(
    (status = 202, description = "The progress.", body = Enrichment),
))]
pub async fn act(
    _: Writable,
    Caller(caller): Caller,
    Json(EnrichmentRequest { action }): Json<EnrichmentRequest>,
) -> Result<Response, Problem> {
    let account = caller.user_id;
    let pauses = matches!(action, EnrichmentAction::Pause);
    if matches!(action, EnrichmentAction::Retry) {
        call(enrichment::retry(account)).await?;
        call(jobs::retry(KIND.to_owned(), Some(account))).await?;
    }
    let exists = call(jobs::pause(KIND.to_owned(), Some(account), pauses)).await?;
    job::ensure(account).await;
    // Of a job that did not exist: the next import must not start it.
    if pauses && !exists {
        call(jobs::pause(KIND.to_owned(), Some(account), pauses)).await?;
    }
    respond(StatusCode::ACCEPTED, account).await
}

/// The job, as `jobs::find` returns it.
#[derive(Deserialize)]
struct Job {
    status: String,
    failures: i64,
    error: Option<String>,
    progress: JobProgress,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct JobProgress {
    waits: bool,
}

/// Boxed, because both handlers would contain a copy of it otherwise.
fn respond(status: StatusCode, account: i64) -> Pin<Box<dyn Future<Output = Result<Response, Problem>> + Send>> {
    Box::pin(async move {
        let progress = call(enrichment::status(account)).await?;
        let job = call(jobs::find(KIND.to_owned(), Some(account))).await?;
        let job = job.and_then(|job| serde_json::from_str::<Job>(&job).ok());
        let seconds = match progress.releases {
            0 => 0,
            releases => u64::from(releases) * 60 / u64::from(call(lookups::job_pace()).await?.max(1)),
        };
        let error = serde_json::to_string(&job.as_ref().and_then(|job| job.error.as_ref())).unwrap_or_default();
        let state = state(job.as_ref());
        let head = format!(r#"{{"state":"{state}","seconds_left":{seconds},"error":{error},"#);
        Ok(reply::private_document(status, head + progress.document.trim_start_matches('{')))
    })
}

fn state(job: Option<&Job>) -> &'static str {
    match job {
        None => "idle",
        Some(job) => match job.status.as_str() {
            "paused" => "paused",
            "ended" => "idle",
            _ if job.failures > 0 || job.progress.waits => "waiting",
            _ => "running",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_waits_long_or_failed_is_not_running() {
        let state = |status: &str, failures, waits| {
            let progress = JobProgress { waits };
            state(Some(&Job { status: status.to_owned(), failures, error: None, progress }))
        };
        assert_eq!(state("waiting", 0, false), "running");
        assert_eq!(state("running", 0, false), "running");
        assert_eq!(state("waiting", 0, true), "waiting");
        assert_eq!(state("waiting", 1, false), "waiting");
        assert_eq!(state("paused", 0, true), "paused");
        assert_eq!(state("ended", 0, false), "idle");
        assert_eq!(super::state(None), "idle");
    }
}
