//! Which files are meant: those that `vault up` would use with the same options.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::grants;
use crate::manifest::Manifest;
use crate::runtime_config::RuntimeConfig;

pub struct Place {
    /// The database `default`.
    pub database: PathBuf,
    /// The key-value store `default`, which is only a cache.
    pub cache: PathBuf,
}

impl Place {
    pub fn resolve(manifest: &Path, state_dir: Option<PathBuf>, runtime_config: Option<&Path>) -> Result<Self> {
        let state_dir = match state_dir {
            Some(dir) => dir,
            None => Manifest::load(manifest)?.default_state_dir(),
        };
        let mut config = match runtime_config {
            Some(file) => RuntimeConfig::load(file)?,
            None => RuntimeConfig::default(),
        };
        Ok(Self {
            database: config.databases.remove("default").unwrap_or_else(|| state_dir.join(grants::DATABASE)),
            cache: config.stores.remove("default").unwrap_or_else(|| state_dir.join(grants::STORE)),
        })
    }

    /// That there is something to copy or to check.
    pub fn require_database(&self) -> Result<()> {
        if self.database.exists() {
            return Ok(());
        }
        bail!(
            "there is no database yet at `{}`: `cargo vault up` makes it; `--state-dir` and `--runtime-config-file` choose another place",
            self.database.display()
        )
    }
}
