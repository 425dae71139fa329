//! Which processes use a database: each host holds a shared lock on `<database>.lock` while it runs; a program that
//! replaces the database holds it exclusively.
//!
//! The lock is the kernel's (`flock`): it ends with its process, however that ends. The file has no content. It is
//! never removed, since two processes could then hold locks on two files of one name.

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::private_files::private_file;

/// The lock of a database; dropping it releases it.
#[derive(Debug)]
pub struct DatabaseLock {
    _file: File,
}

impl DatabaseLock {
    /// The lock of a host; any number of hosts may use one database.
    pub fn shared(database: &Path) -> Result<Self> {
        let file = open(database)?;
        match file.try_lock_shared() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                bail!("another program is replacing `{}`: start again when that has ended", database.display())
            }
            // Some network file systems have no such locks. Serving does not depend on them.
            Err(TryLockError::Error(error)) => {
                tracing::warn!(%error, "the database is served without a lock: a restore will not notice this host");
            }
        }
        Ok(Self { _file: file })
    }

    /// The lock of a program that replaces the database. Fails while a host uses it.
    pub fn exclusive(database: &Path) -> Result<Self> {
        let file = open(database)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => {
                bail!("a host serves `{}`: stop it first (Ctrl-C or SIGTERM), nothing was changed", database.display())
            }
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("could not lock `{}`", database.display()))
            }
        }
    }
}

fn open(database: &Path) -> Result<File> {
    let mut path = database.as_os_str().to_owned();
    path.push(".lock");
    let path = PathBuf::from(path);
    private_file()
        .open(&path)
        .with_context(|| format!("could not open `{}`: check the permissions of its folder", path.display()))
}
