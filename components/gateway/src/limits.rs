//! The limits of requests per minute, which the service `system` counts.

use std::net::IpAddr;

use http::{HeaderName, header};
use spin_sdk::wasip3::wit_bindgen;

use crate::{
    error,
    log::{self, Account},
    problem::{Code, Problem},
    services::limits::{self as service, Refusal, Subject, Verdict},
    trace::Trace,
};

/// How often a request exchanges counts with other instances before it is served without being counted. An exchange
/// admits at least one of the at most 16 requests that an instance has at a time.
const EXCHANGES: usize = 20;

/// A request without a valid token is counted by its address; one that the host gave no address, not at all.
pub fn subject(trace: &Trace, path: &str) -> Option<Subject> {
    match (trace.user(), trace.address().map(network)) {
        (Some(user), _) => Some(Subject::Account(user)),
        (None, Some(network)) if path.starts_with("/cache/") => Some(Subject::Covers(network)),
        (None, Some(network)) => Some(Subject::Address(network)),
        (None, None) => None,
    }
}

/// Counts a request. Fails with `rate_limited` if it is one too many.
pub async fn admit(subject: Subject, trace: &Trace) -> Result<(), Problem> {
    for _ in 0..EXCHANGES {
        match service::admit(subject) {
            Verdict::Admitted(is_flush_due) => {
                if is_flush_due {
                    wit_bindgen::spawn(service::flush());
                }
                return Ok(());
            }
            Verdict::Refused(refusal) => {
                if refusal.is_first {
                    log::security("rate_limited", trace, trace.user().map_or(Account::Unknown, Account::Id));
                }
                return Err(refused(refusal));
            }
            Verdict::Stale => service::refresh(subject).await,
            Verdict::Misconfigured(cause) => return Err(error::misconfigured().with_cause(cause)),
        }
    }
    Ok(())
}

fn refused(Refusal { limit, retry_after, .. }: Refusal) -> Problem {
    const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
    const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
    const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");
    Problem::new(Code::RateLimited, "Too many requests; please wait.")
        .with_header(header::RETRY_AFTER, retry_after.into())
        .with_header(LIMIT, limit.into())
        .with_header(REMAINING, 0.into())
        .with_header(RESET, retry_after.into())
}

/// An IPv4 address, or the first 64 bits of an IPv6 address: a provider gives a client that many addresses at least.
fn network(address: IpAddr) -> u64 {
    match address {
        IpAddr::V4(address) => address.to_bits().into(),
        IpAddr::V6(address) => u64::try_from(address.to_bits() >> 64).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_addresses_of_one_ipv6_network_are_one_client() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
