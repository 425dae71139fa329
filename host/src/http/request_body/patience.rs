//! How long the host waits for a body: a bucket of time that the wait empties and that each byte fills.

use std::time::Duration;

use crate::limits::ConnectionLimits;

/// What the bucket holds at most, as a multiple of what it holds at first.
const FULL: u32 = 3;

pub struct Patience {
    left: Duration,
    full: Duration,
    /// What is left of the time for the whole body, however steadily it arrives.
    whole: Duration,
    /// Bytes per second.
    rate: f64,
}

impl Patience {
    pub fn new(limits: &ConnectionLimits) -> Self {
        let grace = limits.body_grace;
        Self { left: grace, full: grace * FULL, whole: limits.body, rate: limits.body_rate.max(1) as f64 }
    }

    /// How long the host may wait now.
    pub fn left(&self) -> Duration {
        self.left.min(self.whole)
    }

    pub fn waited(&mut self, time: Duration) {
        self.left = self.left.saturating_sub(time);
        self.whole = self.whole.saturating_sub(time);
    }

    pub fn received(&mut self, bytes: usize) {
        let earned = Duration::from_secs_f64(bytes as f64 / self.rate);
        self.left = (self.left + earned).min(self.full);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn patience() -> Patience {
        let limits = ConnectionLimits {
            body_grace: 10 * SECOND,
            body_rate: 1000,
            body: 60 * SECOND,
            ..ConnectionLimits::default()
        };
        Patience::new(&limits)
    }

    #[test]
    fn a_client_that_has_sent_much_may_not_pause_for_long() {
        let mut patience = patience();
        patience.received(20_000_000);
        assert_eq!(patience.left(), 30 * SECOND);
    }

    #[test]
    fn a_steady_body_is_waited_for_until_its_time_is_over() {
        let mut patience = patience();
        for _ in 0..12 {
            assert!(patience.left() >= 5 * SECOND);
            patience.waited(5 * SECOND);
            patience.received(5_000);
        }
        assert_eq!(patience.left(), Duration::ZERO);
    }

    #[test]
    fn a_body_below_the_least_rate_uses_up_the_patience() {
        let mut patience = patience();
        patience.waited(6 * SECOND);
        patience.received(1_000);
        assert_eq!(patience.left(), 5 * SECOND);
        patience.waited(6 * SECOND);
        assert_eq!(patience.left(), Duration::ZERO);
    }
}
