//! Model-based tests of the synchronisation: random operations of several devices are sent to the shipped components,
//! and the results are compared with a simple reference implementation.
//!
//! Environment variables: `SYNC_MODEL_RUNS` (default 500) is the number of random runs over the lossy link,
//! `SYNC_MODEL_KILLS` (default 100) the number of times that the host is killed, and `SYNC_MODEL_SEED` (default 1) the
//! seed of the random numbers. A failure prints the seed and the smallest run that still fails.

mod client;
mod invariants;
mod kill;
mod ledger;
mod link;
mod lossy_link;
mod operation;
mod reference;
mod run;
mod two_hosts;

/// The number in an environment variable, or a default.
fn setting(name: &str, default: u32) -> u32 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap_or_else(|_| panic!("{name}={value}")))
}

fn seed() -> u32 {
    setting("SYNC_MODEL_SEED", 1)
}

/// A runtime with several threads, as in the host.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime")
}
