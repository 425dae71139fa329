//! The comparison of two servers. Rounds of the two alternate, each pair of neighbouring rounds gives a ratio, and the
//! median of the ratios counts: so other programs on the machine disturb the result little.

use std::time::Duration;

use crate::{
    load::{Load, Sample},
    sides::{Pair, Side},
};

/// The number and the length of the rounds.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub rounds: usize,
    pub duration: Duration,
    pub warm_up: Duration,
}

impl Plan {
    /// Many short rounds instead of a few long ones: a disturbance then affects only some of the pairs.
    pub const FULL: Self = Self { rounds: 15, duration: Duration::from_millis(1_200), warm_up: Duration::from_secs(2) };
    pub const QUICK: Self =
        Self { rounds: 5, duration: Duration::from_millis(600), warm_up: Duration::from_millis(500) };
}

/// The figures of one server: medians over the rounds, times in milliseconds.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Figures {
    pub requests_per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    /// Processor time of the server per request.
    pub processor_ms: f64,
    pub requests: usize,
}

pub struct Comparison {
    pub figures: Pair<Figures>,
    /// The median of ours ÷ native, in requests per second.
    pub ratio: f64,
}

/// Measures two loads in alternating rounds.
pub async fn compare(plan: &Plan, loads: &Pair<Load>) -> anyhow::Result<Comparison> {
    loads.ours.run(plan.warm_up).await?;
    loads.native.run(plan.warm_up).await?;
    let mut samples: Pair<Vec<Sample>> = Pair::default();
    for round in 0..plan.rounds {
        // The order alternates, so that a drift of the machine favours neither server.
        let order = if round % 2 == 0 { [Side::Ours, Side::Native] } else { [Side::Native, Side::Ours] };
        for side in order {
            samples.of_mut(side).push(loads.of(side).run(plan.duration).await?);
        }
    }
    let ratios = samples.ours.iter().zip(&samples.native).map(|(ours, native)| ours.rate() / native.rate());
    let ratio = median(ratios.collect());
    Ok(Comparison { figures: Pair { ours: figures(&samples.ours), native: figures(&samples.native) }, ratio })
}

pub fn figures(samples: &[Sample]) -> Figures {
    let over = |figure: fn(&Sample) -> f64| median(samples.iter().map(figure).collect());
    Figures {
        requests_per_second: over(Sample::rate),
        p50_ms: over(|sample| sample.quantile(0.5)),
        p99_ms: over(|sample| sample.quantile(0.99)),
        processor_ms: over(Sample::processor),
        requests: samples.iter().map(Sample::requests).sum(),
    }
}

/// The median; of an even number of values, the mean of the two in the middle. 0 if there are no values.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match (values.get(middle), values.len() % 2) {
        (None, _) => 0.0,
        (Some(value), 1) => *value,
        (Some(value), _) => f64::midpoint(values[middle - 1], *value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_value() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(median(vec![]), 0.0);
    }
}
