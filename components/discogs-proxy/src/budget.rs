//! Waiting for a place in the budget, for as long as a person waits.

use std::time::Duration;

use crate::{
    clock,
    error::{Error, Result},
    store::{Refused, Store},
};

/// Longer is answered with 503 at once.
const PATIENCE: i64 = 2_000;
/// Others may be quicker when a place is free: then it is tried again, not all at once.
const JITTER: u8 = 100;

/// Takes one request out of the budget, for a request that ends within so many milliseconds.
///
/// # Errors
/// `Busy` if there is none within two seconds.
pub async fn take(store: &Store, user: i64, duration: i64, usual: i64) -> Result<i64> {
    let give_up = clock::now() + PATIENCE;
    loop {
        let Refused(wait) = match store.take(user, duration, usual).await? {
            Ok(request) => return Ok(request),
            Err(refused) => refused,
        };
        if clock::now() + wait > give_up {
            return Err(Error::Busy(seconds(wait)));
        }
        clock::sleep(Duration::from_millis(u64::try_from(wait.max(1)).unwrap_or(1) + jitter(JITTER)?)).await;
    }
}

/// Rounded up, so that nobody comes back too early.
fn seconds(milliseconds: i64) -> u32 {
    u32::try_from(milliseconds.max(1).saturating_add(999) / 1_000).unwrap_or(u32::MAX)
}

/// 0 to `most` milliseconds.
pub fn jitter(most: u8) -> Result<u64> {
    let mut byte = [0];
    getrandom::fill(&mut byte).map_err(|error| Error::Internal(format!("no randomness: {error}")))?;
    let [byte] = byte;
    Ok(u64::from(byte) * u64::from(most) / 255)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_in_whole_seconds() {
        for (milliseconds, expected) in [(-5, 1), (0, 1), (1, 1), (1_000, 1), (1_001, 2), (59_400, 60)] {
            assert_eq!(seconds(milliseconds), expected);
        }
    }
}
