//! What several components need from their host, written once.
//!
//! | Module | What it does |
//! |---|---|
//! | [`variables`] | the variables of `spin.toml` that the gateway handed over, checked |
//! | [`random`] | returns random bytes of the operating system |
//! | [`installation_secret()`] | generates a secret once and keeps it in the database |
//! | [`time`] | clock, sleep, time limits, RFC 3339 |
//! | [`request_id`] | checks and generates request ids |
//! | [`hosts`] | the host names of the installation |
//! | [`entity_tag`] | parses `If-None-Match` and `If-Match` |
//!
//! A component imports only the host interfaces that it calls: the linker removes the rest, so a component that needs
//! no randomness needs no grant for it.
//!
//! [`Error`] has the three cases that every component's own error has. Implement `From<guest::Error>` for it, and `?`
//! converts:
//!
//! ```
//! enum MyError {
//!     Misconfigured(String),
//!     Unavailable(String),
//!     Internal(String),
//! }
//!
//! impl From<guest::Error> for MyError {
//!     fn from(error: guest::Error) -> Self {
//!         match error {
//!             guest::Error::Misconfigured(message) => Self::Misconfigured(message),
//!             guest::Error::Unavailable(message) => Self::Unavailable(message),
//!             guest::Error::Internal(message) => Self::Internal(message),
//!         }
//!     }
//! }
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, reason = "a failed assertion should panic"))]

pub mod entity_tag;
mod error;
pub mod hosts;
mod installation_secret;
pub mod random;
pub mod request_id;
pub mod time;
pub mod variables;

pub use error::{Error, Result};
pub use installation_secret::installation_secret;
