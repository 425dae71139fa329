//! The proof of the offline sync: real requests to the shipped components, held against a plain model.
//!
//! `SYNC_MODEL_RUNS` (default 500) sets the number of random runs over the lossy link, `SYNC_MODEL_KILLS` (default 100) how
//! often the host is killed, `SYNC_MODEL_SEED` (default 1) what the randomness starts from. A failure names the seed and the
//! smallest run that still fails.

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

/// A number from the environment.
fn setting(name: &str, default: u32) -> u32 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap_or_else(|_| panic!("{name}={value}")))
}

fn seed() -> u32 {
    setting("SYNC_MODEL_SEED", 1)
}

/// Several threads, as the host has.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime")
}
