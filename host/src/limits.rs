//! What one client, and all clients together, may take of the host.

use std::time::Duration;

/// The limits of connections, requests and answers. The defaults suit an installation on the open internet, with or
/// without a proxy in front.
#[derive(Debug, Clone)]
pub struct ConnectionLimits {
    /// From the connection until its first byte.
    pub first_byte: Duration,
    /// From the first byte of a request until the end of its head. HTTP/2: until the first request.
    pub head: Duration,
    /// How long a client may send nothing of a body at first. What arrives earns more, up to three times as much.
    pub body_grace: Duration,
    /// The least rate of a body, in bytes per second.
    pub body_rate: u64,
    /// How long the host waits for a body at most, however steadily it arrives.
    pub body: Duration,
    /// How long an answer may make no progress because the client does not read. Progress is a piece of 64 KiB.
    pub write: Duration,
    /// How long a connection may be open without a request. Pings are not requests.
    pub idle: Duration,
    /// Connections at once; fewer if the process may not open that many files.
    pub connections: usize,
    /// Connections of one address, and its unfinished requests. An IPv6 network of 64 bits counts as one address.
    pub connections_per_address: usize,
    /// Requests of one address that guests handle at once; more wait, and get 503 after 5 s.
    pub requests_per_address: usize,
    /// Requests of one HTTP/2 connection at once.
    pub streams: u32,
    /// The part of a body that the host holds in memory until all of it has arrived, in bytes. Most bodies are smaller;
    /// the rest of a larger one waits in a file. 0: guests get bodies as they arrive and without limits, as on Spin.
    pub body_buffer: usize,
    /// The maximum size of a body, in bytes.
    pub body_bytes: u64,
    /// Bodies at once that wait in files.
    pub uploads: usize,
    /// Those of one address.
    pub uploads_per_address: usize,
    /// The bytes of bodies over 1 MiB that guests process at once. A guest takes about eight times as much memory.
    pub large_bodies: u64,
    /// The part of an answer that the host holds for a client that reads slowly, in bytes, so that the guest can end.
    pub answer_buffer: usize,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            first_byte: Duration::from_secs(10),
            head: Duration::from_secs(15),
            body_grace: Duration::from_secs(10),
            body_rate: 1024,
            body: Duration::from_secs(300),
            write: Duration::from_secs(30),
            idle: Duration::from_secs(75),
            connections: 10_000,
            connections_per_address: 512,
            requests_per_address: 32,
            streams: 100,
            body_buffer: 64 << 10,
            body_bytes: 32 << 20,
            uploads: 64,
            uploads_per_address: 16,
            large_bodies: 24 << 20,
            answer_buffer: 8 << 20,
        }
    }
}

impl ConnectionLimits {
    /// How often a connection is checked: an eighth of the shortest limit, at most every second.
    pub(crate) fn tick(&self) -> Duration {
        let shortest = self.first_byte.min(self.head).min(self.write).min(self.idle);
        (shortest / 8).clamp(Duration::from_millis(5), Duration::from_secs(1))
    }
}
