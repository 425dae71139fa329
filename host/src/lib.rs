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
//! | `private_files` | files that only their owner may read |
//! | `limits`, `memory`, `descriptors` | what clients may take: of time and places, of memory, of file descriptors |
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
//! 1. `http` accepts the connection, reads the head, finds the route, replaces the `spin-…` headers of the client with
//!    the true values, reads the body (of a large one, the first MiB), and waits until the request may start.
//! 2. Wasmtime's `ProxyHandler` passes the request to an instance with capacity (16 requests at a time), or to a new
//!    instance that `engine::instances` creates.
//! 3. The component calls its dependencies: plain calls within one instance, since all were composed into one.
//! 4. A statement runs on the current thread if it is a quick read, else on a thread for blocking work
//!    (`sqlite::session` explains why). Each row is copied once, into the guest.
//! 5. The response streams from the guest to the socket. If the client reads more slowly than the guest writes, the
//!    host holds up to 8 MiB of it, so that the guest can end.
//!
//! # Limits
//!
//! All are options of [`Application`]; those of connections are in [`ConnectionLimits`].
//!
//! - **Time.** 10 s until the first byte of a connection, 15 s for the head of a request. A body may pause for 10 s
//!   at first and for 30 s later, and must else arrive at 1 KiB a second, in 5 minutes (408). 30 s until the head of a response (504), 10 minutes
//!   for its stream, 30 s without progress until a client that does not read is disconnected. 75 s without a request. 30
//!   s for a statement. A guest that computes yields at every tick of the epoch (0.5 ms), and the runtime looks for new
//!   requests after every task. The p99 of other requests during four login loops on two cores therefore stays below 10
//!   ms.
//! - **Memory.** 320 MiB for the memories of guests and for the bodies and answers that the host holds; from three
//!   quarters on, new requests wait up to 5 s (503). 256 MiB for each linear memory. Beyond either an allocation fails
//!   in the guest, which then traps. A trap ends the instance, not the host.
//! - **Requests.** 512 at once; more wait up to 5 s (503). Bodies of more than 1 MiB wait until those in work have
//!   at most 24 MiB together. A head has at most 64 kB.
//! - **Addresses.** 512 connections or unfinished requests of one address (an IPv6 network of 64 bits), 32 requests that
//!   guests handle, one with a large body, a quarter of the memory. Proxies in `trusted_proxies` are exempt.
//! - **Connections.** 10,000, or fewer if the process may open fewer files; some descriptors are kept for the databases.
//!   The fuller the host is, the fewer connections an address may have. More are refused with 503.
//! - **Disk.** While less than 64 MiB are free, statements that write fail with `database-full`; reads go on.
//!
//! # Differences from Spin
//!
//! Manifest keys that are not implemented are refused, not ignored. No component gets raw sockets, files or environment
//! variables. Headers that a client sends under Spin's names are removed. Sockets have TCP_NODELAY. Connections to
//! SQLite are pooled and in WAL mode. ATTACH is denied also where its argument is an expression, which Spin's check
//! allows.

mod application;
mod descriptors;
mod engine;
mod guest_output;
mod http;
mod key_value;
mod limits;
pub mod manifest;
mod memory;
mod outbound;
mod private_files;
mod sqlite;
mod variables;

pub use application::{Application, Running, StatePaths, runtime};
pub use limits::ConnectionLimits;
pub use private_files::create_private_dir;
pub use sqlite::DatabaseLock;
