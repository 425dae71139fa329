//! Every answer of the application has `x-request-id`; these have it, too.

use std::borrow::Cow;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// The caller's, if it is safe to log; else a fresh one, as the gateway makes it.
pub fn of(asked: &str) -> Cow<'static, str> {
    static KEYS: LazyLock<(RandomState, RandomState)> = LazyLock::new(Default::default);
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let is_safe = (1..=128).contains(&asked.len())
        && asked.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    if is_safe {
        return asked.to_owned().into();
    }
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{:016x}{:016x}", KEYS.0.hash_one(count), KEYS.1.hash_one(count)).into()
}
