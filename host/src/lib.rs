//! The embedded host of Vinyl Vault.

mod allowed_hosts;
mod bindings;
mod code_cache;
mod compose;
mod database;
mod deny;
mod engine;
mod handler;
mod key_value;
pub mod logs;
pub mod manifest;
mod manifest_reader;
mod outbound;
mod problem;
mod routes;
mod runtime_config;
mod server;
mod session;
mod sqlite;
mod state;
pub mod toolchain;
mod variables;
mod vault;
mod watch;

pub use vault::{Running, Vault, runtime};
