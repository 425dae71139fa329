//! A client at another address: a health check and a list of 100 albums in turn, ten requests a second.

use std::{
    fmt,
    time::{Duration, Instant},
};

use tokio::time::{sleep, timeout};

use super::{BYSTANDER, tally::Tally};
use crate::{
    api::{Api, page_path},
    load::{Connection, request},
    measure::quantile,
    table::number,
};

/// Fewer than the limit of an account, 600 a minute.
const EVERY: Duration = Duration::from_millis(120);
/// Longer than a person waits.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug, serde::Serialize)]
pub struct Bystander {
    ends: Tally,
    p50_ms: f64,
    p99_ms: f64,
}

impl Bystander {
    /// Sends requests until then, on a runtime of its own. Opens a new connection after each failure.
    pub fn watch(api: Api, token: &str, until: Instant) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let requests = [request::get("/api/health", Some(token)), request::get(&page_path(100), Some(token))];
            let (mut ends, mut latencies, mut connection) = (Tally::default(), Vec::new(), None);
            for request in requests.iter().cycle() {
                if Instant::now() >= until {
                    break;
                }
                let begin = Instant::now();
                match timeout(PATIENCE, exchange(api, &mut connection, request)).await {
                    Ok(Ok(status)) => ends.count(status.to_string()),
                    Ok(Err(_)) => (ends.count("closed"), connection = None).1,
                    Err(_) => (ends.count("no answer"), connection = None).1,
                }
                latencies.push(begin.elapsed().as_secs_f64() * 1_000.0);
                sleep(EVERY.saturating_sub(begin.elapsed())).await;
            }
            let (p50_ms, p99_ms) = (quantile(&mut latencies, 0.5), quantile(&mut latencies, 0.99));
            Ok(Self { ends, p50_ms, p99_ms })
        })
    }

    /// Whether every request was answered with 200.
    pub fn is_served(&self) -> bool {
        self.ends.iter().all(|(end, _)| end == "200")
    }
}

async fn exchange(api: Api, connection: &mut Option<Connection>, request: &[u8]) -> anyhow::Result<u16> {
    let open = match connection.take() {
        Some(open) => connection.insert(open),
        None => connection.insert(Connection::open_from(BYSTANDER, api.address).await?),
    };
    Ok(open.exchange(request, |_| {}).await?.status)
}

impl fmt::Display for Bystander {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, p50 {} ms, p99 {} ms", self.ends, number(self.p50_ms), number(self.p99_ms))
    }
}
