//! Files that appear whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::Result;
use sha2::{Digest, Sha256};

use super::explain;

/// A file in the making, beside where it will be: renaming is atomic only within one file system. Removed unless renamed.
pub struct Partial {
    path: PathBuf,
}

impl Partial {
    /// An empty file that only its owner may read: a database holds password hashes.
    pub fn beside(file: &Path, purpose: &str) -> Result<Self> {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let path = file.with_file_name(format!(".{name}.{purpose}-{}", std::process::id()));
        // A process of this id that was killed may have left one.
        let _ = std::fs::remove_file(&path);
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        made.map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => explain::io(error, file.parent().unwrap_or(file)),
            _ => explain::io(error, file),
        })?;
        Ok(Self { path })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn write(&self, bytes: &[u8]) -> Result<()> {
        let write = || {
            let mut file = OpenOptions::new().write(true).open(&self.path)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(|error| explain::io(error, &self.path))
    }

    /// The content only: `fs::copy` would open it to whoever may read `file`.
    pub fn copy_from(&self, file: &Path) -> Result<()> {
        let mut to = OpenOptions::new().write(true).open(&self.path).map_err(|error| explain::io(error, &self.path))?;
        let copied = File::open(file).and_then(|mut from| std::io::copy(&mut from, &mut to));
        copied.map(drop).map_err(|error| explain::io(error, file))
    }

    pub fn rename(self, to: &Path) -> Result<()> {
        std::fs::rename(&self.path, to).map_err(|error| explain::io(error, to))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm", "-journal"] {
            // After a rename there is none of them.
            let _ = std::fs::remove_file(with_suffix(&self.path, suffix));
        }
    }
}

pub fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The digest in hex, and the size in bytes.
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
        Ok((hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect(), size))
    };
    read().map_err(|error| explain::io(error, path))
}

/// A rename is on the disk once its folder is.
pub fn sync_folder(file: &Path) -> Result<()> {
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| explain::io(error, folder))
}

pub fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
