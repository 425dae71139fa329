//! One request for all callers that want the same answer at the same time, in this instance and in every other.
//!
//! The caller that inserts the lease asks Discogs. The others poll the lease, and then read the cache.

use std::time::Duration;

use guest::{random, time};

use crate::{
    cache::{Cache, CacheEntry, CacheKey},
    contract::Error,
    cover_source::CoverSource,
    error::Result,
    store::{LeaseState, Store},
};

/// In milliseconds. A holder finishes within this time, retries included, or has died.
const LEASE_DURATION: i64 = 20_000;
/// In milliseconds. After a failure, other requests for the same answer fail alike for this long, to spare a Discogs
/// that is in trouble.
const FAILURE_DURATION: i64 = 2_000;
/// The first pause between two looks at the lease; each pause is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(80);

/// The right to ask Discogs for an answer.
pub struct Lease<'a> {
    store: &'a Store,
    key: &'a CacheKey,
    holder: String,
    /// When the caller's wait began, in milliseconds since 1970.
    pub started_at: i64,
}

pub enum Acquired<'a> {
    Lease(Lease<'a>),
    /// Another caller's answer.
    Cached(CacheEntry),
}

/// Waits for the lease, or for the answer of the caller that holds it.
///
/// # Errors
/// The error of the caller that holds the lease; `Failed` if that caller takes too long.
pub async fn acquire<'a>(store: &'a Store, cache: &Cache, key: &'a CacheKey) -> Result<Acquired<'a>> {
    let (holder, started_at) = (random::hex::<12>()?, time::now_millis());
    while time::now_millis() - started_at < LEASE_DURATION {
        let is_acquired = store.acquire_lease(key, &holder, LEASE_DURATION).await?;
        // Since our miss, another caller may have taken the lease, stored its answer and released the lease.
        if let Some(entry) = cache.get(key).await.filter(CacheEntry::is_fresh) {
            if is_acquired {
                store.release_lease(key, &holder).await?;
            }
            return Ok(Acquired::Cached(entry));
        }
        if is_acquired {
            return Ok(Acquired::Lease(Lease { store, key, holder, started_at }));
        }
        wait_for_holder(store, key, started_at).await?;
    }
    Err(Error::Failed("another request for the same answer took too long".to_owned()))
}

impl Lease<'_> {
    /// Records an answer that is put into the cache next.
    pub async fn record(&self, entry: &CacheEntry) -> Result<()> {
        self.store.record_entry(self.key, entry).await
    }

    /// Records the covers of the answer, which must be in the cache, and ends the lease.
    pub async fn complete(&self, covers: &[CoverSource]) -> Result<()> {
        self.store.complete_answer(self.key, &self.holder, covers).await
    }

    /// Ends the lease. If Discogs is the cause of the error, the callers that wait get the same error.
    pub async fn fail(&self, error: &Error) -> Result<()> {
        if error.is_upstream() {
            self.store.fail_lease(self.key, &self.holder, write_failure(error), FAILURE_DURATION).await
        } else {
            self.release().await
        }
    }

    /// Ends the lease without an answer: a caller that waits asks Discogs itself.
    pub async fn release(&self) -> Result<()> {
        self.store.release_lease(self.key, &self.holder).await
    }
}

async fn wait_for_holder(store: &Store, key: &CacheKey, started_at: i64) -> Result<()> {
    let mut pause = FIRST_PAUSE;
    while time::now_millis() - started_at < LEASE_DURATION {
        match store.lease_state(key).await? {
            LeaseState::Free => return Ok(()),
            LeaseState::Failed(failure) => return Err(read_failure(&failure)),
            LeaseState::Held => time::sleep(pause).await,
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    Ok(())
}

/// An error as text for callers that wait, which may be in another instance.
fn write_failure(error: &Error) -> String {
    match error {
        Error::Busy(seconds) => format!("busy {seconds}"),
        Error::Misconfigured(cause) => format!("misconfigured {cause}"),
        Error::Failed(cause) => format!("failed {cause}"),
        other => format!("failed {other:?}"),
    }
}

fn read_failure(text: &str) -> Error {
    match text.split_once(' ') {
        Some(("busy", seconds)) => Error::Busy(seconds.parse().unwrap_or(60)),
        Some(("misconfigured", cause)) => Error::Misconfigured(cause.to_owned()),
        Some((_, cause)) => Error::Failed(cause.to_owned()),
        None => Error::Failed(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_callers_get_the_error_of_the_holder() {
        for error in [Error::Busy(42), Error::Failed("cut off".into()), Error::Misconfigured("no token".into())] {
            assert_eq!(format!("{:?}", read_failure(&write_failure(&error))), format!("{error:?}"));
        }
        assert!(read_failure("?").is_upstream());
    }
}
