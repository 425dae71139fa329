//! What is known about a request while it runs, for its lines in the log.

use std::{
    net::IpAddr,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicI64, Ordering},
    },
};

use axum::extract::MatchedPath;
use guest::request_id;
use http::{HeaderMap, HeaderValue};

use crate::reply;

/// Passed along in the request's extensions; `edge` reads it when the response is ready.
#[derive(Clone)]
pub struct Trace(Arc<TraceData>);

struct TraceData {
    id: HeaderValue,
    address: Option<IpAddr>,
    route: OnceLock<MatchedPath>,
    /// 0: no caller was authenticated.
    user: AtomicI64,
    /// The email of a sign-in, which may belong to no account.
    email: OnceLock<String>,
}

impl Trace {
    /// Keeps the client's `x-request-id`, so that its logs and ours can be joined, if the value is safe to log.
    pub fn begin(headers: &HeaderMap, address: Option<IpAddr>) -> Self {
        let id = headers.get("x-request-id").filter(|id| request_id::is_safe(id.as_bytes())).cloned();
        let id = id.unwrap_or_else(|| reply::header_value(request_id::generate()));
        Self(Arc::new(TraceData {
            id,
            address,
            route: OnceLock::new(),
            user: AtomicI64::new(0),
            email: OnceLock::new(),
        }))
    }

    pub fn id(&self) -> &HeaderValue {
        &self.0.id
    }

    pub fn id_str(&self) -> &str {
        self.0.id.to_str().unwrap_or_default()
    }

    /// The client's address, if the host passed one.
    pub fn address(&self) -> Option<IpAddr> {
        self.0.address
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

    pub fn note_email(&self, email: &str) {
        let _ = self.0.email.set(email.to_owned());
    }

    pub fn email(&self) -> Option<&str> {
        self.0.email.get().map(String::as_str)
    }

    pub fn user(&self) -> Option<i64> {
        Some(self.0.user.load(Ordering::Relaxed)).filter(|id| *id != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begin(id: &'static str) -> Trace {
        Trace::begin(
            &HeaderMap::from_iter([(http::HeaderName::from_static("x-request-id"), HeaderValue::from_static(id))]),
            None,
        )
    }

    #[test]
    fn a_safe_id_of_the_client_is_kept() {
        assert_eq!(begin("a.B_c-9").id_str(), "a.B_c-9");
        assert_ne!(begin("a b").id_str(), "a b");
        assert_ne!(begin("").id_str(), "");
        assert_ne!(begin("a\"b").id_str(), "a\"b");
        assert_eq!(begin("").id_str().len(), 32);
    }
}
