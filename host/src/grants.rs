//! What the manifest gives to a component, opened and resolved.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::database::{Database, Durability};
use crate::key_value;
use crate::manifest::Manifest;
use crate::outbound::Outbound;
use crate::runtime_config::RuntimeConfig;
use crate::state::App;
use crate::variables;

/// The file of the database `default`, in the state directory.
pub const DATABASE: &str = "sqlite_db.db";
/// The file of the key-value store `default`.
pub const STORE: &str = "sqlite_key_value.db";

/// The files behind labels, each opened once.
pub struct Files {
    databases: HashMap<String, PathBuf>,
    stores: HashMap<String, PathBuf>,
    pub opened: HashMap<PathBuf, Arc<Database>>,
    limit: Duration,
}

impl Files {
    pub fn new(state_dir: &Path, config: RuntimeConfig, limit: Duration) -> Self {
        let mut databases = HashMap::from([("default".to_owned(), state_dir.join(DATABASE))]);
        databases.extend(config.databases);
        let mut stores = HashMap::from([("default".to_owned(), state_dir.join(STORE))]);
        stores.extend(config.stores);
        Self { databases, stores, opened: HashMap::new(), limit }
    }

    fn database(&mut self, label: &str) -> Result<Arc<Database>> {
        let Some(path) = self.databases.get(label).cloned() else {
            bail!(
                "the database `{label}` is unknown: only `default` needs no `[sqlite_database.{label}]` in a runtime configuration"
            );
        };
        self.open(path, Durability::Full)
    }

    fn store(&mut self, label: &str) -> Result<Arc<Database>> {
        let Some(path) = self.stores.get(label).cloned() else {
            bail!(
                "the key-value store `{label}` is unknown: only `default` needs no `[key_value_store.{label}]` in a runtime configuration"
            );
        };
        let store = self.open(path, Durability::Cache)?;
        let pooled = store.take()?;
        pooled.connection.execute_batch(key_value::SCHEMA)?;
        store.give_back(pooled);
        Ok(store)
    }

    fn open(&mut self, path: PathBuf, durability: Durability) -> Result<Arc<Database>> {
        if let Some(open) = self.opened.get(&path) {
            return Ok(open.clone());
        }
        let database = Database::open(&path, durability, self.limit)?;
        self.opened.insert(path, database.clone());
        Ok(database)
    }
}

/// Resolves what the manifest gives to a component.
pub fn app(
    manifest: &Manifest,
    name: &str,
    values: &variables::Values,
    files: &mut Files,
    memory_limit: usize,
) -> Result<Arc<App>> {
    let component = manifest.components.get(name).with_context(|| format!("there is no component `{name}`"))?;
    let mut variables = HashMap::new();
    for (key, template) in &component.variables {
        variables.insert(key.clone(), variables::render(template, values)?);
    }
    let mut databases = BTreeMap::new();
    for label in &component.sqlite_databases {
        databases.insert(label.clone(), files.database(label)?);
    }
    let mut stores = BTreeMap::new();
    for label in &component.key_value_stores {
        stores.insert(label.clone(), files.store(label)?);
    }
    let outbound =
        Outbound::new(&component.allowed_outbound_hosts, values).with_context(|| format!("in `[component.{name}]`"))?;
    Ok(Arc::new(App { component: name.to_owned(), variables, databases, stores, outbound, memory_limit }))
}
