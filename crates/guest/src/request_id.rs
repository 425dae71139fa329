//! Request ids (`x-request-id`): every response has one, so that the logs of client and server can be joined.

use std::{
    collections::hash_map::RandomState,
    hash::BuildHasher as _,
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

const MAX_BYTES: usize = 128;

/// Whether a client's own id may be used: it is written to the log, so it has 1 to 128 of the characters
/// `A-Z a-z 0-9 . _ -`.
pub fn is_safe(id: &[u8]) -> bool {
    (1..=MAX_BYTES).contains(&id.len()) && id.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(byte))
}

/// Returns a new id of 32 hexadecimal digits.
///
/// Ids must differ between requests and instances, but need not be hard to guess. So an id is a keyed hash of a
/// counter: that takes one call for randomness per instance instead of one per request.
pub fn generate() -> String {
    static KEYS: LazyLock<(RandomState, RandomState)> = LazyLock::new(Default::default);
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{:016x}{:016x}", KEYS.0.hash_one(count), KEYS.1.hash_one(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_could_break_a_log_line_is_refused() {
        let longest = "x".repeat(MAX_BYTES);
        for id in ["a.B_c-9", "0", &longest] {
            assert!(is_safe(id.as_bytes()), "{id}");
        }
        let too_long = "x".repeat(MAX_BYTES + 1);
        for id in ["", "a b", "a\"b", "a\nb", "ä", &too_long] {
            assert!(!is_safe(id.as_bytes()), "{id}");
        }
    }

    #[test]
    fn generated_ids_differ_and_are_safe() {
        let (one, other) = (generate(), generate());
        assert_ne!(one, other);
        assert_eq!(one.len(), 32);
        assert!(is_safe(one.as_bytes()));
    }
}
