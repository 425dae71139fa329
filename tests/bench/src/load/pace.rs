//! Requests at a fixed rate, as of ordinary visitors, to measure latency while a load runs.

use std::time::{Duration, Instant};

use super::{Connection, Load, Sample};

/// Sends requests at a fixed rate on each connection for this time. The latency of a request is counted from the moment
/// at which it was due, so that it includes the time spent waiting for a slow answer before it. Only the time by which
/// this thread overslept is left out.
///
/// # Errors
/// The same as [`Load::run`].
pub async fn probe(load: &Load, every: Duration, duration: Duration) -> anyhow::Result<Sample> {
    let until = Instant::now() + duration;
    let connections: Vec<_> = (0..load.connections)
        .map(|connection| {
            let load = load.clone();
            let offset = every * u32::try_from(connection).unwrap_or_default() / 7;
            tokio::task::spawn_blocking(move || send_at_rate(&load, connection, Instant::now() + offset, every, until))
        })
        .collect();
    let mut latencies = Vec::new();
    for connection in connections {
        latencies.append(&mut connection.await??);
    }
    // The processor time is unknown: the server also worked for the load.
    Ok(Sample::new(latencies, duration, Duration::ZERO))
}

fn send_at_rate(
    load: &Load,
    connection: usize,
    mut due: Instant,
    every: Duration,
    until: Instant,
) -> anyhow::Result<Vec<Duration>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut stream = Connection::open(load.address).await?;
        let mut latencies = Vec::new();
        while due < until {
            let mut begin = due;
            if let Some(wait) = due.checked_duration_since(Instant::now()) {
                // Blocking is fine, because nothing else runs on this thread. Timers of the runtime are accurate only
                // to a millisecond.
                std::thread::sleep(wait);
                begin = Instant::now();
            }
            let request = &load.requests[(connection + latencies.len()) % load.requests.len()];
            stream.exchange(request, |_| {}).await?.check(load.length)?;
            latencies.push(begin.elapsed());
            due += every;
        }
        Ok(latencies)
    })
}
