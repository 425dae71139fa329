//! One budget for the memory that clients cause: the memories of guests; request bodies, answers, parameters and rows
//! of databases that the host holds.
//!
//! New work is refused from three quarters of the budget on (503), so that work that has begun can end within the rest.
//! A guest that needs more than the whole budget waits for a moment (`engine::state`), and only then fails.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

/// A count of bytes, and its limit.
#[derive(Debug)]
pub struct MemoryBudget {
    used: AtomicUsize,
    limit: usize,
    was_tight: AtomicBool,
}

impl MemoryBudget {
    pub fn new(limit: usize) -> Self {
        Self { used: AtomicUsize::new(0), limit, was_tight: AtomicBool::new(false) }
    }

    /// Whether new work must wait.
    pub fn is_tight(&self) -> bool {
        self.used.load(Ordering::Relaxed) > self.tight()
    }

    fn tight(&self) -> usize {
        self.limit / 4 * 3
    }

    /// The most that the clients of one address may cause the host to hold.
    pub fn share(&self) -> usize {
        self.limit / 4
    }

    pub fn add(&self, bytes: usize) {
        let used = self.used.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if used > self.tight() {
            self.was_tight.store(true, Ordering::Relaxed);
        }
    }

    /// Counts the bytes until the value is dropped.
    pub fn charge(self: &Arc<Self>, bytes: usize) -> Charge {
        self.add(bytes);
        Charge { budget: self.clone(), bytes }
    }

    /// Adds the bytes, unless that exceeds the budget.
    pub fn try_add(&self, bytes: usize) -> bool {
        let fitting = |used: usize| used.checked_add(bytes).filter(|sum| *sum <= self.limit);
        let before = self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fitting);
        if before.is_ok_and(|used| used + bytes > self.tight()) {
            self.was_tight.store(true, Ordering::Relaxed);
        }
        before.is_ok()
    }

    pub fn remove(&self, bytes: usize) {
        let left = self.used.fetch_sub(bytes, Ordering::Relaxed).saturating_sub(bytes);
        if left < self.limit / 2
            && self.was_tight.load(Ordering::Relaxed)
            && self.was_tight.swap(false, Ordering::Relaxed)
        {
            // Takes milliseconds, so not here. Without a thread the memory stays with the allocator.
            let _ = std::thread::Builder::new().name("memory".to_owned()).spawn(release);
        }
    }
}

/// Bytes that are counted until this is dropped.
#[derive(Debug)]
pub struct Charge {
    budget: Arc<MemoryBudget>,
    bytes: usize,
}

impl Charge {
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.budget.remove(self.bytes);
    }
}

/// Makes the allocator return large pieces of memory when they are free, and keep little of the others. By itself, glibc
/// keeps pieces of up to 32 MiB, in a pool for each thread: 16 bodies of 20 MB, one after the other, left 250 MB.
pub fn keep_little() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: `mallopt` takes no pointer.
    #[allow(unsafe_code, reason = "std offers no way to set up the allocator")]
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 4);
        libc::mallopt(libc::M_MMAP_THRESHOLD, 1 << 20);
        libc::mallopt(libc::M_TRIM_THRESHOLD, 4 << 20);
    }
}

/// Returns free memory to the system. The allocator otherwise keeps it until the process ends.
pub fn release() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: `malloc_trim` takes no pointer and is thread-safe.
    #[allow(unsafe_code, reason = "std offers no way to trim the allocator")]
    unsafe {
        libc::malloc_trim(0);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::MemoryBudget;

    #[test]
    fn new_work_waits_before_the_budget_is_used_up() {
        let budget = MemoryBudget::new(100);
        budget.add(75);
        assert!(!budget.is_tight());
        assert!(budget.try_add(25));
        assert!(budget.is_tight());
        assert!(!budget.try_add(1));
        budget.remove(25);
        assert!(!budget.is_tight());
    }

    #[test]
    fn a_charge_is_free_again_when_it_is_dropped() {
        let budget = Arc::new(MemoryBudget::new(100));
        let charges: Vec<_> = (0..4).map(|_| budget.charge(20)).collect();
        assert!(budget.is_tight() && !budget.try_add(21));
        drop(charges);
        assert!(!budget.is_tight() && budget.try_add(100));
    }

    #[test]
    fn threads_that_add_at_once_do_not_exceed_the_budget() {
        let budget = MemoryBudget::new(1_000);
        let added: usize = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..8).map(|_| scope.spawn(|| (0..1_000).filter(|_| budget.try_add(1)).count())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(added, 1_000);
    }
}
