//! The cost of counting requests: the same load on two processes, one with limits that are never reached, one without.

use serde_json::json;

use super::Bench;
use crate::{
    api::{Api, page_path},
    compare::compare,
    load::{Load, request},
    process::Process,
    sides::Pair,
    table::{Row, number},
};

const CONNECTIONS: usize = 16;
const GOAL: f64 = 0.97;
const NEVER_REACHED: &str = "1000000000";

pub async fn on_and_off(bench: &Bench<'_>) -> anyhow::Result<Vec<Row>> {
    let limits = [("rate_limit_ip", NEVER_REACHED), ("rate_limit_user", NEVER_REACHED)];
    let on = bench.setup.start_ours_with("limits-on", "code", &limits).await?;
    let off = bench.setup.start_ours_with("limits-off", "code", &[]).await?;
    let mut rows = Vec::new();
    for (what, albums) in [("GET /api/health", None), ("GET /api/collection, 100 albums", Some(100))] {
        let loads = Pair { ours: load(&on, albums).await?, native: load(&off, albums).await? };
        let comparison = compare(&bench.plan, &loads).await?;
        let (on, off) = (&comparison.figures.ours, &comparison.figures.native);
        rows.push(Row {
            what: format!("{what}: limits on ÷ off"),
            ours: format!(
                "on {}/s, off {}/s, CPU {} and {} ms",
                number(on.requests_per_second),
                number(off.requests_per_second),
                number(on.processor_ms),
                number(off.processor_ms)
            ),
            ratio: Some(comparison.ratio),
            goal: format!("≥ {GOAL}"),
            met: Some(comparison.ratio >= GOAL),
            figures: json!({"on": on, "off": off}),
            ..Row::default()
        });
    }
    Ok(rows)
}

/// A load of health checks, or of a list.
async fn load(process: &Process, albums: Option<u64>) -> anyhow::Result<Load> {
    let api = Api::new(process);
    let request = match albums {
        None => request::get("/api/health", None),
        Some(albums) => request::get(&page_path(albums), Some(&api.collector("limits", albums).await?.token)),
    };
    api.load(request, CONNECTIONS).await
}
