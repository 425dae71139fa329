//! The clock, waiting, and how times are written.
//!
//! The calendar is jiff's; the texts are written here, because jiff's printers add 20 kB or more to a component.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_lite::future;
use jiff::{Timestamp, civil::DateTime, tz::Offset};

pub use spin_sdk::time::sleep;

/// The time since 1970, UTC.
pub fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// Milliseconds since 1970, UTC.
pub fn now_millis() -> i64 {
    i64::try_from(since_epoch().as_millis()).unwrap_or(i64::MAX)
}

/// Returns a future's output, or `None` if it is not ready after `limit`. The future is dropped then.
///
/// For a race of two futures of your own, use `futures_lite::future::or`: it polls the first one first.
pub async fn within<T>(limit: Duration, future: impl Future<Output = T>) -> Option<T> {
    let timer = async {
        sleep(limit).await;
        None
    };
    future::or(async { Some(future.await) }, timer).await
}

/// A time as RFC 3339, UTC, to the second: `2026-11-20T21:55:39Z`. `milliseconds` count from 1970.
pub fn rfc3339(milliseconds: i64) -> String {
    let time = civil(milliseconds);
    format!("{}T{:02}:{:02}:{:02}Z", date(milliseconds), time.hour(), time.minute(), time.second())
}

/// The date of a time, UTC: `2026-11-20`. `milliseconds` count from 1970.
pub fn date(milliseconds: i64) -> String {
    let time = civil(milliseconds);
    format!("{:04}-{:02}-{:02}", time.year(), time.month(), time.day())
}

/// The calendar ends with the year 9999; a time after it is written as its end, one before 1970 as 1970.
fn civil(milliseconds: i64) -> DateTime {
    Offset::UTC.to_datetime(Timestamp::from_millisecond(milliseconds.max(0)).unwrap_or(Timestamp::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_rfc_3339() {
        for (milliseconds, expected) in [
            (i64::MIN, "1970-01-01T00:00:00Z"),
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399_999, "2000-02-28T23:59:59Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_795_211_739_123, "2026-11-20T21:55:39Z"),
        ] {
            assert_eq!(rfc3339(milliseconds), expected);
            assert_eq!(date(milliseconds), expected.split('T').next().unwrap());
        }
    }

    #[test]
    fn a_future_that_is_ready_is_not_timed() {
        assert_eq!(future::block_on(within(Duration::ZERO, async { 7 })), Some(7));
    }
}
