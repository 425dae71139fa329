//! Discogs' API: requests within its rate limit, and the JSON that it answers with.
//!
//! Discogs may leave out any member, so the types have defaults for all that a document can do without.

mod budget;
mod client;
mod marketplace;
mod release;
mod search;
mod user;
mod year;

pub use client::{ApiAnswer, Client};
pub use marketplace::{MarketplaceStats, Price};
pub use release::{Artist, Format, Identifier, Label, Rating, Release, Track};
pub use search::{SearchResults, SearchRow};
pub use upstream::fetch::{HttpError, Response};
pub use user::{Named, Pagination, UserAnswer, UserPage};
pub use year::Year;
