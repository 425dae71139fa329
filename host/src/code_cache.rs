//! Compiled code on disk: `<key>-<sha256 of the file>.cwasm`.
//!
//! The key holds everything that the code depends on (the parts, how they are composed, the
//! engine); the file's own hash is in its name, so that a truncated or altered file is noticed and
//! compiled again.

use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};
use wasmtime::Engine;
use wasmtime::component::Component;

/// A directory of compiled code; without one, nothing is kept.
pub struct CodeCache {
    dir: Option<PathBuf>,
}

impl CodeCache {
    /// Uses `dir` if it is (or can be made) the user's alone; otherwise says why and keeps nothing.
    pub fn new(dir: &Path) -> Self {
        let dir = match open(dir) {
            Ok(()) => Some(dir.to_owned()),
            Err(error) => {
                tracing::warn!(dir = %dir.display(), error = format!("{error:#}"), "compiled code is not cached");
                None
            }
        };
        Self { dir }
    }

    /// The code kept under the key, if it is whole.
    pub fn load(&self, engine: &Engine, key: &[u8; 32]) -> Option<Component> {
        let path = self.find(key)?;
        match load(engine, &path) {
            Ok(component) => Some(component),
            Err(error) => {
                tracing::warn!(file = %path.display(), error = format!("{error:#}"), "cached code is unusable and compiled again");
                let _ = std::fs::remove_file(&path);
                None
            }
        }
    }

    /// Keeps the code; failing to is no failure of the application.
    pub fn store(&self, component: &Component, key: &[u8; 32]) {
        let Some(dir) = &self.dir else { return };
        if let Err(error) = store(dir, component, key) {
            tracing::warn!(error = format!("{error:#}"), "compiled code could not be cached");
        }
    }

    fn find(&self, key: &[u8; 32]) -> Option<PathBuf> {
        let prefix = format!("{}-", hex(key));
        let entries = std::fs::read_dir(self.dir.as_ref()?).ok()?;
        entries
            .flatten()
            .find(|entry| entry.file_name().to_string_lossy().starts_with(&prefix))
            .map(|entry| entry.path())
    }
}

/// Code from this directory is executed: nobody else may write to it.
fn open(dir: &Path) -> Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).context("could not create the directory")?;
    let found = std::fs::metadata(dir)?;
    ensure!(found.mode() & 0o022 == 0, "others may write to the directory: `chmod go-w` it");
    let probe = dir.join(format!(".probe-{}-{:?}", std::process::id(), std::thread::current().id()));
    let mine = std::fs::OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&probe)
        .and_then(|file| file.metadata())
        .context("the directory is not writable");
    let _ = std::fs::remove_file(&probe);
    ensure!(mine?.uid() == found.uid(), "the directory belongs to another user");
    Ok(())
}

fn load(engine: &Engine, path: &Path) -> Result<Component> {
    let bytes = std::fs::read(path)?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let expected = name.rsplit('-').next().unwrap_or_default();
    ensure!(hex(&Sha256::digest(&bytes)) == expected, "the file has changed");
    drop(bytes);
    // SAFETY: the file was written by this program: its directory is writable by this user alone
    // (`open`), and its contents are those that were hashed when it was written.
    #[allow(unsafe_code)]
    let component = unsafe { Component::deserialize_file(engine, path) }?;
    Ok(component)
}

/// Writes beside and renames, so that a reader sees the whole file or none; entries that the
/// running version no longer asks for are removed.
fn store(dir: &Path, component: &Component, key: &[u8; 32]) -> Result<()> {
    let bytes = component.serialize()?;
    let temporary = dir.join(format!(".new-{}-{:?}", std::process::id(), std::thread::current().id()));
    std::fs::write(&temporary, &bytes)?;
    let name = format!("{}-{}.cwasm", hex(key), hex(&Sha256::digest(&bytes)));
    std::fs::rename(&temporary, dir.join(&name))?;
    prune(dir)
}

/// The newest entries that are kept: a few applications, or versions of one.
const KEPT: usize = 8;

fn prune(dir: &Path) -> Result<()> {
    let mut entries: Vec<_> = std::fs::read_dir(dir)?
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|e| e == "cwasm"))
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    entries.sort();
    entries.reverse();
    for (_, path) in entries.into_iter().skip(KEPT) {
        std::fs::remove_file(path)?;
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A component without anything in it.
    const EMPTY: [u8; 8] = [0, b'a', b's', b'm', 0x0d, 0, 1, 0];

    fn entry(dir: &Path) -> PathBuf {
        let mut entries = std::fs::read_dir(dir).unwrap();
        entries.next().unwrap().unwrap().path()
    }

    #[test]
    fn what_was_stored_is_loaded_and_what_was_altered_is_not() {
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
    fn a_directory_that_others_may_write_to_is_not_used() {
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
