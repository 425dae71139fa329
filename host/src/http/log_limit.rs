//! Log entries about events that a client can cause at will.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// How often such events are logged.
const INTERVAL: Duration = Duration::from_secs(60);

/// Counts events, and logs their number at most once a minute.
pub struct LogLimit {
    message: &'static str,
    count: AtomicU64,
    started: Instant,
    /// When the next entry may be written, in seconds since `started`.
    next: AtomicU64,
}

impl LogLimit {
    pub fn new(message: &'static str) -> Self {
        Self { message, count: AtomicU64::new(0), started: Instant::now(), next: AtomicU64::new(0) }
    }

    pub fn add(&self) {
        self.count.fetch_add(1, Ordering::Relaxed);
        let now = self.started.elapsed().as_secs();
        let next = self.next.load(Ordering::Relaxed);
        let due = now >= next
            && self.next.compare_exchange(next, now + INTERVAL.as_secs(), Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if due {
            let count = self.count.swap(0, Ordering::Relaxed);
            tracing::warn!(count, "{}", self.message);
        }
    }
}
