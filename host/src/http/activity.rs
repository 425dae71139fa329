//! What a connection does, and when it does too little.
//!
//! The parts of a connection only count; a check at every tick compares the counts with those of the last one. So a
//! request costs no timer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use super::addresses::Address;
use crate::{limits::ConnectionLimits, memory::MemoryBudget};

/// The limits are shorter by this factor while memory is short.
const WHEN_TIGHT: u32 = 6;

/// The counts of a connection.
pub struct Activity {
    pub memory: Arc<MemoryBudget>,
    /// `None`: a proxy.
    pub address: Option<Arc<Address>>,
    /// Requests whose answer has not ended.
    unfinished: AtomicUsize,
    /// Requests since the connection began.
    requests: AtomicU64,
    /// Whether bytes have arrived that belong to no request yet.
    receiving: AtomicBool,
    /// Whether the socket takes no more bytes.
    blocked: AtomicBool,
    /// Bytes that the socket has taken.
    written: AtomicU64,
    /// Pieces of answers that the client has not taken yet, and those that it has taken.
    waiting_pieces: AtomicUsize,
    taken_pieces: AtomicU64,
    /// Whether the connection is ended without sending what the client did not read.
    pub discard: AtomicBool,
}

/// Why a connection is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overdue {
    Head,
    Idle,
    /// The client does not read.
    Write,
}

impl Activity {
    pub fn new(memory: Arc<MemoryBudget>, address: Option<Arc<Address>>) -> Self {
        Self {
            memory,
            address,
            unfinished: AtomicUsize::new(0),
            requests: AtomicU64::new(0),
            receiving: AtomicBool::new(true),
            blocked: AtomicBool::new(false),
            written: AtomicU64::new(0),
            waiting_pieces: AtomicUsize::new(0),
            taken_pieces: AtomicU64::new(0),
            discard: AtomicBool::new(false),
        }
    }

    pub fn has_requests(&self) -> bool {
        self.unfinished.load(Relaxed) > 0
    }

    /// The number of requests since the connection began.
    pub fn requests(&self) -> u64 {
        self.requests.load(Relaxed)
    }

    /// Bytes arrived.
    pub fn received(&self) {
        self.receiving.store(true, Relaxed);
    }

    /// The socket took bytes, or none.
    pub fn wrote(&self, bytes: Option<usize>) {
        match bytes {
            Some(bytes) => {
                self.written.fetch_add(bytes as u64, Relaxed);
                self.blocked.store(false, Relaxed);
            }
            None => self.blocked.store(true, Relaxed),
        }
    }

    /// Counts a request until the guard is dropped; `None` if the address has too many.
    pub fn begin(self: &Arc<Self>, most: usize) -> Option<Unfinished> {
        if let Some(address) = &self.address {
            let before = address.unfinished.fetch_add(1, Relaxed);
            if before >= most || address.held.load(Relaxed) > self.memory.share() {
                address.unfinished.fetch_sub(1, Relaxed);
                return None;
            }
        }
        self.unfinished.fetch_add(1, Relaxed);
        self.requests.fetch_add(1, Relaxed);
        self.receiving.store(false, Relaxed);
        Some(Unfinished(self.clone()))
    }

    /// Completes when the connection is overdue.
    pub async fn overdue(&self, limits: &ConnectionLimits, http2: bool) -> Overdue {
        let tick = limits.tick();
        let started = Instant::now();
        let mut waiting = Since::new((0, true), started);
        let mut blocked = Since::new(None, started);
        let mut unread = Since::new(None, started);
        loop {
            tokio::time::sleep(tick).await;
            let now = Instant::now();
            let requests = self.requests.load(Relaxed);
            if self.has_requests() {
                // No request has this number, so the time begins at the end of this one.
                waiting.update((u64::MAX, false), now);
            } else {
                let receiving = !http2 && self.receiving.load(Relaxed);
                let (limit, overdue) = match (requests, receiving) {
                    (_, true) | (0, _) => (limits.head, Overdue::Head),
                    _ => (limits.idle, Overdue::Idle),
                };
                if waiting.update((requests, receiving), now) >= limit {
                    return overdue;
                }
            }
            let write = match self.memory.is_tight() {
                true => limits.write / WHEN_TIGHT,
                false => limits.write,
            };
            let is_blocked = self.blocked.load(Relaxed);
            let sent = blocked.update(is_blocked.then(|| self.written.load(Relaxed)), now);
            let is_unread = self.waiting_pieces.load(Relaxed) > 0;
            let taken = unread.update(is_unread.then(|| self.taken_pieces.load(Relaxed)), now);
            if (is_blocked && sent >= write) || (is_unread && taken >= write) {
                return Overdue::Write;
            }
        }
    }
}

/// A value, and since when it is unchanged.
struct Since<T> {
    value: T,
    at: Instant,
}

impl<T: PartialEq> Since<T> {
    fn new(value: T, at: Instant) -> Self {
        Self { value, at }
    }

    /// Returns how long the value has been unchanged.
    fn update(&mut self, value: T, now: Instant) -> Duration {
        if self.value != value {
            *self = Self { value, at: now };
        }
        now - self.at
    }
}

/// A request whose answer has not ended.
pub struct Unfinished(Arc<Activity>);

impl Drop for Unfinished {
    fn drop(&mut self) {
        self.0.unfinished.fetch_sub(1, Relaxed);
        if let Some(address) = &self.0.address {
            address.unfinished.fetch_sub(1, Relaxed);
        }
    }
}

/// Bytes that the host holds for a client.
pub struct Held {
    activity: Arc<Activity>,
    bytes: usize,
}

impl Held {
    pub fn new(activity: &Arc<Activity>, bytes: usize) -> Self {
        let mut held = Self { activity: activity.clone(), bytes: 0 };
        held.add(bytes);
        held
    }

    pub fn add(&mut self, bytes: usize) {
        self.bytes += bytes;
        self.activity.memory.add(bytes);
        if let Some(address) = &self.activity.address {
            address.held.fetch_add(bytes, Relaxed);
        }
    }

    /// Whether this address, or all, hold too much.
    pub fn is_too_much(&self) -> bool {
        let memory = &self.activity.memory;
        memory.is_tight()
            || self.activity.address.as_ref().is_some_and(|address| address.held.load(Relaxed) > memory.share())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.activity.memory.remove(self.bytes);
        if let Some(address) = &self.activity.address {
            address.held.fetch_sub(self.bytes, Relaxed);
        }
    }
}

/// A piece of an answer, held until the client has taken it.
pub struct HeldPiece(Held);

impl HeldPiece {
    pub fn new(activity: &Arc<Activity>, bytes: usize) -> Self {
        activity.waiting_pieces.fetch_add(1, Relaxed);
        Self(Held::new(activity, bytes))
    }
}

impl Drop for HeldPiece {
    fn drop(&mut self) {
        self.0.activity.taken_pieces.fetch_add(1, Relaxed);
        self.0.activity.waiting_pieces.fetch_sub(1, Relaxed);
    }
}
