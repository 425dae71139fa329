//! The component `collection`: a collector's albums and crates (`wit/collection/collection.wit` is its contract).
//!
//! `record` says what an album and a crate are, by the kinds of `field`, and finds every fault of one that comes in;
//! `plain_sync` and `device_sync` read the two bodies of a sync; all of them end in a `batch` of operations for the ledger.
//! `export` writes the whole collection as a file, and `import` reads such files, and Discogs', and turns them into a batch, too;
//! `cell` is what both know of a table's cells.
//! `context` reads a question and gathers what an assistant must know to answer it.
//! `store` is the only room with SQL.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod batch;
mod cell;
mod context;
mod crates;
mod device_sync;
mod error;
mod export;
mod field;
mod import;
mod plain_sync;
mod record;
mod service;
mod store;
