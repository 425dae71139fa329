//! Resident memory of each server after load. The goal applies to `VmRSS`, which operators see. The table also shows
//! the part of it that is not mapped files, and the peak.

use serde_json::json;

use super::{Bench, requests::collectors};
use crate::{
    api::page_path,
    load::{Memory, memory, request},
    sides::{BOTH, Pair},
    table::Row,
};

const MIB: f64 = 1_048_576.0;
const GOAL: f64 = 150.0;
const CONNECTIONS: usize = 16;

pub async fn after_load(bench: &Bench<'_>) -> anyhow::Result<Vec<Row>> {
    let accounts = collectors(bench, "memory", 5_000).await?;
    let mut found: Pair<Memory> = Pair::default();
    for side in BOTH {
        for limit in [100, 1_000] {
            let request = request::get(&page_path(limit), Some(&accounts.of(side).token));
            bench.servers.api(side).load(request, CONNECTIONS).await?.run(bench.plan.duration).await?;
        }
        *found.of_mut(side) = memory(bench.servers.process(side).id())?;
    }
    let mib = |bytes: u64| bytes as f64 / MIB;
    let describe = |memory: Memory| {
        let Memory { resident, anonymous, peak } = memory;
        format!("{:.0} MiB ({:.0} anonymous, peak {:.0})", mib(resident), mib(anonymous), mib(peak))
    };
    Ok(vec![Row {
        what: "resident memory after load".to_owned(),
        ours: describe(found.ours),
        native: describe(found.native),
        goal: format!("< {GOAL:.0} MiB"),
        met: Some(mib(found.ours.resident) < GOAL),
        figures: json!({"ours": found.ours, "native": found.native}),
        ..Row::default()
    }])
}
