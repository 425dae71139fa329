//! The services that the gateway calls, as `wit/` describes them.

use send_wrapper::SendWrapper;

pub use crate::bindings::vinyl::{
    auth, chat, collection,
    discogs::{accounts as discogs_accounts, lookups},
    musicbrainz,
    system::{clients, jobs, limits, operations},
};

/// Makes the future of a service call `Send`, as axum requires of handlers.
///
/// The futures of imports hold raw pointers and are not `Send`. A component has one thread, so the wrapper, which
/// would panic on another thread, never does.
pub fn call<F: Future>(future: F) -> SendWrapper<F> {
    SendWrapper::new(future)
}
