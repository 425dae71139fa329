//! The files of a database, and files that are written atomically.

use std::{
    fs::File,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use host::{
    StatePaths,
    manifest::{Manifest, RuntimeConfig},
};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::errors;

const LOCAL_ONLY: &str = "this command works on a SQLite file of this machine, not on a libSQL server";

/// The files that `vault up` uses with the same options.
pub struct DatabaseFiles {
    /// The database `default`.
    pub database: PathBuf,
    /// The key-value store `default`, which holds only cached answers.
    pub cache: PathBuf,
}

impl DatabaseFiles {
    pub fn resolve(manifest: &Path, state_dir: Option<PathBuf>, runtime_config: Option<&Path>) -> Result<Self> {
        let state_dir = match state_dir {
            Some(dir) => dir,
            None => Manifest::load(manifest)?.default_state_dir(),
        };
        let config = match runtime_config {
            Some(file) => RuntimeConfig::load(file).context(LOCAL_ONLY)?,
            None => RuntimeConfig::default(),
        };
        let paths = StatePaths::new(&state_dir, config);
        let database = paths.database("default").context("the database `default` has no path")?;
        let cache = paths.store("default").context("the key-value store `default` has no path")?;
        Ok(Self { database: database.to_owned(), cache: cache.to_owned() })
    }

    /// Fails if there is no database to copy or to check.
    pub fn require_database(&self) -> Result<()> {
        if self.database.exists() {
            return Ok(());
        }
        bail!(
            "there is no database yet at `{}`: `cargo vault up` creates it; `--state-dir` and `--runtime-config-file` \
             choose another; {LOCAL_ONLY}",
            self.database.display()
        )
    }
}

/// A temporary file beside its destination, since renaming is atomic only within a file system. Only its owner can read
/// it: a database contains password hashes. Removed, with SQLite's files beside it, unless it is renamed.
pub struct PartialFile {
    /// `None` once renamed.
    file: Option<NamedTempFile>,
    path: PathBuf,
}

impl PartialFile {
    /// Creates an empty file in the folder of `destination`.
    pub fn beside(destination: &Path, purpose: &str) -> Result<Self> {
        let name = destination.file_name().unwrap_or_default().to_string_lossy();
        let folder = folder_of(destination);
        let created = tempfile::Builder::new().prefix(&format!(".{name}.{purpose}-")).tempfile_in(folder);
        let file = created.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => errors::explain_io(error, folder),
            _ => errors::explain_io(error, destination),
        })?;
        let path = file.path().to_owned();
        Ok(Self { file: Some(file), path })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the whole content, and waits until it is on the disk.
    pub fn write(&mut self, mut content: impl Read) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            io::copy(&mut content, file)?;
            file.flush()?;
            file.as_file().sync_all()?;
        }
        Ok(())
    }

    /// Replaces `destination` with this file.
    pub fn rename(mut self, destination: &Path) -> Result<()> {
        match self.file.take().map(|file| file.persist(destination)) {
            Some(Err(failed)) => {
                let error = errors::explain_io(failed.error, destination);
                self.file = Some(failed.file);
                Err(error)
            }
            _ => Ok(()),
        }
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        for suffix in ["-wal", "-shm", "-journal"] {
            // Usually there is none.
            let _ = std::fs::remove_file(with_suffix(&self.path, suffix));
        }
    }
}

pub fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The file with the checksum of a backup.
pub fn checksum_file(backup: &Path) -> PathBuf {
    with_suffix(backup, ".sha256")
}

/// Returns the digest in hex, and the size in bytes.
pub fn sha256(path: &Path) -> Result<(String, u64)> {
    let read = || {
        let (mut file, mut hash, mut size) = (File::open(path)?, Sha256::new(), 0);
        let mut buffer = vec![0; 1 << 20];
        loop {
            let count = file.read(&mut buffer)?;
            let Some(read) = buffer.get(..count).filter(|read| !read.is_empty()) else { break };
            hash.update(read);
            size += count as u64;
        }
        Ok((hex::encode(hash.finalize()), size))
    };
    read().map_err(|error| errors::explain_io(error, path))
}

/// Waits until the renaming of `file` is on the disk.
pub fn sync_folder(file: &Path) -> Result<()> {
    let folder = folder_of(file);
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| errors::explain_io(error, folder))
}

fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

pub fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
