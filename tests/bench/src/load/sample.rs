//! The result of one round.

use std::time::Duration;

/// The latencies of one round, its length, and the processor time of the server.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Ascending.
    latencies: Vec<Duration>,
    elapsed: Duration,
    /// Processor time of the server.
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

    /// Requests per second.
    pub fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// Processor time of the server per request, in milliseconds. Other programs on the machine affect it little.
    pub fn processor(&self) -> f64 {
        self.processor.as_secs_f64() * 1000.0 / self.latencies.len().max(1) as f64
    }

    /// The latency, in milliseconds, that this share of the requests did not exceed.
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
    fn a_quantile_is_one_of_the_measured_values() {
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
