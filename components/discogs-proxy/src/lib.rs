//! Records looked up at Discogs: the service behind `vinyl:discogs/lookups` (`wit/discogs/discogs.wit` is its manual).
//!
//! | Room | What is in it |
//! |---|---|
//! | `service` | the contract's functions |
//! | `search`, `release`, `price`, `cover` | what is looked up: how it is asked for, and what is made of it |
//! | `matching`, `name`, `barcode`, `row` | which row of a search is the record that is meant |
//! | `lookup` | from the cache, or from Discogs once for all who ask |
//! | `cache` | the key-value store: entries that tell their age |
//! | `upstream`, `fetch`, `budget` | requests to Discogs: within the rate limit, with limits of time and size |
//! | `image`, `covers` | what an image is and where it may come from; our addresses of them |
//! | `store` | all SQL |

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod attribution;
mod barcode;
mod budget;
mod cache;
mod clock;
mod config;
mod cover;
mod covers;
mod error;
mod fetch;
mod image;
mod lookup;
mod matching;
mod name;
mod price;
mod release;
mod row;
mod search;
mod service;
mod store;
mod upstream;
