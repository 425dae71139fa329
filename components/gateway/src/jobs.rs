//! Jobs: work that no request waits for. A job is a function over several services, worked off in slices.
//!
//! [`TABLE`] has every kind. The service `system` keeps the jobs and leases their slices, so that no two instances or
//! hosts run the same one; [`runner`] runs those that are due. It is called by `POST /system/jobs/run`, which the
//! embedded host and any scheduler send, or else after the answers of other requests ([`traffic`]).
//!
//! To add a kind, write its slice and add it to the table. The slice
//!
//! - ends at its deadline: it returns `Outcome::Again` with the state for the next one;
//! - is idempotent: if its host is killed, it is repeated with the same state;
//! - gives way to people who wait: it leaves them their share of a budget.
//!
//! A job of an account is started by its handler: `services::jobs::start` or `ensure`, then
//! [`traffic::look_in`].

pub mod enrichment;
pub mod import_discogs;
mod purge;
pub mod runner;
pub mod traffic;

use std::{
    pin::Pin,
    time::{Duration, Instant},
};

use crate::{
    problem::Problem,
    services::jobs::{Report, Slice},
};

/// A kind of job.
pub struct Kind {
    /// The name in the database, which must not change. Not the name of another kind that there ever was.
    name: &'static str,
    /// When a job that has ended begins again, without anyone starting it.
    every: Option<Duration>,
    /// Whether the installation always has one. The other jobs belong to accounts.
    is_standing: bool,
    /// Works until the deadline at most.
    run: fn(Slice, Instant) -> SliceFuture,
}

/// A slice that runs. An error is kept and shown, and the slice is repeated later.
pub type SliceFuture = Pin<Box<dyn Future<Output = Result<Report, Problem>> + Send>>;

const HOUR: Duration = Duration::from_secs(3600);

const TABLE: &[Kind] = &[
    Kind { name: "purge_lookups", every: Some(HOUR), is_standing: true, run: purge::lookups },
    Kind { name: "purge_accounts", every: Some(HOUR), is_standing: true, run: purge::accounts },
    Kind { name: enrichment::KIND, every: None, is_standing: false, run: enrichment::run },
    // Repeats itself every day for an account that follows a collection.
    Kind { name: import_discogs::KIND, every: None, is_standing: false, run: import_discogs::run },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_different_names_that_need_no_escaping() {
        for kind in TABLE {
            assert!(kind.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{}", kind.name);
            assert_eq!(TABLE.iter().filter(|other| other.name == kind.name).count(), 1, "{}", kind.name);
        }
    }
}
