//! MusicBrainz' API.

mod client;
mod release;
mod search;
mod url;

pub use client::Client;
pub use release::{LabelInfo, Medium, Release, Track, join_artists, year};
pub use search::{Query, SearchRow};
