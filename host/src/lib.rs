//! An embedded host for Spin manifests: runs `spin.toml` and the components that it names on Wasmtime, as Spin would,
//! on laptops, in tests and in containers without Spin.
//!
//! ```no_run
//! # async fn run() -> anyhow::Result<()> {
//! let running = host::Application::builder("spin.toml")
//!     .listen(([127, 0, 0, 1], 0).into())
//!     .state_dir("/tmp/state")
//!     .start()
//!     .await?;
//! println!("{}", running.url());
//! running.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! The library prints nothing. Its own events go to `tracing`; only the lines that guests print are written to standard
//! error (`guest_output`). It knows no table, route or name of the application that it runs.
//!
//! # Parts
//!
//! Each part imports only from the parts above it.
//!
//! | Module | Contents |
//! |---|---|
//! | [`manifest`] | `spin.toml`, `runtime-config.toml`; the values of variables and the templates that use them |
//! | `guest_output` | the lines that guests print |
//! | `variables` | `spin:variables` |
//! | `sqlite` | `spin:sqlite`: the interface, sessions, rows, the database file and its lock |
//! | `key_value` | `spin:key-value`, kept in SQLite |
//! | `outbound` | `wasi:http/client`, limited to the hosts that the manifest allows |
//! | `engine` | composing, compiling and caching a component; refusing what it does not inherit; its instances |
//! | `http` | HTTP/1 and HTTP/2: connections, limits, routes, the answers of the host itself |
//! | `application` | the builder; resolving grants; starting and stopping |
//!
//! # The path of a request
//!
//! 1. `http` accepts the connection, reads the head, finds the route, waits until the request may start, and replaces
//!    the `spin-…` headers of the client with the true values.
//! 2. Wasmtime's `ProxyHandler` passes the request to an instance with capacity (16 requests at a time), or to a new
//!    instance that `engine::instances` creates.
//! 3. The component calls its dependencies: plain calls within one instance, since all were composed into one.
//! 4. A statement runs on the current thread if it is a quick read, else on a thread for blocking work
//!    (`sqlite::session` explains why). Each row is copied once, into the guest.
//! 5. The response streams from the guest to the socket.
//!
//! # Limits
//!
//! - **Time.** 30 s until the head of a response (504), 10 minutes for its stream, 30 s for a statement. A guest that
//!   computes yields at every tick of the epoch (0.5 ms), and the runtime looks for new requests after every task. The
//!   p99 of other requests during four login loops on two cores therefore stays below 10 ms.
//! - **Memory.** 256 MiB for each linear memory. Beyond it an allocation fails in the guest, which then traps. A trap
//!   ends the instance, not the host.
//! - **Requests.** 512 at once; more wait up to 5 s (503). A head has at most 64 kB and must arrive within 15 s.
//!
//! # Differences from Spin
//!
//! Manifest keys that are not implemented are refused, not ignored. No component gets raw sockets, files or environment
//! variables. Headers that a client sends under Spin's names are removed. Sockets have TCP_NODELAY. Connections to
//! SQLite are pooled and in WAL mode. ATTACH is denied also where its argument is an expression, which Spin's check
//! allows.

mod application;
mod engine;
mod guest_output;
mod http;
mod key_value;
pub mod manifest;
mod outbound;
mod sqlite;
mod variables;

pub use application::{Application, Running, StatePaths, runtime};
pub use sqlite::DatabaseLock;
