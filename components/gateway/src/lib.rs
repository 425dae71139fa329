//! The gateway: the only component that speaks HTTP to clients.
//!
//! A request passes through these modules:
//!
//! 1. [`wasi`] converts the request for axum, and the response for WASI. [`edge`] gives each request a [`trace`] and
//!    each response its common headers, the body of its problem and a line in the [`log`]. The first request of an
//!    instance hands the services their variables ([`configuration`]). A request for another host, or beyond the
//!    [`limits`], is refused here.
//! 2. [`routes`] has the table of all routes; the handlers are in `routes/`, one file per noun.
//! 3. [`extract`]: the arguments of a handler are what it needs from the request: the caller, a usable database,
//!    parameters, conditions, a body.
//! 4. The handler calls a service ([`services`]) and makes a response with [`reply`], [`etag`] or [`stream`].
//! 5. An error is a [`problem`]; [`error`] converts the services' errors.
//!
//! [`security`] names the responses that are security events. [`jobs`] has the work that no request waits for.
//!
//! The gateway has no SQL and no rule about records or accounts. Documents of the collection pass through as bytes.
//!
//! Tests make the OpenAPI document (`openapi`) from the table, the arguments of the handlers and their doc comments;
//! `schema` describes the documents that pass through. To add a route, write a handler with `#[operation(…)]` (see
//! `macros/`), add it to the table, and run `BLESS=1 cargo test -p gateway`.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "a failed assertion should panic"
    )
)]

mod configuration;
mod edge;
mod error;
mod etag;
mod extract;
mod jobs;
mod limits;
mod log;
#[cfg(test)]
mod openapi;
mod problem;
mod reply;
mod routes;
#[cfg(test)]
mod schema;
mod security;
mod services;
mod stream;
mod trace;
mod wasi;

mod bindings {
    #![allow(clippy::all, reason = "generated")]
    wit_bindgen::generate!({
        path: [
            "../../wit/auth",
            "../../wit/chat",
            "../../wit/collection",
            "../../wit/discogs",
            "../../wit/musicbrainz",
            "../../wit/system",
            "../../wit/gateway",
        ],
        world: "vinyl:gateway/gateway",
        generate_all,
    });
}
