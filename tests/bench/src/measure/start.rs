//! From the start of the process to its first answer: with nothing compiled, and with the compiled code in the cache
//! (`vault up --code-cache DIR`; by default `target/vault-cache`). The database is new each time the first is measured
//! and exists when the second is.

use serde_json::json;

use super::Bench;
use crate::{
    compare::median,
    table::{Row, number},
};

const GOAL_MS: f64 = 100.0;

pub async fn first_answer(bench: &Bench<'_>) -> anyhow::Result<Vec<Row>> {
    let (mut cold, mut warm) = (Vec::new(), Vec::new());
    for round in 0..bench.plan.rounds {
        let (state, code) = (format!("start{round}"), format!("code{round}"));
        // A cold start is seconds of compilation: twice tells enough.
        if round < 2 {
            cold.push(start(bench, &state, &code).await?);
        }
        warm.push(start(bench, "start0", "code0").await?);
    }
    let mut native = Vec::new();
    for _ in 0..bench.plan.rounds {
        native.push(milliseconds(&bench.setup.start_native("start").await?));
    }
    let native = format!("{} ms", number(median(native)));
    let row = |what: &str, times: &[f64], goal: Option<f64>| {
        let time = median(times.to_vec());
        Row {
            what: format!("start to the first answer, {what}"),
            ours: format!("{} ms", number(time)),
            native: native.clone(),
            ratio: None,
            goal: goal.map_or_else(String::new, |goal| format!("< {goal:.0} ms")),
            met: goal.map(|goal| time < goal),
            figures: json!({"ours_ms": times}),
        }
    };
    Ok(vec![row("nothing compiled yet", &cold, None), row("compiled code cached", &warm, Some(GOAL_MS))])
}

async fn start(bench: &Bench<'_>, state: &str, code: &str) -> anyhow::Result<f64> {
    Ok(milliseconds(&bench.setup.start_ours(state, code).await?))
}

fn milliseconds(process: &crate::process::Process) -> f64 {
    process.first_answer.as_secs_f64() * 1_000.0
}
