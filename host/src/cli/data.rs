//! `vault backup`, `vault restore`, `vault check`.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use host::backup::{self, Place};

/// Which database: the options of `up` that choose it.
#[derive(Args)]
struct Where {
    /// Where the databases are kept [default: .spin beside the manifest]
    #[arg(long, value_name = "DIR")]
    state_dir: Option<PathBuf>,
    /// A runtime-config.toml: where databases and stores are kept
    #[arg(long, value_name = "FILE")]
    runtime_config_file: Option<PathBuf>,
}

impl Where {
    fn resolve(self, from: &Path) -> Result<Place> {
        Place::resolve(from, self.state_dir, self.runtime_config_file.as_deref())
    }
}

#[derive(Args)]
#[command(after_help = "Examples:
  cargo vault backup ~/vinyl.db                      while it is served or not
  cargo vault backup \"/backups/vinyl-$(date +%F).db\"   from cron, a file a day
  cargo vault backup --force ~/vinyl.db              replace an earlier backup
  sha256sum --check vinyl.db.sha256                  verify a copy elsewhere, in its folder")]
pub struct Backup {
    /// The file to make; its checksum goes to FILE.sha256
    file: PathBuf,
    /// Replace FILE if it exists
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    place: Where,
}

#[derive(Args)]
#[command(after_help = "Examples:
  cargo vault restore ~/vinyl.db                     stop the host first
  cargo vault restore ~/vinyl.db --state-dir /tmp/try
                                                     into an empty place, to prove a backup:
                                                     cargo vault check --state-dir /tmp/try

The database that is replaced is kept beside the new one, as sqlite_db.db.before-restore-<UTC time>.")]
pub struct Restore {
    /// A file that `vault backup` made
    file: PathBuf,
    #[command(flatten)]
    place: Where,
}

#[derive(Args)]
#[command(after_help = "Examples:
  cargo vault check                                  while it is served or not
  cargo vault check --state-dir /var/lib/vinyl

Works on a copy beside the database, so it needs about twice its size for a while. Exit code 1: something is wrong.")]
pub struct Check {
    #[command(flatten)]
    place: Where,
}

impl Backup {
    pub fn run(self, from: &Path) -> Result<()> {
        backup::backup(&self.place.resolve(from)?, &self.file, self.force)
    }
}

impl Restore {
    pub fn run(self, from: &Path) -> Result<()> {
        backup::restore(&self.place.resolve(from)?, &self.file)
    }
}

impl Check {
    /// Ends the process with code 1 if something is wrong: what, is printed already.
    pub fn run(self, from: &Path) -> Result<()> {
        if !backup::check(&self.place.resolve(from)?)? {
            std::process::exit(1);
        }
        Ok(())
    }
}
