//! The component `system`: migrations and health of the installation (`wit/system/system.wit` is its contract).

mod error;
mod health;
mod migration;
mod service;
mod store;
