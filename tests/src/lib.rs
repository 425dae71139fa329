//! The base of the end-to-end tests: an [`App`] is the shipped components in the embedded host, with a database of its
//! own. A [`Caller`] sends requests to it, anonymously or signed in to an account.
//!
//! The tests run the components that were built last. `cargo vault test` builds them first.

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
