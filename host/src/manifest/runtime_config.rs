//! `runtime-config.toml`: the paths of databases and stores that are not in the state directory.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow};

use super::toml_table::{FaultList, Table};

/// The paths of databases and key-value stores, by label.
#[derive(Debug, Default, Clone)]
pub struct RuntimeConfig {
    pub databases: BTreeMap<String, PathBuf>,
    pub stores: BTreeMap<String, PathBuf>,
}

impl RuntimeConfig {
    pub fn load(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("could not read the runtime configuration `{}`", path.display()))?;
        let dir = std::path::absolute(path)?.parent().map(Path::to_owned).unwrap_or_default();
        Self::parse(&text, &dir, &path.display().to_string())
    }

    pub fn parse(text: &str, dir: &Path, shown_as: &str) -> Result<Self> {
        let parsed = toml::de::DeTable::parse(text).map_err(|e| anyhow!("`{shown_as}` is not valid TOML: {e}"))?;
        let mut faults = FaultList::new(text);
        let root = Table::root(&parsed);
        let config = Self {
            databases: paths(&mut faults, &root, "sqlite_database", dir),
            stores: paths(&mut faults, &root, "key_value_store", dir),
        };
        faults.only(&root, "the runtime configuration", &["sqlite_database", "key_value_store"]);
        faults.finish(shown_as)?;
        Ok(config)
    }
}

fn paths<'t>(faults: &mut FaultList<'t>, root: &Table<'t>, section: &str, dir: &Path) -> BTreeMap<String, PathBuf> {
    let mut paths = BTreeMap::new();
    for (label, table) in faults.tables(root, section) {
        let name = format!("[{section}.{label}]");
        match faults.string(&table, "type").as_deref() {
            Some("spin") => match faults.string(&table, "path") {
                Some(path) => drop(paths.insert(label, dir.join(path))),
                None => {
                    faults.add(table.at, format!("`{name}` needs `path = \"…\"`: in-memory files are not implemented"))
                }
            },
            Some(other) => faults.add(
                table.at,
                format!("`{name}`: this host does not implement the type `{other}`, only `spin` (a SQLite file)"),
            ),
            None => faults.add(table.at, format!("`{name}` has no `type = \"spin\"`")),
        }
        faults.only(&table, &name, &["type", "path"]);
    }
    paths
}
