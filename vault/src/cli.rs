//! The command line.

mod data;
mod up;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};
use host::manifest::Manifest;

use crate::{cargo, components};

/// Builds, serves and maintains Vinyl Vault on this machine.
#[derive(Parser)]
#[command(
    version,
    after_help = "Examples:
  cargo vault up                              build what changed and serve http://127.0.0.1:3000
  cargo vault up --listen 127.0.0.1:8080      on another port
  cargo vault up -e registration=closed       set a variable of spin.toml; not for secrets, see below
  cargo vault up --stand-ins                  try everything without internet and without keys
  cargo vault test                            build, then run every test
  cargo vault test -- --package tests sync    run only some tests
  cargo vault backup ~/vinyl.db               copy the database, even while it is served

Set variables by SPIN_VARIABLE_NAME in a file `.env` beside spin.toml, or in the environment:
  SPIN_VARIABLE_DISCOGS_TOKEN=…               look up records at Discogs with your own account
Secrets belong there: other users of the machine can read arguments. RUST_LOG=debug logs more."
)]
struct Cli {
    #[command(subcommand)]
    command: Task,
    /// The manifest, or the directory that contains it
    #[arg(long, short, global = true, default_value = "spin.toml", value_name = "PATH")]
    from: PathBuf,
}

#[derive(Subcommand)]
enum Task {
    /// Build what changed, then serve until interrupted
    Up(Box<up::Up>),
    /// Build the components whose sources changed
    Build,
    /// Build, then run the tests of the whole workspace
    Test {
        /// Arguments for `cargo test`
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Copy the database to a file, with a checksum; works while it is served
    Backup(data::Backup),
    /// Verify a backup and replace the database with it; the old database is kept
    Restore(data::Restore),
    /// Check that the database is intact and that its documents agree with its ledger
    Check(data::Check),
    /// Set the password of an account, for its owner who is locked out; works while it is served
    Password(data::Password),
    /// Build, then run the benchmark
    Bench {
        /// Arguments for the benchmark
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

pub fn run() -> Result<()> {
    let cli = Cli::parse();
    match cli.command {
        Task::Up(up) => up.run(cli.from),
        Task::Build => {
            if !components::build(&Manifest::load(&cli.from)?)? {
                eprintln!("All components are up to date.");
            }
            Ok(())
        }
        Task::Test { arguments } => {
            let manifest = Manifest::load(&cli.from)?;
            components::build(&manifest)?;
            cargo::run(&manifest, &["test", "--workspace"], &arguments)
        }
        Task::Bench { arguments } => {
            let manifest = Manifest::load(&cli.from)?;
            components::build(&manifest)?;
            cargo::run(&manifest, &["run", "--quiet", "--package", "bench", "--"], &arguments)
        }
        Task::Backup(backup) => backup.run(&cli.from),
        Task::Restore(restore) => restore.run(&cli.from),
        Task::Check(check) => check.run(&cli.from),
        Task::Password(password) => password.run(&cli.from),
    }
}
