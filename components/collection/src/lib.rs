//! The component `collection`: a collector's albums (`wit/collection/collection.wit` is its contract).
//!
//! `album` says what an album is and finds every fault of one that comes in; `changes` turns what a caller wants into
//! operations for the ledger; `store` is the only room with SQL.

mod album;
mod changes;
mod error;
mod field;
mod service;
mod store;
