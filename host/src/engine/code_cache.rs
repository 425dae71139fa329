//! Compiled code on disk: `<key>-<sha256 of the file>.cwasm`.
//!
//! The key is a hash of everything that the code depends on: the parts, how they are composed, the engine. The hash of
//! the file is in its name, so that a truncated or changed file is detected and compiled again.

use std::{
    fs::DirBuilder,
    io::Write,
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;
use wasmtime::{Engine, component::Component};

/// The number of newest entries that are kept: a few applications, or versions of one.
const MAX_ENTRIES: usize = 8;

/// A directory of compiled code; without one, nothing is cached.
pub struct CodeCache {
    dir: Option<PathBuf>,
}

impl CodeCache {
    /// Creates `dir` if it does not exist. If other users may write to it, logs a warning and caches nothing.
    pub fn new(dir: &Path) -> Self {
        let dir = match create_private(dir) {
            Ok(()) => Some(dir.to_owned()),
            Err(error) => {
                tracing::warn!(dir = %dir.display(), error = format!("{error:#}"), "compiled code is not cached");
                None
            }
        };
        Self { dir }
    }

    /// Returns the code of the key, if its file is unchanged.
    pub fn load(&self, engine: &Engine, key: &[u8; 32]) -> Option<Component> {
        let path = self.find(key)?;
        match load(engine, &path) {
            Ok(component) => Some(component),
            Err(error) => {
                let (file, error) = (path.display(), format!("{error:#}"));
                tracing::warn!(%file, error, "cached code cannot be used and is compiled again");
                let _ = std::fs::remove_file(&path);
                None
            }
        }
    }

    /// Stores the code. An error is logged only: the application runs without a cache.
    pub fn store(&self, component: &Component, key: &[u8; 32]) {
        let Some(dir) = &self.dir else { return };
        if let Err(error) = store(dir, component, key) {
            tracing::warn!(error = format!("{error:#}"), "compiled code could not be cached");
        }
    }

    fn find(&self, key: &[u8; 32]) -> Option<PathBuf> {
        let prefix = format!("{}-", hex::encode(key));
        let entries = std::fs::read_dir(self.dir.as_ref()?).ok()?;
        entries
            .flatten()
            .find(|entry| entry.file_name().to_string_lossy().starts_with(&prefix))
            .map(|entry| entry.path())
    }
}

/// Code from this directory is executed, so no other user may write to it.
fn create_private(dir: &Path) -> Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir).context("could not create the directory")?;
    let found = std::fs::metadata(dir)?;
    ensure!(found.mode() & 0o022 == 0, "others may write to the directory: `chmod go-w` it");
    let probe = tempfile::tempfile_in(dir).and_then(|file| file.metadata()).context("the directory is not writable")?;
    ensure!(probe.uid() == found.uid(), "the directory belongs to another user");
    Ok(())
}

fn load(engine: &Engine, path: &Path) -> Result<Component> {
    let bytes = std::fs::read(path)?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let expected = name.rsplit('-').next().unwrap_or_default();
    ensure!(hex::encode(Sha256::digest(&bytes)) == expected, "the file has changed");
    drop(bytes);
    // SAFETY: this program wrote the file: only this user may write to its directory (`create_private`), and its
    // content has the hash that was computed when it was written.
    #[allow(unsafe_code, reason = "loading compiled code is unsafe by nature")]
    let component = unsafe { Component::deserialize_file(engine, path) }?;
    Ok(component)
}

/// Writes a temporary file and renames it, so that a reader finds the whole file or none. Removes the oldest entries.
fn store(dir: &Path, component: &Component, key: &[u8; 32]) -> Result<()> {
    let bytes = component.serialize()?;
    let mut file = NamedTempFile::new_in(dir)?;
    file.write_all(&bytes)?;
    let name = format!("{}-{}.cwasm", hex::encode(key), hex::encode(Sha256::digest(&bytes)));
    file.persist(dir.join(&name))?;
    prune(dir)
}

fn prune(dir: &Path) -> Result<()> {
    let mut entries: Vec<_> = std::fs::read_dir(dir)?
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|e| e == "cwasm"))
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    entries.sort();
    entries.reverse();
    for (_, path) in entries.into_iter().skip(MAX_ENTRIES) {
        std::fs::remove_file(path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A component without content.
    const EMPTY: [u8; 8] = [0, b'a', b's', b'm', 0x0d, 0, 1, 0];

    fn entry(dir: &Path) -> PathBuf {
        let mut entries = std::fs::read_dir(dir).unwrap();
        entries.next().unwrap().unwrap().path()
    }

    #[test]
    fn stored_code_is_loaded_and_changed_code_is_not() {
        let engine = crate::engine::engine().unwrap();
        let component = Component::new(engine, EMPTY).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("cache");
        let cache = CodeCache::new(&dir);
        assert!(cache.load(engine, &[1; 32]).is_none());
        cache.store(&component, &[1; 32]);
        assert!(cache.load(engine, &[1; 32]).is_some());
        assert!(cache.load(engine, &[2; 32]).is_none());

        let mut bytes = std::fs::read(entry(&dir)).unwrap();
        bytes.truncate(bytes.len() / 2);
        std::fs::write(entry(&dir), bytes).unwrap();
        assert!(cache.load(engine, &[1; 32]).is_none());
        assert_eq!(std::fs::read_dir(&dir).unwrap().count(), 0);
    }

    #[test]
    fn a_directory_that_other_users_may_write_to_is_not_used() {
        let engine = crate::engine::engine().unwrap();
        let component = Component::new(engine, EMPTY).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let open = std::fs::Permissions::from_mode(0o777);
        std::fs::set_permissions(dir.path(), open).unwrap();
        let cache = CodeCache::new(dir.path());
        cache.store(&component, &[1; 32]);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
