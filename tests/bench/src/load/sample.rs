//! What one round of load showed.

use std::time::Duration;

/// Requests of one round: how many a second, and how long each took.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Ascending.
    latencies: Vec<Duration>,
    elapsed: Duration,
    /// Of the server's process.
    processor: Duration,
}

impl Sample {
    pub fn new(mut latencies: Vec<Duration>, elapsed: Duration, processor: Duration) -> Self {
        latencies.sort_unstable();
        Self { latencies, elapsed, processor }
    }

    pub fn requests(&self) -> usize {
        self.latencies.len()
    }

    /// Requests a second.
    pub fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// Processor time of the server for each request, in milliseconds: what is left of a figure when the machine is
    /// busy with something else, too.
    pub fn processor(&self) -> f64 {
        self.processor.as_secs_f64() * 1000.0 / self.latencies.len().max(1) as f64
    }

    /// The time that this share of the requests took at most, in milliseconds.
    pub fn quantile(&self, share: f64) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        let place = (share * self.latencies.len() as f64).ceil() as usize;
        let latency = self.latencies.get(place.saturating_sub(1).min(last)).copied().unwrap_or_default();
        latency.as_secs_f64() * 1000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_measured_values() {
        let sample = Sample::new(
            (1..=200).rev().map(Duration::from_millis).collect(),
            Duration::from_secs(2),
            Duration::from_secs(1),
        );
        assert_eq!(sample.rate(), 100.0);
        assert_eq!(sample.processor(), 5.0);
        assert_eq!(sample.quantile(0.5), 100.0);
        assert_eq!(sample.quantile(0.99), 198.0);
        assert_eq!(sample.quantile(1.0), 200.0);
    }
}
