//! The time from the start of the process to its first answer: without compiled code and with an empty database, and
//! with compiled code in the cache (`vault up --code-cache DIR`, by default `target/vault-cache`) and an existing
//! database.

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
        // A cold start takes seconds for compilation; two of them are enough.
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
            goal: goal.map_or_else(String::new, |goal| format!("< {goal:.0} ms")),
            met: goal.map(|goal| time < goal),
            figures: json!({"ours_ms": times}),
            ..Row::default()
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
