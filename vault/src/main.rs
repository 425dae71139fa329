//! The `vault` command: builds, serves, tests, measures, backs up and checks Vinyl Vault. See `vault --help`.
//!
//! `host` runs the manifest and knows nothing of the application; this crate knows its components, its tables and its
//! tests.
//!
//! | Module | Contents |
//! |---|---|
//! | `logging` | how events are written |
//! | `cargo` | running cargo |
//! | `components` | building the components whose sources changed |
//! | `stand_ins` | the servers that replace Discogs and the language models |
//! | `database` | backups, restoring them, and comparing the ledger with the documents |
//! | `cli` | the command line |

mod cargo;
mod cli;
mod components;
mod database;
mod logging;
mod stand_ins;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Printed without a backtrace, even if the environment asks for one: the messages are for users.
            eprintln!("Error: {error}");
            for cause in error.chain().skip(1) {
                eprintln!("  because {cause}");
            }
            ExitCode::FAILURE
        }
    }
}
