//! Resolves what the manifest grants to a component: opens files, fills in templates.

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result};

use super::StatePaths;
use crate::{
    engine::Grants,
    key_value,
    manifest::{Manifest, VariableValues, template},
    memory::MemoryBudget,
    outbound::Outbound,
    sqlite::{Database, Durability},
};

/// The files that are open, each once.
pub struct OpenFiles {
    paths: StatePaths,
    opened: HashMap<PathBuf, Arc<Database>>,
    statement_limit: Duration,
    disk_reserve: u64,
    memory: Arc<MemoryBudget>,
}

impl OpenFiles {
    pub fn new(paths: StatePaths, statement_limit: Duration, disk_reserve: u64, memory: &Arc<MemoryBudget>) -> Self {
        Self { paths, opened: HashMap::new(), statement_limit, disk_reserve, memory: memory.clone() }
    }

    /// All files of the databases.
    pub fn paths(&self) -> impl Iterator<Item = PathBuf> {
        self.opened.values().flat_map(|database| database.files())
    }

    pub fn into_databases(self) -> Vec<Arc<Database>> {
        self.opened.into_values().collect()
    }

    fn database(&mut self, label: &str) -> Result<Arc<Database>> {
        let path = self.paths.database(label).with_context(|| {
            format!(
                "the database `{label}` is unknown: each one but `default` needs a section `[sqlite_database.{label}]` \
                 in a runtime configuration"
            )
        })?;
        self.open(path.to_owned(), Durability::Full)
    }

    fn store(&mut self, label: &str) -> Result<Arc<Database>> {
        let path = self.paths.store(label).with_context(|| {
            format!(
                "the key-value store `{label}` is unknown: each one but `default` needs a section \
                 `[key_value_store.{label}]` in a runtime configuration"
            )
        })?;
        let store = self.open(path.to_owned(), Durability::Cache)?;
        let pooled = store.take()?;
        pooled.connection.execute_batch(key_value::SCHEMA)?;
        store.give_back(pooled);
        Ok(store)
    }

    fn open(&mut self, path: PathBuf, durability: Durability) -> Result<Arc<Database>> {
        if let Some(open) = self.opened.get(&path) {
            return Ok(open.clone());
        }
        let database = Database::open(&path, durability, self.statement_limit, self.disk_reserve, &self.memory)?;
        self.opened.insert(path, database.clone());
        Ok(database)
    }
}

pub fn resolve(
    manifest: &Manifest,
    name: &str,
    values: &VariableValues,
    files: &mut OpenFiles,
    memory_limit: usize,
    memory: &Arc<MemoryBudget>,
) -> Result<Arc<Grants>> {
    let component = manifest.components.get(name).with_context(|| format!("there is no component `{name}`"))?;
    let mut variables = HashMap::new();
    for (key, text) in &component.variables {
        variables.insert(key.clone(), template::render(text, values)?);
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
    let (component, memory) = (name.to_owned(), memory.clone());
    Ok(Arc::new(Grants { component, variables, databases, stores, outbound, memory_limit, memory }))
}
