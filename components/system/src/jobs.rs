//! Jobs: which slice runs next, and how it ended. `wit/system/jobs.wit` is the manual.

use guest::variables;
use subtle::ConstantTimeEq as _;

pub use crate::bindings::exports::vinyl::system::jobs::{Outcome, Report, Slice, Turn};
use crate::{
    contract::Error,
    store::{EndedSlice, Store},
};

/// In milliseconds. A caller gives up a slice long before.
const LEASE: i64 = 30_000;
/// After the first failure. The store doubles it for each further one.
const BACKOFF: i64 = 30_000;
/// A start is not the time for a purge of everything that expired while the installation was off.
const FIRST_DELAY: i64 = 60_000;
const DEFAULT_LIMIT: i64 = 100;

/// The job of a kind that an account, or the installation, has.
#[derive(Clone, Copy)]
pub struct JobKey<'a> {
    pub kind: &'a str,
    pub account: Option<i64>,
}

/// What is due next.
pub struct Next {
    /// Milliseconds until a slice is due; `None`: there is no job.
    pub delay: Option<i64>,
    /// The standing jobs that do not exist yet, as a JSON array of their kinds.
    pub missing: Option<String>,
}

pub struct ListQuery {
    pub kind: Option<String>,
    pub failing: bool,
    pub limit: i64,
    /// The id of the last job of the page before.
    pub after: i64,
}

pub async fn lease(known: &[String], standing: &[String], request_id: &str) -> Result<Turn, Error> {
    let store = Store::open().await?;
    let known = json(known);
    let next = store.next_slice(&known, &json(standing)).await?;
    if let Some(missing) = &next.missing {
        store.insert_standing(missing, FIRST_DELAY).await?;
    }
    let slice = match next.delay {
        Some(0) => store.lease_slice(&known, request_id, LEASE).await?,
        _ => None,
    };
    let delay = next.delay.or_else(|| next.missing.map(|_| FIRST_DELAY));
    Ok(match slice {
        Some(slice) => Turn::Slice(slice),
        // Nothing, or another caller was faster, and the rest is unknown.
        None => Turn::Idle(delay.and_then(|delay| u64::try_from(delay).ok())),
    })
}

pub async fn finish(id: i64, number: i64, report: Report) -> Result<bool, Error> {
    Store::open().await?.end_slice((id, number), &ended(report)).await
}

fn ended(Report { outcome, state, progress }: Report) -> EndedSlice {
    let (error, delay) = match outcome {
        Outcome::Again(delay) => (None, Some(milliseconds(delay))),
        Outcome::Ended => (None, None),
        Outcome::Failed(why) => (Some(why), Some(BACKOFF)),
        Outcome::Stopped(why) => (Some(why), None),
    };
    EndedSlice { state, progress, error, delay }
}

pub async fn start(job: JobKey<'_>, state: &str, delay: u64) -> Result<bool, Error> {
    Store::open().await?.start_job(job, state, milliseconds(delay)).await
}

pub async fn ensure(job: JobKey<'_>, state: &str, delay: u64) -> Result<(), Error> {
    Store::open().await?.ensure_job(job, state, milliseconds(delay)).await.map(drop)
}

pub async fn pause(job: JobKey<'_>, paused: bool) -> Result<bool, Error> {
    Store::open().await?.pause_job(job, paused).await
}

pub async fn retry(job: JobKey<'_>) -> Result<bool, Error> {
    Store::open().await?.retry_job(job).await
}

pub async fn cancel(job: JobKey<'_>) -> Result<bool, Error> {
    Store::open().await?.delete_job(job).await
}

pub async fn find(job: JobKey<'_>) -> Result<Option<String>, Error> {
    Store::open().await?.job(job).await
}

pub async fn list_page(
    kind: Option<String>,
    failing: bool,
    limit: Option<i64>,
    cursor: Option<i64>,
) -> Result<String, Error> {
    let query = ListQuery { kind, failing, limit: limit.unwrap_or(DEFAULT_LIMIT), after: cursor.unwrap_or_default() };
    let store = Store::open().await?;
    let (jobs, total) = (store.jobs(&query).await?, store.count_jobs(&query).await?);
    let shown = jobs.get(..usize::try_from(query.limit).unwrap_or_default()).unwrap_or(&jobs);
    let next = shown.last().filter(|_| shown.len() < jobs.len());
    let next = next.map_or("null".to_owned(), |(id, _)| format!("\"{id}\""));
    let items = shown.iter().map(|(_, document)| document.as_str()).collect::<Vec<_>>().join(",");
    Ok(format!(r#"{{"items":[{items}],"next_cursor":{next},"total":{total}}}"#))
}

/// Compares in constant time. A token of at least 32 bytes cannot be guessed, so guesses are not counted.
pub fn permits(token: &str) -> Result<bool, Error> {
    let configured = variables::secret("jobs_token")?;
    Ok(configured.is_some_and(|configured| bool::from(configured.as_slice().ct_eq(token.as_bytes()))))
}

/// Larger than a century is not needed, and cannot overflow when it is added to the time or doubled.
fn milliseconds(delay: u64) -> i64 {
    i64::try_from(delay).unwrap_or(i64::MAX).min(100 * 365 * 86_400_000)
}

/// Kinds are names of the gateway, which need no escaping.
fn json(kinds: &[String]) -> String {
    format!("[{}]", kinds.iter().map(|kind| format!("\"{kind}\"")).collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(outcome: Outcome) -> (Option<String>, Option<i64>) {
        let EndedSlice { error, delay, .. } = ended(Report { outcome, state: None, progress: None });
        (error, delay)
    }

    #[test]
    fn only_a_failure_is_repeated_later_than_asked() {
        assert_eq!(end(Outcome::Again(0)), (None, Some(0)));
        assert_eq!(end(Outcome::Again(u64::MAX)), (None, Some(100 * 365 * 86_400_000)));
        assert_eq!(end(Outcome::Ended), (None, None));
        assert_eq!(end(Outcome::Failed("busy".to_owned())), (Some("busy".to_owned()), Some(BACKOFF)));
        assert_eq!(end(Outcome::Stopped("revoked".to_owned())), (Some("revoked".to_owned()), None));
    }

    #[test]
    fn kinds_are_a_json_array() {
        assert_eq!(json(&[]), "[]");
        assert_eq!(json(&["a".to_owned(), "b".to_owned()]), r#"["a","b"]"#);
    }
}
