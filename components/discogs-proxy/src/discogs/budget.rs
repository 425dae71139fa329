//! Waits for a request in the budget, as long as a person would wait.

use std::time::Duration;

use guest::{random, time};

use crate::{
    config::Limits,
    contract::Error,
    error::Result,
    requester::Requester,
    store::{BudgetExhausted, Store},
};

/// In milliseconds. If the wait would be longer, the caller gets an error at once. A job never waits.
const MAX_WAIT: i64 = 2_000;
/// In milliseconds. Callers that wait for the same moment do not all try at once.
const MAX_JITTER: u8 = 100;

/// Takes one request, which may last `duration` milliseconds, out of the budget; returns its id.
///
/// # Errors
/// `Busy` if the budget has no request within two seconds; `QuotaExceeded` or `InstallationQuotaExceeded` if that of
/// the day has none left.
pub async fn take_request(
    store: &Store,
    requester: &Requester,
    limits: Limits,
    duration: i64,
    default_limit: i64,
) -> Result<i64> {
    let deadline = time::now_millis() + if requester.is_job() { 0 } else { MAX_WAIT };
    loop {
        let BudgetExhausted { retry_after } =
            match store.take_request(requester, limits, duration, default_limit).await? {
                Ok(request) => return Ok(request),
                Err(exhausted) => exhausted,
            };
        if time::now_millis() + retry_after > deadline {
            return Err(Error::Busy(whole_seconds(retry_after)));
        }
        let wait = u64::try_from(retry_after.max(1)).unwrap_or(1);
        time::sleep(Duration::from_millis(wait + jitter(MAX_JITTER)?)).await;
    }
}

/// Rounded up, so that the client does not try again too early.
fn whole_seconds(milliseconds: i64) -> u32 {
    u32::try_from(milliseconds.max(1).saturating_add(999) / 1_000).unwrap_or(u32::MAX)
}

/// Returns a random number of milliseconds, from 0 to `max`.
pub fn jitter(max: u8) -> Result<u64> {
    let [byte] = random::bytes()?;
    Ok(u64::from(byte) * u64::from(max) / 255)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_rounded_up_to_whole_seconds() {
        for (milliseconds, expected) in [(-5, 1), (0, 1), (1, 1), (1_000, 1), (1_001, 2), (59_400, 60)] {
            assert_eq!(whole_seconds(milliseconds), expected);
        }
    }
}
