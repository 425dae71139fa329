//! Fills what the albums of an account lack from their releases at Discogs.
//!
//! `collection` knows which albums wait for which release and how that went; `discogs-proxy` gives a release if the
//! budget has a request that people do not need. So a slice has nothing to remember but where it looked last.

use std::{
    pin::Pin,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use super::{SliceFuture, traffic};
use crate::{
    log,
    problem::Problem,
    services::{
        call,
        collection::enrichment::{self, Work},
        jobs::{self, Outcome, Report, Slice},
        lookups::{self, Error},
    },
};

pub const KIND: &str = "enrichment";

/// The releases that are read at a time.
const AT_A_TIME: u32 = 20;
/// The releases that a slice gets at most, so that accounts take turns when many requests of the budget become free.
const MAX_ANSWERS: u32 = 5;
/// How often Discogs may fail to give a release while it gives others.
const TRIES: u32 = 3;
/// How often while it gives none, which is rather an outage.
const TRIES_IN_OUTAGE: u32 = 16;
/// So many failures, one after the other, are an outage.
const OUTAGE: u32 = 2;
/// In milliseconds, after a first slice that got nothing; each further one doubles it, up to 16 minutes.
const OUTAGE_DELAY: u64 = 30_000;
const MAX_DOUBLINGS: u32 = 5;
/// In seconds. A job that had requests of the budget since it waited last leaves those that become free next to the
/// jobs that had none: these look again so often.
const TURN: u32 = 5;
/// In seconds. A shorter wait is part of the work at the pace of the budget.
const LONG_WAIT: u32 = 10;

/// What a slice leaves to the next one.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct State {
    /// The version up to which the albums were looked at.
    version: i64,
    /// The slices that got no release because Discogs failed, one after the other.
    outages: u32,
    /// Whether it had an answer since it waited for the budget last.
    had_turn: bool,
}

/// Where the slice is.
#[derive(Default)]
struct Pass {
    answers: u32,
    /// The releases that Discogs failed to give. They are tried again in another slice.
    failed: Vec<i64>,
    /// Failures since the last answer.
    failures: u32,
}

/// Starts the job of an account, or makes it go on soon. An error is only logged: the request has done its work.
///
/// Boxed, because several handlers would contain a copy of it otherwise.
pub fn ensure(account: i64) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        match call(jobs::ensure(KIND.to_owned(), Some(account), "{}".to_owned(), 0)).await {
            Ok(()) => traffic::look_in(Duration::ZERO),
            Err(error) => log::warning(&format!("the job {KIND} of the account {account} was not started: {error:?}")),
        }
    })
}

/// Whether a request body may have an album with a release number.
pub fn names_release(document: &[u8]) -> bool {
    std::str::from_utf8(document).is_ok_and(|text| text.contains("\"discogs_id\""))
}

/// Fills the albums that wait for a release which was just read, so it is in the cache. An error is only logged: the
/// job will ask for the release again.
pub async fn fill_now(account: i64, release: i64) {
    let filled = async {
        if call(enrichment::waits(account, release)).await? {
            let facts = call(lookups::facts(lookups::Caller::Account(account), release)).await?;
            call(enrichment::fill(account, release, facts.into_bytes())).await?;
        }
        Ok::<_, Problem>(())
    };
    if let Err(problem) = filled.await {
        log::warning(&format!("the release {release} filled no album: {}", problem.detail()));
    }
}

pub fn run(slice: Slice, deadline: Instant) -> SliceFuture {
    Box::pin(work(slice, deadline))
}

async fn work(slice: Slice, deadline: Instant) -> Result<Report, Problem> {
    let Some(account) = slice.account else { return Ok(report(Outcome::Ended, &State::default(), false)) };
    let mut state: State = serde_json::from_str(&slice.state).unwrap_or_default();
    let mut pass = Pass::default();
    loop {
        let Work { releases, version } = call(enrichment::next(account, state.version, AT_A_TIME)).await?;
        state.version = version;
        if releases.is_empty() {
            return Ok(report(Outcome::Ended, &state, false));
        }
        if releases.iter().all(|release| pass.failed.contains(release)) {
            return Ok(wait_for_discogs(state, &pass));
        }
        for release in releases {
            if pass.failed.contains(&release) {
                continue;
            }
            if pass.answers >= MAX_ANSWERS || Instant::now() >= deadline {
                return Ok(report(Outcome::Again(0), &state, false));
            }
            let wait = fill(account, release, &mut pass).await?;
            state.had_turn |= pass.answers > 0;
            if let Some(seconds) = wait {
                return Ok(wait_for_budget(state, seconds));
            }
            if pass.failures >= OUTAGE {
                return Ok(wait_for_discogs(state, &pass));
            }
        }
    }
}

