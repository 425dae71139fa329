//! One budget for the memory that clients cause: the memories of guests, request bodies and answers that the host
//! holds.
//!
//! New work is refused from three quarters of the budget on (503), so that work that has begun can end within the rest.
//! Only a guest that grows beyond the whole budget fails.

use std::sync::atomic::{AtomicUsize, Ordering};

/// A count of bytes, and its limit.
#[derive(Debug)]
pub struct MemoryBudget {
    used: AtomicUsize,
    limit: usize,
}

impl MemoryBudget {
    pub fn new(limit: usize) -> Self {
        Self { used: AtomicUsize::new(0), limit }
    }

    /// Whether new work must wait.
    pub fn is_tight(&self) -> bool {
        self.used.load(Ordering::Relaxed) > self.limit / 4 * 3
    }

    /// The most that the clients of one address may cause the host to hold.
    pub fn share(&self) -> usize {
        self.limit / 4
    }

    pub fn add(&self, bytes: usize) {
        self.used.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Adds the bytes, unless that exceeds the budget.
    pub fn try_add(&self, bytes: usize) -> bool {
        let before = self.used.fetch_add(bytes, Ordering::Relaxed);
        let fits = before.saturating_add(bytes) <= self.limit;
        if !fits {
            self.remove(bytes);
        }
        fits
    }

    pub fn remove(&self, bytes: usize) {
        self.used.fetch_sub(bytes, Ordering::Relaxed);
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
