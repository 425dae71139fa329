//! The time of a sync of 5,000 new albums: one request to an empty collection, answered with all albums.

use serde_json::json;

use super::Bench;
use crate::{
    catalogue,
    compare::median,
    sides::{BOTH, Pair},
    table::{Row, number},
};

const ALBUMS: u64 = 5_000;
const GOAL: f64 = 2.0;

pub async fn sync(bench: &Bench<'_>) -> anyhow::Result<Vec<Row>> {
    let body = catalogue::sync(0, ALBUMS)?;
    let mut times: Pair<Vec<f64>> = Pair::default();
    // The first round is a warm-up: files grow, and statements are prepared.
    for round in 0..=bench.plan.rounds {
        for side in BOTH {
            let api = bench.servers.api(side);
            let account = api.register(&format!("bulk{round}")).await?;
            let (elapsed, _) = api.sync(&account, &body).await?;
            if round > 0 {
                times.of_mut(side).push(elapsed.as_secs_f64() * 1_000.0);
            }
        }
    }
    let ratio = median(times.ours.iter().zip(&times.native).map(|(ours, native)| ours / native).collect());
    let describe = |times: &[f64]| format!("{} ms", number(median(times.to_vec())));
    Ok(vec![Row {
        what: format!("sync of 5,000 new albums in one request ({} MB)", number(body.len() as f64 / 1e6)),
        ours: describe(&times.ours),
        native: describe(&times.native),
        ratio: Some(ratio),
        goal: format!("≤ {GOAL:.0} × native's time"),
        met: Some(ratio <= GOAL),
        figures: json!({"ours_ms": times.ours, "native_ms": times.native}),
    }])
}
