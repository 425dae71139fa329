//! What components need to fetch from other servers.
//!
//! | Module | What it does |
//! |---|---|
//! | [`fetch`] | one GET request, with limits of time and size, to an allowed origin |
//! | [`origin`] | scheme, host and port of an address |
//! | [`image`] | which addresses of images may be fetched, and which bytes are an image |

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed assertion should panic"))]

pub mod fetch;
pub mod image;
pub mod origin;
