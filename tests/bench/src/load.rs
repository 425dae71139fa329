//! The load generator: each keep-alive connection sends a request, reads the whole answer, checks it, and sends the
//! next request.
//!
//! It is the same for both servers, and it is fast: requests are prepared, each connection has one buffer, and nothing
//! is allocated while measuring. A general HTTP client costs about as much as the yardstick's whole answer to
//! `/api/health`. On shared cores this would favour the slower server. This generator costs about as much as `wrk`
//! (compare with `--wrk`).

mod chunked;
mod connection;
mod pace;
pub mod request;
mod sample;
mod usage;

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};

pub use self::{
    connection::{Answer, Connection},
    pace::probe,
    sample::Sample,
    usage::{Memory, memory, processor_time},
};

/// The same as `wrk -t2`.
const THREADS: usize = 2;

/// The requests to send, and the number of connections.
#[derive(Debug, Clone)]
pub struct Load {
    pub address: SocketAddr,
    /// The process id of the server, for its processor time.
    pub process: u32,
    /// Each connection sends all of them in turn, beginning at a different one.
    pub requests: Arc<[Vec<u8>]>,
    pub connections: usize,
    pub length: Length,
}

/// The expected length of an answer's body. Another length is an error, because a wrong answer may be a fast one.
#[derive(Debug, Clone, Copy)]
pub enum Length {
    Exactly(usize),
    /// Within 5 %: the answer contains version numbers, which get longer.
    About(usize),
}

impl Length {
    pub fn check(self, length: usize) -> anyhow::Result<()> {
        let fits = match self {
            Self::Exactly(expected) => length == expected,
            Self::About(expected) => length.abs_diff(expected) * 20 <= expected,
        };
        ensure!(fits, "an answer has {length} bytes instead of {self:?}");
        Ok(())
    }
}

impl Load {
    /// Sends requests for this time.
    ///
    /// # Errors
    /// Fails if a connection is closed, or if an answer has another status than 200 or an unexpected length.
    pub async fn run(&self, duration: Duration) -> anyhow::Result<Sample> {
        let until = Instant::now() + duration;
        let before = processor_time(self.process)?;
        let threads: Vec<_> = (0..THREADS.min(self.connections))
            .map(|thread| {
                let load = self.clone();
                tokio::task::spawn_blocking(move || load.run_part(thread, until))
            })
            .collect();
        let begin = Instant::now();
        let mut latencies = Vec::new();
        for thread in threads {
            latencies.append(&mut thread.await??);
        }
        Ok(Sample::new(latencies, begin.elapsed(), processor_time(self.process)?.saturating_sub(before)))
    }

    /// Runs this thread's share of the connections on a separate runtime, so that no task moves between threads.
    fn run_part(&self, thread: usize, until: Instant) -> anyhow::Result<Vec<Duration>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let local = tokio::task::LocalSet::new();
        local.block_on(&runtime, async {
            let share = (thread..self.connections).step_by(THREADS);
            let connections: Vec<_> = share
                .map(|connection| {
                    let load = self.clone();
                    tokio::task::spawn_local(async move { load.run_one(connection, until).await })
                })
                .collect();
            let mut latencies = Vec::new();
            for connection in connections {
                latencies.append(&mut connection.await??);
            }
            Ok(latencies)
        })
    }

    async fn run_one(&self, first: usize, until: Instant) -> anyhow::Result<Vec<Duration>> {
        let mut connection = Connection::open(self.address).await?;
        let mut latencies = Vec::with_capacity(1 << 16);
        // Connections begin far from each other, so that they rarely write the same album at the same time.
        let start = first * self.requests.len() / self.connections;
        let mut begin = Instant::now();
        for request in self.requests.iter().cycle().skip(start) {
            let answer = connection.exchange(request, |_| {}).await?;
            answer.check(self.length)?;
            let end = Instant::now();
            latencies.push(end - begin);
            if end >= until {
                break;
            }
            begin = end;
        }
        Ok(latencies)
    }
}

impl Answer {
    pub fn check(&self, length: Length) -> anyhow::Result<()> {
        ensure!(self.status == 200, "an answer has the status {}", self.status);
        length.check(self.length).context("an answer differs from the one before the measurement")
    }
}
