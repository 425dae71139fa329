//! The files of databases and key-value stores, by label.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::manifest::RuntimeConfig;

/// The label that needs no entry in a runtime configuration.
const DEFAULT: &str = "default";
/// Spin's file names for `default`, so that both hosts use the same files.
const DATABASE_FILE: &str = "sqlite_db.db";
const STORE_FILE: &str = "sqlite_key_value.db";

/// Where an application's databases and key-value stores are kept.
#[derive(Debug)]
pub struct StatePaths {
    databases: BTreeMap<String, PathBuf>,
    stores: BTreeMap<String, PathBuf>,
}

impl StatePaths {
    /// The state directory holds `default`; the runtime configuration overrides it and adds others.
    pub fn new(state_dir: &Path, config: RuntimeConfig) -> Self {
        let mut databases = BTreeMap::from([(DEFAULT.to_owned(), state_dir.join(DATABASE_FILE))]);
        databases.extend(config.databases);
        let mut stores = BTreeMap::from([(DEFAULT.to_owned(), state_dir.join(STORE_FILE))]);
        stores.extend(config.stores);
        Self { databases, stores }
    }

    pub fn database(&self, label: &str) -> Option<&Path> {
        self.databases.get(label).map(PathBuf::as_path)
    }

    pub fn store(&self, label: &str) -> Option<&Path> {
        self.stores.get(label).map(PathBuf::as_path)
    }
}
