//! An ordinary visitor beside a load: a steady, modest pace instead of "as fast as answers come".

use std::time::{Duration, Instant};

use super::{Connection, Load, Sample};

/// Asks at a fixed pace on each connection for so long. A request's time runs from when it was due, so that those that
/// wait behind a slow answer count too; only what this thread overslept is left out.
///
/// # Errors
/// As [`Load::run`].
pub async fn probe(load: &Load, every: Duration, duration: Duration) -> anyhow::Result<Sample> {
    let until = Instant::now() + duration;
    let connections: Vec<_> = (0..load.connections)
        .map(|connection| {
            let load = load.clone();
            let offset = every * u32::try_from(connection).unwrap_or_default() / 7;
            tokio::task::spawn_blocking(move || ask(&load, connection, Instant::now() + offset, every, until))
        })
        .collect();
    let mut latencies = Vec::new();
    for connection in connections {
        latencies.append(&mut connection.await??);
    }
    // What the server did meanwhile was not for these requests alone.
    Ok(Sample::new(latencies, duration, Duration::ZERO))
}

fn ask(
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
                // Nothing else runs on this thread, and the runtime's own timer only knows milliseconds.
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
