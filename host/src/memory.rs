//! One budget for the memory that clients cause: the memories of guests, request bodies and answers that the host
//! holds.
//!
//! New work is refused from three quarters of the budget on (503), so that work that has begun can end within the rest.
//! A guest that needs more than the whole budget waits for a moment (`engine::state`), and only then fails.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

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

    /// Adds the bytes, unless that exceeds the budget.
    pub fn try_add(&self, bytes: usize) -> bool {
        let fits = self.used.load(Ordering::Relaxed).saturating_add(bytes) <= self.limit;
        if fits {
            self.add(bytes);
        }
        fits
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
}
