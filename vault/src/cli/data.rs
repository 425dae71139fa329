//! `vault backup`, `vault restore`, `vault check`, `vault password`.

use std::{
    io::{self, BufRead as _, IsTerminal as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::database::{self, DatabaseFiles};

/// The options of `up` that choose a database.
#[derive(Args)]
struct DatabaseOptions {
    /// The directory of the databases [default: .spin beside the manifest]
    #[arg(long, value_name = "DIR")]
    state_dir: Option<PathBuf>,
    /// A runtime-config.toml: the paths of databases and key-value stores
    #[arg(long, value_name = "FILE")]
    runtime_config_file: Option<PathBuf>,
}

impl DatabaseOptions {
    fn resolve(self, from: &Path) -> Result<DatabaseFiles> {
        DatabaseFiles::resolve(from, self.state_dir, self.runtime_config_file.as_deref())
    }
}

#[derive(Args)]
#[command(after_help = "Examples:
  cargo vault backup ~/vinyl.db                      also while it is served
  cargo vault backup \"/backups/vinyl-$(date +%F).db\"   from cron, a file a day
  cargo vault backup --force ~/vinyl.db              replace an earlier backup
  sha256sum --check vinyl.db.sha256                  verify a copy elsewhere, in its folder")]
pub struct Backup {
    /// The file to write; its checksum is written to FILE.sha256
    file: PathBuf,
    /// Replace FILE if it exists
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    database: DatabaseOptions,
}

#[derive(Args)]
#[command(after_help = "Examples:
  cargo vault restore ~/vinyl.db                     stop the host first
  cargo vault restore ~/vinyl.db --state-dir /tmp/try
                                                     into an empty directory, to test a backup:
                                                     cargo vault check --state-dir /tmp/try

The old database is kept beside the new one, as sqlite_db.db.before-restore-<UTC time>.")]
pub struct Restore {
    /// A file that `vault backup` made
    file: PathBuf,
    #[command(flatten)]
    database: DatabaseOptions,
}

#[derive(Args)]
#[command(after_help = "Examples:
  cargo vault check                                  also while it is served
  cargo vault check --state-dir /var/lib/vinyl

Works on a copy beside the database, and so temporarily needs about twice its size. Exit code 1: a check failed.")]
pub struct Check {
    #[command(flatten)]
    database: DatabaseOptions,
}

#[derive(Args)]
#[command(after_help = "Examples:
  cargo vault password ada@example.org               asks for the new password, without showing it
  cargo vault password ada@example.org < file        reads it from the first line of a file

Ends all sessions of the account, and forgets the wrong guesses at it. A host that serves meanwhile refuses the old
sessions within 10 seconds. Works on a SQLite file of this machine, not on a libSQL server.")]
pub struct Password {
    /// The email address of the account
    email: String,
    #[command(flatten)]
    database: DatabaseOptions,
}

impl Backup {
    pub fn run(self, from: &Path) -> Result<()> {
        database::backup(&self.database.resolve(from)?, &self.file, self.force)
    }
}

impl Restore {
    pub fn run(self, from: &Path) -> Result<()> {
        database::restore(&self.database.resolve(from)?, &self.file)
    }
}

impl Check {
    /// Ends the process with code 1 if a check failed; the faults have been printed.
    pub fn run(self, from: &Path) -> Result<()> {
        if !database::check(&self.database.resolve(from)?)? {
            std::process::exit(1);
        }
        Ok(())
    }
}

impl Password {
    pub fn run(self, from: &Path) -> Result<()> {
        let files = self.database.resolve(from)?;
        files.require_database()?;
        database::set_password(&files, &self.email, &read_password()?)
    }
}

/// Asks twice on a terminal; else reads the first line of the standard input.
fn read_password() -> Result<String> {
    let mut input = io::stdin().lock();
    if !input.is_terminal() {
        let mut line = String::new();
        input.read_line(&mut line).context("the standard input has no password in UTF-8")?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    drop(input);
    let password = rpassword::prompt_password("New password: ")?;
    if rpassword::prompt_password("The same again: ")? != password {
        bail!("the two passwords differ: nothing was changed");
    }
    Ok(password)
}
