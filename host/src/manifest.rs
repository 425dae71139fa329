//! `spin.toml`, manifest version 2: the part of it that this host implements.
//!
//! An error lists all faults of the file, each with its line and a remedy. A key that the host does not implement is
//! refused rather than ignored: otherwise the application would run with less isolation, or with other files, than its
//! manifest says.

mod rules;
mod runtime_config;
pub(crate) mod template;
#[cfg(test)]
mod tests;
mod toml_table;
mod variable_values;

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use anyhow::{Result, anyhow};

pub use self::runtime_config::RuntimeConfig;
use self::toml_table::{FaultList, Table};
pub(crate) use self::variable_values::{VariableValues, resolve as resolve_variables};

/// A manifest that has been checked.
#[derive(Debug, Clone, Default)]
pub struct Manifest {
    /// The directory that relative paths start from.
    pub dir: PathBuf,
    pub name: String,
    pub version: String,
    pub variables: BTreeMap<String, Variable>,
    pub triggers: Vec<Trigger>,
    pub components: BTreeMap<String, Component>,
}

#[derive(Debug, Clone, Default)]
pub struct Variable {
    /// `None`: the variable is required.
    pub default: Option<String>,
    pub secret: bool,
}

/// `[[trigger.http]]`
#[derive(Debug, Clone)]
pub struct Trigger {
    pub route: String,
    pub component: String,
}

/// `[component.NAME]`
#[derive(Debug, Clone, Default)]
pub struct Component {
    pub source: PathBuf,
    pub allowed_outbound_hosts: Vec<String>,
    pub sqlite_databases: Vec<String>,
    pub key_value_stores: Vec<String>,
    pub variables: BTreeMap<String, String>,
    pub dependencies: Vec<Dependency>,
    pub build: Option<Build>,
}

/// An entry of `[component.NAME.dependencies]`.
#[derive(Debug, Clone)]
pub struct Dependency {
    /// `ns:pkg`, `ns:pkg@version`, `ns:pkg/interface@version` or a plain import name.
    pub name: String,
    pub source: DependencySource,
    /// The export that satisfies the import, where its name differs.
    pub export: Option<String>,
    pub inherit: Inheritance,
}

#[derive(Debug, Clone)]
pub enum DependencySource {
    Component(String),
    Path(PathBuf),
}

/// `inherit_configuration`: the kinds of permission that a dependency inherits from its parent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Inheritance {
    All,
    #[default]
    Nothing,
    Kinds(Vec<String>),
}

/// `[component.NAME.build]`
#[derive(Debug, Clone, Default)]
pub struct Build {
    pub commands: Vec<String>,
    pub workdir: PathBuf,
    pub watch: Vec<String>,
}

impl Manifest {
    /// Reads the manifest; `path` may also be the directory that holds `spin.toml`.
    pub fn load(path: &Path) -> Result<Self> {
        let file = if path.is_dir() { path.join("spin.toml") } else { path.to_owned() };
        let text = std::fs::read_to_string(&file).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => anyhow!(
                "there is no manifest at `{}`: run from the directory that holds spin.toml, or pass its path with \
                 `--from <path>`",
                file.display()
            ),
            _ => anyhow!("could not read the manifest `{}`: {error}", file.display()),
        })?;
        let dir = match file.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => std::path::absolute(parent)?,
            _ => std::path::absolute(".")?,
        };
        Self::parse(&text, &dir, &file.display().to_string())
    }

    /// Reads the text of a manifest whose relative paths start from `dir`.
    pub fn parse(text: &str, dir: &Path, shown_as: &str) -> Result<Self> {
        let parsed = toml::de::DeTable::parse(text).map_err(|e| anyhow!("`{shown_as}` is not valid TOML: {e}"))?;
        let mut faults = FaultList::new(text);
        let manifest = rules::read(dir, &mut faults, &Table::root(&parsed));
        faults.finish(shown_as)?;
        Ok(manifest)
    }

    /// The state directory that Spin uses: `.spin` beside the manifest.
    pub fn default_state_dir(&self) -> PathBuf {
        self.dir.join(".spin")
    }
}

impl Component {
    /// Whether the component has any permission, variable or dependency of its own.
    pub fn has_configuration(&self) -> bool {
        !(self.allowed_outbound_hosts.is_empty()
            && self.sqlite_databases.is_empty()
            && self.key_value_stores.is_empty()
            && self.variables.is_empty()
            && self.dependencies.is_empty())
    }
}
