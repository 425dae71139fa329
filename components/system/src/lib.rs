//! The component `system`: migrations and health of the installation (`wit/system/system.wit` is its contract).

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod error;
mod health;
mod migration;
mod service;
mod store;
