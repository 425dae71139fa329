//! What the end-to-end tests stand on: an [`App`] (the real components in the embedded host, with a database of its own) and
//! [`Caller`]s of it (anonymous, or signed in as somebody).
//!
//! `cargo vault test` builds the components first; the tests run what it built.

mod answer;
mod app;
mod caller;
mod chat_stream;
mod device;
mod process;
pub mod records;

pub use self::{
    answer::Answer,
    app::{App, repository, vault_binary},
    caller::{Caller, PASSWORD},
    chat_stream::ChatStream,
    device::{Device, fresh_uid},
    process::Process,
};
