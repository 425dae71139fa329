//! Stand-ins for the external services: HTTP servers with the same paths, headers and bodies as the real ones.
//!
//! All of them are used in the same way. A stand-in listens on a free port of this machine and stops when it is
//! dropped:
//!
//! ```no_run
//! # async fn example() {
//! use stand_ins::{Discogs, Fault};
//! let discogs = Discogs::start().await;
//! println!("{}", discogs.url());
//! discogs.next(Fault::CutOff);                // the next request fails in this way
//! discogs.at("/images/", Some(Fault::Html));  // so does every request for such a path, until `at("/images/", None)`
//! discogs.always(Some(Fault::status(500)));   // and every other one, until `always(None)`
//! for request in discogs.received() {         // the requests that arrived
//!     println!("{} {}?{}", request.method, request.path, request.query);
//! }
//! # }
//! ```
//!
//! | File | Content |
//! |---|---|
//! | `server` | what all stand-ins share: listening, the log of requests, faults on demand |
//! | `fault` | the faults that a test can ask for |
//! | `paced_body` | bodies that are sent piece by piece |
//! | `discogs` | the API of Discogs, and its images |
//! | `musicbrainz` | the API of MusicBrainz |
//! | `cover_art_archive` | the Cover Art Archive, and the hosts it redirects to |
//! | `language_model` | providers of language models: OpenAI-compatible, and Anthropic |
//!
//! The program `stand-ins` starts all of them; `cargo vault up --stand-ins` runs it.

mod cover_art_archive;
pub mod discogs;
mod fault;
pub mod language_model;
mod musicbrainz;
mod paced_body;
mod server;

pub use self::{
    cover_art_archive::CoverArtArchive,
    discogs::Discogs,
    fault::Fault,
    language_model::{ApiFormat, LanguageModel, StreamFault},
    musicbrainz::MusicBrainz,
    server::{Received, Server},
};
