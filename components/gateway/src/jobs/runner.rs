//! Runs the slices that are due, one after the other.

use std::{
    pin::Pin,
    time::{Duration, Instant},
};

use guest::time;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Kind, TABLE};
use crate::{
    log,
    problem::Problem,
    services::{
        call,
        jobs::{self, Outcome, Report, Slice, Turn},
    },
};

/// How long a slice should take at most.
const SLICE_TIME: Duration = Duration::from_secs(5);
/// When a slice is given up, and counts as failed. Its lease ends later, so no other caller repeats it meanwhile.
const SLICE_LIMIT: Duration = Duration::from_secs(15);

/// The slices that ran.
#[derive(Serialize, ToSchema)]
pub struct Run {
    /// In the order in which they ran.
    items: Vec<Ran>,
    /// Seconds until a slice is due: 0 if one is due now, `null` if there is no job.
    next_in: Option<u32>,
}

impl Run {
    pub fn next_in(&self) -> Option<u32> {
        self.next_in
    }
}

/// A slice that ran.
#[derive(Serialize, ToSchema)]
pub struct Ran {
    /// Of the job.
    id: i64,
    kind: &'static str,
    /// `null`: the installation's job.
    #[schema(required)]
    user_id: Option<i64>,
    milliseconds: u32,
    outcome: RanOutcome,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RanOutcome {
    /// The job goes on.
    Again,
    /// The job has ended. One that is repeated starts again later.
    Ended,
    /// The slice is repeated later.
    Failed,
    /// The job failed, and is not repeated.
    Stopped,
    /// The slice took too long, and another one had begun, or the job was deleted. Its result was not kept.
    Superseded,
}

/// Runs slices until none is due. After `budget`, no other slice starts.
///
/// Boxed, because both callers would contain a copy of it otherwise.
pub fn run(budget: Duration, request_id: &str) -> Pin<Box<dyn Future<Output = Result<Run, Problem>> + Send + '_>> {
    Box::pin(run_due(budget, request_id))
}

async fn run_due(budget: Duration, request_id: &str) -> Result<Run, Problem> {
    let start = Instant::now();
    let mut items = Vec::new();
    while start.elapsed() < budget {
        match call(jobs::lease(names(|_| true), names(|kind| kind.is_standing), request_id.to_owned())).await? {
            Turn::Slice(slice) => items.extend(run_slice(slice).await?),
            Turn::Idle(next) => {
                let seconds = |next: u64| u32::try_from(next.div_ceil(1000)).unwrap_or(u32::MAX);
                return Ok(Run { items, next_in: next.map(seconds) });
            }
        }
    }
    Ok(Run { items, next_in: Some(0) })
}

fn names(which: fn(&Kind) -> bool) -> Vec<String> {
    TABLE.iter().filter(|kind| which(kind)).map(|kind| kind.name.to_owned()).collect()
}

/// `None` if the kind is unknown, which `lease` prevents.
async fn run_slice(slice: Slice) -> Result<Option<Ran>, Problem> {
    let Some(kind) = TABLE.iter().find(|kind| kind.name == slice.kind) else { return Ok(None) };
    let (id, number, user_id) = (slice.id, slice.number, slice.account);
    let start = Instant::now();
    let report = call(time::within(SLICE_LIMIT, (kind.run)(slice, start + SLICE_TIME))).await;
    let milliseconds = u32::try_from(start.elapsed().as_millis()).unwrap_or(u32::MAX);
    let mut report = match report {
        Some(Ok(report)) => report,
        Some(Err(problem)) => failed(describe(&problem, user_id)),
        None => failed(format!("the slice took longer than {} seconds", SLICE_LIMIT.as_secs())),
    };
    let (outcome, error) = match &report.outcome {
        Outcome::Again(_) => (RanOutcome::Again, None),
        Outcome::Ended => (RanOutcome::Ended, None),
        Outcome::Failed(why) => (RanOutcome::Failed, Some(why.clone())),
        Outcome::Stopped(why) => (RanOutcome::Stopped, Some(why.clone())),
    };
    if let Some(why) = &error {
        log::warning(&format!("the job {id} ({}) failed: {why}", kind.name));
    }
    report.outcome = repeated(report.outcome, kind.every);
    let is_kept = call(jobs::finish(id, number, report)).await?;
    let outcome = if is_kept { outcome } else { RanOutcome::Superseded };
    Ok(Some(Ran { id, kind: kind.name, user_id, milliseconds, outcome, error }))
}

/// The end of a job that is repeated is not its end.
fn repeated(outcome: Outcome, every: Option<Duration>) -> Outcome {
    match (outcome, every) {
        (Outcome::Ended, Some(every)) => Outcome::Again(u64::try_from(every.as_millis()).unwrap_or(u64::MAX)),
        (outcome, _) => outcome,
    }
}

fn failed(why: String) -> Report {
    Report { outcome: Outcome::Failed(why), state: None, progress: None }
}

/// Why a slice failed. The cause is for the operator only, so the job of an account, which its owner sees, has the
/// detail; the cause is in the log.
fn describe(problem: &Problem, user_id: Option<i64>) -> String {
    match (problem.cause(), user_id) {
        (Some(cause), None) => format!("{} ({cause})", problem.detail()),
        (Some(cause), Some(user_id)) => {
            log::warning(&format!("a job of the account {user_id} failed: {cause}"));
            problem.detail().to_owned()
        }
        (None, _) => problem.detail().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Code;

    #[test]
    fn the_end_of_a_repeated_job_is_the_beginning_of_the_next() {
        let hour = Some(Duration::from_secs(3600));
        assert!(matches!(repeated(Outcome::Ended, hour), Outcome::Again(3_600_000)));
        assert!(matches!(repeated(Outcome::Ended, None), Outcome::Ended));
        assert!(matches!(repeated(Outcome::Again(5), hour), Outcome::Again(5)));
        assert!(matches!(repeated(Outcome::Stopped(String::new()), hour), Outcome::Stopped(_)));
        assert!(matches!(repeated(Outcome::Failed(String::new()), hour), Outcome::Failed(_)));
    }

    #[test]
    fn the_owner_of_a_job_does_not_see_the_cause_of_its_failure() {
        let problem = Problem::new(Code::Unavailable, "Try again.").with_cause("the disk /dev/x".to_owned());
        assert_eq!(describe(&problem, None), "Try again. (the disk /dev/x)");
        assert_eq!(describe(&problem, Some(7)), "Try again.");
    }
}
