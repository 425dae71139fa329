//! `vault backup`, `vault restore`, `vault check`, `vault password`.
//!
//! Each of the first three works on a snapshot that SQLite's backup API takes, so that a host may serve meanwhile. Only
//! a restore needs the database exclusively; [`host::DatabaseLock`] ensures that.
//!
//! | Module | Contents |
//! |---|---|
//! | `errors` | what an error of a file or of SQLite means, and its remedy |
//! | `files` | which files; writing a file atomically; checksums |
//! | `snapshot` | a consistent copy of a database in use |
//! | `schema` | whether a file is an intact database of this application |
//! | `replay` | the ledger compared with the documents |

mod backup;
mod check;
mod errors;
mod files;
mod password;
mod replay;
mod restore;
mod schema;
mod snapshot;

pub use self::{backup::backup, check::check, files::DatabaseFiles, password::set_password, restore::restore};
