//! The services' contracts, as `wit/` says, and the way to call them.

use send_wrapper::SendWrapper;

mod bindings {
    #![allow(clippy::all, reason = "generated")]
    wit_bindgen::generate!({
        path: ["../../wit/auth", "../../wit/chat", "../../wit/collection", "../../wit/discogs", "../../wit/system", "../../wit/gateway"],
        world: "vinyl:gateway/gateway",
        generate_all,
    });
}

pub use bindings::vinyl::{auth, chat, collection, discogs::lookups, system::operations};

/// Makes the future of a service call one that axum takes.
///
/// axum wants handlers that may move between threads; the futures of imports hold raw pointers and may not. There is
/// one thread in here: the wrapper only says so, and would panic if it were otherwise.
pub fn call<F: Future>(future: F) -> SendWrapper<F> {
    SendWrapper::new(future)
}
