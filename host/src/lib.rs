//! The embedded host of Vinyl Vault: runs `spin.toml` and the components that it names on
//! Wasmtime, as Spin would, on laptops, in tests and in containers where Spin is not.
//!
//! ```no_run
//! # async fn run() -> anyhow::Result<()> {
//! let running = host::Vault::builder("spin.toml")
//!     .listen(([127, 0, 0, 1], 0).into())
//!     .state_dir("/tmp/records")
//!     .start()
//!     .await?;
//! println!("{}", running.url());
//! running.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! # Parts
//!
//! | Files | What |
//! |---|---|
//! | `vault`, `grants` | the builder, starting, stopping; what the manifest gives to a component |
//! | `manifest`, `manifest_rules`, `manifest_reader`, `runtime_config`, `variables` | what is configured, with every fault told at once |
//! | `toolchain`, `watch` | building the components whose sources changed |
//! | `compose`, `deny` | one component of many, and refusals for what is not inherited |
//! | `engine`, `code_cache` | compiling once, mapping ever after |
//! | `server`, `routes`, `problem` | HTTP/1 and HTTP/2, limits, the host's own answers |
//! | `handler`, `state` | instances, and what each carries |
//! | `sqlite`, `session`, `rows`, `database` | `spin:sqlite`: the interface, the statement, its rows, the file |
//! | `backup` | backups, restoring them, and checking the ledger against the documents |
//! | `key_value` | `spin:key-value`, in SQLite |
//! | `outbound`, `allowed_hosts` | `wasi:http/client` to allowed hosts |
//! | `logs` | the host's events, and the lines that guests print |
//!
//! # The path of a request
//!
//! 1. `server` accepts the connection, reads the head, finds the route, waits for a turn, and
//!    replaces the `spin-…` headers by what is true.
//! 2. Wasmtime's `ProxyHandler` gives the request to an instance that has room (16 at a time), or
//!    to a new one that `handler` makes.
//! 3. The gateway calls its services: plain calls within one instance, since all were composed.
//! 4. A service's statement runs where it is if it is a quick read, else on a thread for blocking
//!    work (`session` says why). Its row is copied once, into the guest.
//! 5. The response streams from the guest to the socket.
//!
//! # What bounds it
//!
//! - **Time.** 30 s until the head of a response (504), 10 minutes for its stream; a statement has
//!   30 s as well. A guest that computes yields at every tick of the epoch (0.5 ms), and the host
//!   looks for arrived requests after every task, so that the p99 of another request under four
//!   login loops on two cores stays under 10 ms.
//! - **Memory.** 256 MiB for each linear memory; beyond it an allocation fails in the guest, which
//!   then traps. A trap ends the instance, not the host.
//! - **Requests.** 512 at once, more wait 5 s (503); heads up to 64 kB, within 15 s.
//!
//! # What differs from Spin
//!
//! Keys of the manifest that are not implemented are refused, not ignored. Raw sockets, files and
//! environment variables are given to nobody. Headers that a client forges under Spin's names are
//! removed. Responses leave without Nagle's delay. Connections to SQLite are pooled and in WAL
//! mode; ATTACH is denied for expressions too, which Spin's check lets through.

mod allowed_hosts;
pub mod backup;
mod bindings;
mod code_cache;
mod compose;
mod database;
#[cfg(test)]
mod database_tests;
mod deny;
mod engine;
mod grants;
mod handler;
mod key_value;
pub mod logs;
pub mod manifest;
mod manifest_reader;
mod manifest_rules;
#[cfg(test)]
mod manifest_tests;
mod outbound;
mod problem;
mod routes;
mod rows;
mod runtime_config;
mod server;
mod session;
mod sqlite;
mod state;
pub mod toolchain;
mod variables;
mod vault;
#[cfg(test)]
mod vault_tests;
mod watch;

pub use vault::{Running, Vault, runtime};
