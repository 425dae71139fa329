//! `runtime-config.toml`: where databases and stores are kept, when not in the state directory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};

use crate::manifest_reader::{Reader, Table};

/// Paths by label.
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
        let mut reader = Reader::new(text);
        let root = Table::root(&parsed);
        let config = Self {
            databases: paths(&mut reader, &root, "sqlite_database", dir),
            stores: paths(&mut reader, &root, "key_value_store", dir),
        };
        reader.only(&root, "the runtime configuration", &["sqlite_database", "key_value_store"]);
        reader.finish(shown_as)?;
        Ok(config)
    }
}

fn paths<'t>(r: &mut Reader<'t>, root: &Table<'t>, kind: &str, dir: &Path) -> BTreeMap<String, PathBuf> {
    let mut paths = BTreeMap::new();
    for (label, table) in r.tables(root, kind) {
        match r.string(&table, "type").as_deref() {
            Some("spin") => match r.string(&table, "path") {
                Some(path) => drop(paths.insert(label.clone(), dir.join(path))),
                None => r.fault(
                    table.at,
                    format!("`[{kind}.{label}]` needs `path = \"…\"`: this host keeps nothing only in memory"),
                ),
            },
            Some(other) => r.fault(
                table.at,
                format!(
                    "`[{kind}.{label}]`: the type `{other}` is not implemented by this host; `spin` (a SQLite file) is"
                ),
            ),
            None => r.fault(table.at, format!("`[{kind}.{label}]` has no `type = \"spin\"`")),
        }
        r.only(&table, &format!("[{kind}.{label}]"), &["type", "path"]);
    }
    paths
}
