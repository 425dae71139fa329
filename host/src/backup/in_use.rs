//! Who uses a database: every host holds a shared lock on `<database>.lock` for its life, a restore takes it alone.
//!
//! The lock is the kernel's (`flock`): it goes with its process, however that ends, and the file itself says nothing. It is
//! never removed, since two processes could then hold locks on two files of one name.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use anyhow::{Result, bail};

use super::explain;
use super::files::with_suffix;

/// Held for as long as the database is used.
#[derive(Debug)]
pub struct InUse {
    _lock: File,
}

/// Announces a host; any number may serve one database.
pub fn serve(database: &Path) -> Result<InUse> {
    let lock = open(database)?;
    match lock.try_lock_shared() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            bail!("`{}` is being restored: start again when `vault restore` has ended", database.display())
        }
        // Some network file systems have no such locks; serving does not depend on them.
        Err(TryLockError::Error(error)) => tracing::warn!(%error, "`vault restore` will not notice this host"),
    }
    Ok(InUse { _lock: lock })
}

/// Keeps hosts away for as long as the answer lives.
pub fn alone(database: &Path) -> Result<InUse> {
    let lock = open(database)?;
    match lock.try_lock() {
        Ok(()) => Ok(InUse { _lock: lock }),
        Err(TryLockError::WouldBlock) => {
            bail!("a host serves `{}`: stop it first (Ctrl-C or SIGTERM), nothing was changed", database.display())
        }
        Err(TryLockError::Error(error)) => Err(explain::io(error, database)),
    }
}

fn open(database: &Path) -> Result<File> {
    let path = with_suffix(database, ".lock");
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
    opened.map_err(|error| explain::io(error, &path))
}
