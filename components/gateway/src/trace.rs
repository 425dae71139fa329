//! What is known of a request while it runs, for its log line.

use std::{
    collections::hash_map::RandomState,
    fmt::Write as _,
    hash::BuildHasher as _,
    sync::{
        Arc, LazyLock, OnceLock,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use axum::extract::MatchedPath;
use http::{HeaderMap, HeaderValue};

/// Travels in the request's extensions; the edge reads it when the answer is there.
#[derive(Clone)]
pub struct Trace(Arc<Notes>);

struct Notes {
    id: HeaderValue,
    route: OnceLock<MatchedPath>,
    user: AtomicI64,
}

impl Trace {
    /// Takes over the caller's `x-request-id`, so that its logs and ours can be joined, if it is safe to log.
    pub fn begin(headers: &HeaderMap) -> Self {
        let id = headers.get("x-request-id").filter(|id| is_safe(id.as_bytes())).cloned().unwrap_or_else(fresh_id);
        Self(Arc::new(Notes { id, route: OnceLock::new(), user: AtomicI64::new(0) }))
    }

    pub fn id(&self) -> &HeaderValue {
        &self.0.id
    }

    pub fn id_str(&self) -> &str {
        self.0.id.to_str().unwrap_or_default()
    }

    pub fn note_route(&self, route: MatchedPath) {
        let _ = self.0.route.set(route);
    }

    pub fn route(&self) -> Option<&str> {
        self.0.route.get().map(MatchedPath::as_str)
    }

    pub fn note_user(&self, id: i64) {
        self.0.user.store(id, Ordering::Relaxed);
    }

    pub fn user(&self) -> Option<i64> {
        Some(self.0.user.load(Ordering::Relaxed)).filter(|id| *id != 0)
    }
}

fn is_safe(id: &[u8]) -> bool {
    (1..=128).contains(&id.len()) && id.iter().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(b))
}

/// 128 bits that differ between requests and instances. They need not be hard to guess, so a keyed hash of a counter
/// will do: one call for randomness per instance instead of one per request.
fn fresh_id() -> HeaderValue {
    static KEYS: LazyLock<(RandomState, RandomState)> = LazyLock::new(Default::default);
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut id = String::with_capacity(32);
    let _ = write!(id, "{:016x}{:016x}", KEYS.0.hash_one(count), KEYS.1.hash_one(count));
    HeaderValue::from_maybe_shared(bytes::Bytes::from(id)).unwrap_or(HeaderValue::from_static("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begin(id: &'static str) -> Trace {
        Trace::begin(&HeaderMap::from_iter([(
            http::HeaderName::from_static("x-request-id"),
            HeaderValue::from_static(id),
        )]))
    }

    #[test]
    fn a_callers_id_is_kept_if_it_is_safe() {
        assert_eq!(begin("a.B_c-9").id_str(), "a.B_c-9");
        assert_ne!(begin("a b").id_str(), "a b");
        assert_ne!(begin("").id_str(), "");
        assert_ne!(begin("a\"b").id_str(), "a\"b");
    }

    #[test]
    fn fresh_ids_differ() {
        let (one, two) = (fresh_id(), fresh_id());
        assert_ne!(one, two);
        assert!(is_safe(one.as_bytes()));
        assert_eq!(one.len(), 32);
    }
}
