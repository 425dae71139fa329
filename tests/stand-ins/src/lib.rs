//! Stand-ins for the services outside: real HTTP servers with the real paths, headers and bodies.
//!
//! Every one has the same shape. It starts on a free port of this machine and ends when it is dropped:
//!
//! ```no_run
//! # async fn example() {
//! use stand_ins::{Discogs, Fault};
//! let discogs = Discogs::start().await;
//! println!("{}", discogs.url());
//! discogs.next(Fault::CutOff);                // the next request fails like this
//! discogs.always(Some(Fault::status(500)));   // and every one after it, until `always(None)`
//! for request in discogs.received() {         // what came in
//!     println!("{} {}?{}", request.method, request.path, request.query);
//! }
//! # }
//! ```
//!
//! | File | What |
//! |---|---|
//! | `server` | what all of them share: listening, the log of requests, faults |
//! | `fault` | what can go wrong on purpose |
//! | `discogs` | Discogs' API and its images |
//! | `language_model` | providers of language models, OpenAI-compatible and Anthropic |
//!
//! The program `stand-ins` starts them all; `cargo vault up --stand-ins` uses it.

pub mod discogs;
mod fault;
pub mod language_model;
mod server;

pub use self::{
    discogs::Discogs,
    fault::Fault,
    language_model::{Format, LanguageModel, Trouble},
    server::{Received, Server},
};
