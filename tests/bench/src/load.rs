//! The load generator: keep-alive connections that each ask, read the whole answer, check it, and ask again.
//!
//! It is the same for both servers and written for this: prebuilt requests, one buffer a connection, no allocation
//! while measuring. A general HTTP client costs about as much as the yardstick's whole answer to `/api/health`, and on
//! shared cores that would flatter whoever is slower; this one costs about what `wrk` does (`--wrk` lets you compare).

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

/// As `wrk -t2`.
const THREADS: usize = 2;

/// What is asked, by how many at once.
#[derive(Debug, Clone)]
pub struct Load {
    pub address: SocketAddr,
    /// The server's process, whose processor time is counted.
    pub process: u32,
    /// Sent in turn by each connection, each from another place on.
    pub requests: Arc<[Vec<u8>]>,
    pub connections: usize,
    pub length: Length,
}

/// What the length of an answer's body must be; another length is an error, since a wrong answer may be a fast one.
#[derive(Debug, Clone, Copy)]
pub enum Length {
    Exactly(usize),
    /// Version numbers grow by a digit now and then.
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
    /// Sends requests for so long.
    ///
    /// # Errors
    /// If a connection breaks, or an answer is not 200 or not of the right length.
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

    /// A thread's share of the connections, on a runtime of its own: no task ever moves.
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
        // Neighbours begin far from each other, so that they seldom write the same album at once.
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
        length.check(self.length).context("an answer is not what it was before the measurement")
    }
}
