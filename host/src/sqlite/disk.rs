//! The reserve of the disk: while less is free, nothing is written, so that reads, logs and a clean stop still work.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Instant,
};

/// How long a measurement counts, in milliseconds.
const INTERVAL: u64 = 1_000;

/// The free space of the file system that holds a database.
pub struct DiskReserve {
    folder: PathBuf,
    bytes: u64,
    started: Instant,
    /// When the next measurement is due, in milliseconds since `started`.
    due: AtomicU64,
    is_short: AtomicBool,
}

impl DiskReserve {
    pub fn new(folder: PathBuf, bytes: u64) -> Self {
        Self { folder, bytes, started: Instant::now(), due: AtomicU64::new(0), is_short: AtomicBool::new(false) }
    }

    /// Whether less than the reserve is free. May wait for the file system, at most once a second.
    pub fn is_short(&self) -> bool {
        let now = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let due = self.due.load(Ordering::Relaxed);
        let measure = self.bytes > 0
            && now >= due
            && self.due.compare_exchange(due, now + INTERVAL, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if !measure {
            return self.is_short.load(Ordering::Relaxed);
        }
        // If the file system does not say how much is free, SQLite reports when it is full.
        let free = rustix::fs::statvfs(&self.folder).map_or(u64::MAX, |fs| fs.f_bavail.saturating_mul(fs.f_frsize));
        let is_short = free < self.bytes;
        if self.is_short.swap(is_short, Ordering::Relaxed) != is_short {
            let (folder, reserve) = (self.folder.display(), self.bytes);
            match is_short {
                true => tracing::error!(%folder, free, reserve, "the disk is nearly full: nothing is written"),
                false => tracing::info!(%folder, free, reserve, "the disk has space again"),
            }
        }
        is_short
    }
}
