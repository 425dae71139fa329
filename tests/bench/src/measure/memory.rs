//! Resident memory (`VmRSS`) of each server's process after a load, and its peak so far (`VmHWM`), which a sync of
//! 5,000 albums makes.

use super::Bench;
use super::requests::collectors;
use crate::api::page_path;
use crate::load::{memory, request};
use crate::sides::{BOTH, Pair};
use crate::table::Line;
use serde_json::json;

const MIB: f64 = 1_048_576.0;
const GOAL: f64 = 150.0;
const CONNECTIONS: usize = 16;

pub async fn after_load(bench: &Bench<'_>) -> anyhow::Result<Vec<Line>> {
    let accounts = collectors(bench, "memory", 5_000).await?;
    let mut found: Pair<(f64, f64)> = Pair::default();
    for side in BOTH {
        for limit in [100, 1_000] {
            let request = request::get(&page_path(limit), Some(&accounts.of(side).token));
            bench.servers.api(side).load(request, CONNECTIONS).await?.run(bench.plan.duration).await?;
        }
        let (now, peak) = memory(bench.servers.process(side).id())?;
        *found.of_mut(side) = (now as f64 / MIB, peak as f64 / MIB);
    }
    let describe = |(now, peak): (f64, f64)| format!("{now:.0} MiB (peak {peak:.0})");
    Ok(vec![Line {
        what: "resident memory after load".to_owned(),
        ours: describe(found.ours),
        native: describe(found.native),
        ratio: None,
        goal: format!("< {GOAL:.0} MiB"),
        met: Some(found.ours.0 < GOAL),
        figures: json!({"ours_mib": found.ours, "native_mib": found.native}),
    }])
}
