//! The latency of ordinary requests while 4 clients log in without pause, and so keep the server hashing passwords.

use std::time::Duration;

use serde_json::json;

use super::{Bench, requests::collectors};
use crate::{
    api::{credentials, page_path},
    compare::{Figures, figures},
    load::{Length, Load, probe, request},
    sides::{BOTH, Pair, Side},
    table::{Row, number},
};

const LOOPS: usize = 4;
/// Two visitors, each sending 50 requests per second.
const VISITORS: usize = 2;
const EVERY: Duration = Duration::from_millis(20);
const GOAL_MS: f64 = 10.0;
/// The minimum time, so that there are enough requests for a p99.
const LEAST: Duration = Duration::from_secs(5);

pub async fn beside(bench: &Bench<'_>) -> anyhow::Result<Vec<Row>> {
    let accounts = collectors(bench, "visitor", 100).await?;
    let mut rows = Vec::new();
    for (what, path) in [("GET /api/health", "/api/health".to_owned()), ("GET /api/collection, 100", page_path(100))] {
        let mut found: Pair<(Figures, f64)> = Pair::default();
        for side in BOTH {
            let request = request::get(&path, Some(&accounts.of(side).token));
            let visitors = bench.servers.api(side).load(request, VISITORS).await?;
            *found.of_mut(side) = measure(bench, side, &visitors, &accounts.of(side).email).await?;
        }
        rows.push(row(what, &found));
    }
    Ok(rows)
}

/// The figures of the visitors, and the logins per second at the same time.
async fn measure(bench: &Bench<'_>, side: Side, visitors: &Load, email: &str) -> anyhow::Result<(Figures, f64)> {
    let api = bench.servers.api(side);
    let login = request::post("/api/auth/login", None, &credentials(email));
    let mut logins = api.load(login, LOOPS).await?;
    if let Length::Exactly(length) = logins.length {
        logins.length = Length::About(length);
    }
    let duration = LEAST.max(bench.plan.duration * 2);
    let busy = logins.run(duration + Duration::from_secs(1));
    let visits = async {
        // By then, the login loops have started.
        tokio::time::sleep(Duration::from_millis(500)).await;
        probe(visitors, EVERY, duration).await
    };
    let (busy, sample) = tokio::try_join!(busy, visits)?;
    Ok((figures(&[sample]), busy.rate()))
}

fn row(what: &str, found: &Pair<(Figures, f64)>) -> Row {
    let (figures, _) = &found.ours;
    let describe = |(figures, logins): &(Figures, f64)| {
        format!("p50 {} ms, p99 {} ms ({} logins/s)", number(figures.p50_ms), number(figures.p99_ms), number(*logins))
    };
    Row {
        what: format!("{what} beside {LOOPS} login loops"),
        ours: describe(&found.ours),
        native: describe(&found.native),
        goal: format!("p99 < {GOAL_MS:.0} ms"),
        met: Some(figures.p99_ms < GOAL_MS),
        figures: json!({"ours": found.ours, "native": found.native}),
        ..Row::default()
    }
}
