//! `/api/collection` and `/api/collection/{id}`.

mod bad_input;
mod change;
mod crates;
mod export;
mod import;
mod list;
mod owned;
mod stats;
mod sync;
mod trash;
mod values;
mod wants;
