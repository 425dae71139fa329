//! `spin.toml`, manifest version 2: what of it this host implements.
//!
//! Every fault of the file is told at once, each with its line and the way out. A key that the
//! host does not implement is refused rather than ignored: running with less isolation, or with
//! other files, than the manifest says would be worse than not running.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::manifest_reader::{Reader, Table};

/// The manifest, read and checked.
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
    /// `None`: required.
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
    pub inherit: Inherit,
}

#[derive(Debug, Clone)]
pub enum DependencySource {
    Component(String),
    Path(PathBuf),
}

/// `inherit_configuration`: the kinds of permission that a dependency shares with its parent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Inherit {
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
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => bail!(
                "there is no manifest at `{}`: run from the directory that holds spin.toml, or name it with `--from <path>`",
                file.display()
            ),
            Err(e) => {
                return Err(e).with_context(|| format!("could not read the manifest `{}`", file.display()));
            }
        };
        let dir = match file.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        let dir = std::path::absolute(dir)?;
        Self::parse(&text, &dir, &file.display().to_string())
    }

    /// Reads the text of a manifest whose relative paths start from `dir`.
    pub fn parse(text: &str, dir: &Path, shown_as: &str) -> Result<Self> {
        let parsed =
            toml::de::DeTable::parse(text).map_err(|e| anyhow::anyhow!("`{shown_as}` is not valid TOML: {e}"))?;
        let mut reader = Reader::new(text);
        let mut manifest = Self { dir: dir.to_owned(), ..Self::default() };
        manifest.read(&mut reader, &Table::root(&parsed));
        reader.finish(shown_as)?;
        Ok(manifest)
    }

    /// The state directory that Spin would use: `.spin` beside the manifest.
    pub fn default_state_dir(&self) -> PathBuf {
        self.dir.join(".spin")
    }

    /// Compiled code is build output: with it in a workspace, with the state elsewhere.
    pub fn default_code_cache(&self) -> PathBuf {
        let target = self.dir.join("target");
        match target.is_dir() {
            true => target.join("vault-cache"),
            false => self.default_state_dir().join("code-cache"),
        }
    }
}

impl Component {
    pub fn has_configuration(&self) -> bool {
        !(self.allowed_outbound_hosts.is_empty()
            && self.sqlite_databases.is_empty()
            && self.key_value_stores.is_empty()
            && self.variables.is_empty()
            && self.dependencies.is_empty())
    }
}
