//! The gateway: the only component that speaks HTTP to the outside.
//!
//! A request takes this way, one file each:
//!
//! 1. [`wire`] takes it from WASI to axum, and the answer back; [`edge`] gives it an id, and gives every answer the headers, the log line and the problem body it must have.
//! 2. [`routes`] is the table of what there is.
//! 3. Extractors say what a handler needs: [`schema`] (a usable database), [`identity`] (who is calling), [`headers`],
//!    [`query`], [`body`].
//! 4. A handler ([`health`], [`system`], [`auth`], [`albums`], [`chat`], [`discogs`]) calls a service through [`services`].
//! 5. What goes wrong is a [`problem`]; [`error`] turns the services' errors into one.
//!
//! It holds no SQL and no rule about records or accounts; documents of the collection pass through as bytes.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod album;
mod albums;
mod auth;
mod body;
mod chat;
mod crates;
mod discogs;
mod edge;
mod error;
mod etag;
mod fill;
mod headers;
mod health;
mod history;
mod identity;
mod lookup;
#[cfg(test)]
mod openapi;
mod problem;
mod query;
mod reply;
mod routes;
mod schema;
mod services;
mod streamed;
mod sync;
mod system;
mod trace;
mod transfer;
mod wire;
