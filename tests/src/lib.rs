//! What the end-to-end tests stand on: an [`App`] (the real components in the embedded host, with a database of its own) and
//! [`Caller`]s of it (anonymous, or signed in as somebody).
//!
//! `cargo vault test` builds the components first; the tests run what it built.

mod answer;
mod app;
mod caller;
mod device;
mod process;
pub mod records;
mod spoken;

pub use answer::Answer;
pub use app::{App, repository, vault_binary};
pub use caller::{Caller, PASSWORD};
pub use device::{Device, fresh_uid};
pub use process::Process;
pub use spoken::Spoken;
