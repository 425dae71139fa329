//! The measurements, one file for each kind.

mod attacks;
mod bulk;
mod chat;
mod discogs;
mod growth;
mod limits;
mod logins;
mod memory;
mod requests;
mod size;
mod soak;
mod start;
mod upstream;

pub use self::attacks::Attack;
use crate::{
    compare::Plan,
    sides::{Servers, Setup},
    table::Row,
};

/// A measurement, named as on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Measure {
    /// GET /api/health, 16 connections
    Health,
    /// GET /api/collection with 100 albums, 16 connections
    List100,
    /// GET /api/collection with 1,000 albums, 16 connections
    List1000,
    /// A sync of 10 changes, answered with 100 albums, 4 connections
    Sync10,
    /// A sync of 5,000 new albums
    Sync5000,
    /// Latency of other requests while 4 connections log in without pause
    Logins,
    /// The time from the start of the process to the first answer
    Start,
    /// The size of each component
    Size,
    /// Resident memory after load
    Memory,
    /// The delay that the assistant adds to its provider, and its throughput
    Chat,
    /// Discogs lookups, with and without the cache
    Discogs,
    /// A page of 100 albums as the database grows (slow: only with `--growth` or `--only growth`)
    Growth,
    /// The same requests with the limits of requests on and off
    Limits,
    /// What attackers from one address do to the memory and to a client at another address (only with `--only attacks`)
    Attacks,
    /// Resident memory under mixed load (only with `--only soak --minutes N`)
    Soak,
}

/// The measurements of a run without options, in the order of the table.
pub const DEFAULT: [Measure; 12] = [
    Measure::Health,
    Measure::List100,
    Measure::List1000,
    Measure::Sync10,
    Measure::Sync5000,
    Measure::Logins,
    Measure::Start,
    Measure::Size,
    Measure::Memory,
    Measure::Chat,
    Measure::Discogs,
    Measure::Limits,
];

/// What every measurement uses.
pub struct Bench<'a> {
    pub setup: &'a Setup,
    pub servers: &'a Servers,
    pub plan: Plan,
    /// The number of albums at which [`Measure::Growth`] ends.
    pub most_albums: u64,
    /// The attacks of [`Measure::Attacks`]; empty: all.
    pub attacks: Vec<Attack>,
    /// The length of [`Measure::Soak`].
    pub minutes: u64,
}

impl Bench<'_> {
    pub async fn run(&self, measure: Measure) -> anyhow::Result<Vec<Row>> {
        match measure {
            Measure::Health => requests::health(self).await,
            Measure::List100 => requests::list(self, 100).await,
            Measure::List1000 => requests::list(self, 1_000).await,
            Measure::Sync10 => requests::sync(self).await,
            Measure::Sync5000 => bulk::sync(self).await,
            Measure::Logins => logins::beside(self).await,
            Measure::Start => start::first_answer(self).await,
            Measure::Size => size::components(self),
            Measure::Memory => memory::after_load(self).await,
            Measure::Chat => chat::beside(self).await,
            Measure::Discogs => discogs::lookups(self).await,
            Measure::Growth => growth::page(self).await,
            Measure::Limits => limits::on_and_off(self).await,
            Measure::Attacks => attacks::each(self).await,
            Measure::Soak => soak::mixed(self).await,
        }
    }
}

/// The value that this share of the values does not exceed.
fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = (share * values.len() as f64).ceil() as usize;
    values.get(place.saturating_sub(1)).copied().unwrap_or_default()
}