/// Ends a slice for which the budget has no request before so many seconds have passed.
fn wait_for_budget(mut state: State, seconds: u32) -> Report {
    let delay = if state.had_turn { seconds.saturating_add(TURN) } else { seconds.min(TURN) };
    state.had_turn = false;
    report(Outcome::Again(u64::from(delay) * 1_000), &state, seconds > LONG_WAIT)
}

/// Ends a slice whose last requests failed.
fn wait_for_discogs(mut state: State, pass: &Pass) -> Report {
    if pass.answers > 0 {
        state.outages = 0;
    }
    let delay = OUTAGE_DELAY << state.outages.min(MAX_DOUBLINGS);
    state.outages = state.outages.saturating_add(1);
    report(Outcome::Again(delay), &state, true)
}

/// Asks for a release and fills the albums that wait for it. Returns after how many seconds the budget may have a
/// request, if it has none.
async fn fill(account: i64, release: i64, pass: &mut Pass) -> Result<Option<u32>, Problem> {
    match call(lookups::facts_for_job(account, release)).await {
        Ok(facts) => {
            call(enrichment::fill(account, release, facts.into_bytes())).await?;
            pass.answers += 1;
            pass.failures = 0;
        }
        Err(Error::NotFound) => {
            let reason = "Discogs has no release with this number: it was removed, or merged into another one.";
            fail(account, release, ("release_not_found", reason), 1).await?;
            pass.answers += 1;
            pass.failures = 0;
        }
        Err(Error::Busy(seconds) | Error::QuotaExceeded(seconds) | Error::InstallationQuotaExceeded(seconds)) => {
            return Ok(Some(seconds));
        }
        Err(Error::Failed(cause)) => {
            log::warning(&format!("the release {release} could not be read: {cause}"));
            let tries = if pass.answers > 0 { TRIES } else { TRIES_IN_OUTAGE };
            let reason = "Discogs could not be reached, or responded with an error.";
            fail(account, release, ("discogs_failed", reason), tries).await?;
            pass.failures += 1;
            pass.failed.push(release);
        }
        Err(error) => return Err(error.into()),
    }
    Ok(None)
}

async fn fail(account: i64, release: i64, (code, reason): (&str, &str), tries: u32) -> Result<(), Problem> {
    Ok(call(enrichment::fail(account, release, code.to_owned(), reason.to_owned(), tries)).await?)
}

/// `waits`: nothing happens until Discogs, or its budget, is available again.
fn report(outcome: Outcome, state: &State, waits: bool) -> Report {
    let progress = if waits { r#"{"waits":true}"# } else { "{}" };
    Report { outcome, state: serde_json::to_string(state).ok(), progress: Some(progress.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_with_a_release_number_is_recognised() {
        assert!(names_release(br#"{"albums":[{"artist":"A","discogs_id":7}]}"#));
        assert!(!names_release(br#"{"notes":"discogs id"}"#));
        assert!(!names_release(b""));
    }

    #[test]
    fn the_state_of_an_earlier_release_is_read() {
        let state: State = serde_json::from_str("{}").unwrap();
        assert_eq!((state.version, state.outages), (0, 0));
        let state = report(Outcome::Ended, &State { version: 7, outages: 2, had_turn: true }, false).state;
        assert_eq!(state.as_deref(), Some(r#"{"version":7,"outages":2,"had_turn":true}"#));
    }

    #[test]
    fn a_job_that_had_its_turn_waits_longer_than_one_that_had_not() {
        let delay = |had_turn, seconds| match wait_for_budget(State { had_turn, ..State::default() }, seconds).outcome {
            Outcome::Again(delay) => delay,
            _ => 0,
        };
        assert_eq!((delay(true, 40), delay(false, 40)), (45_000, 5_000));
        assert_eq!((delay(true, 1), delay(false, 1)), (6_000, 1_000));
    }
}
