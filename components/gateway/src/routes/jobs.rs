//! `/system/jobs`: work that no request waits for.

use std::time::Duration;

use axum::{Extension, response::Response};
use gateway_macros::operation;
use http::{StatusCode, header};

use crate::{
    extract::{
        operator::{Operator, Scheduler},
        query::{
            Query,
            parameter::{Filter, Flag, WholeNumber},
            query,
        },
    },
    jobs::{runner, traffic},
    problem::Problem,
    reply,
    services::{call, jobs},
    trace::Trace,
};
#[cfg(test)]
use crate::{jobs::runner::Run, schema::jobs::Jobs};

/// A slice may take longer than the rest of it; the whole must be less than the host's limit of a request (30 s).
const BUDGET: Duration = Duration::from_secs(5);

query! {
    /// The page of jobs to read.
    pub struct JobParams {
        /// Only jobs of this kind.
        kind: Filter [maxLength = 100],
        /// Only jobs whose last slice failed.
        failing: Flag<false>,
        limit: WholeNumber<1, 500> [default = 100],
        /// The `next_cursor` of the previous page.
        cursor: WholeNumber<1, { i64::MAX }>,
    }
}

/// All jobs, with their latest runs. Those of the installation come first.
#[operation(tag = "system", responses((status = 200, description = "A page.", body = Jobs)))]
pub async fn list(operator: Operator, Query(params): Query<JobParams>) -> Result<Response, Problem> {
    operator.initialize().await?;
    let JobParams { kind, failing, limit, cursor } = params;
    let page = call(jobs::list_page(kind, failing, limit, cursor)).await?;
    Ok(reply::private_document(StatusCode::OK, page))
}

/// Runs the jobs that are due: starts slices for five seconds, each of which takes some seconds at most.
///
/// The header `Retry-After` has the seconds until the next one is due, at least 1. The embedded host sends this request
/// by itself; elsewhere a scheduler should, every minute. Without either, jobs run after the answers of other requests.
#[operation(tag = "system", responses(
    (status = 200, description = "What ran.", body = Run, headers(("retry-after" = u32))),
))]
pub async fn run(_: Scheduler, Extension(trace): Extension<Trace>) -> Result<Response, Problem> {
    traffic::put_off();
    let run = runner::run(BUDGET, trace.id_str()).await?;
    let mut response = reply::json(StatusCode::OK, &run);
    if let Some(seconds) = run.next_in() {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.max(1).into());
    }
    Ok(response)
}
