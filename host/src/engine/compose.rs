//! Composes a component with its dependencies, as Spin does: one level deep; an import is connected to the export of
//! exactly the same name.

use std::{
    io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow, bail};
use wac_graph::{
    CompositionGraph, EncodeOptions, NodeId,
    types::{ItemKind, Package, SubtypeChecker, WorldId},
};

use super::refusals;
use crate::manifest::{Dependency, DependencySource, Manifest};

/// The first bytes of a component; a core module has 1 and 0 in the last four.
const PREAMBLE: [u8; 8] = [0, b'a', b's', b'm', 0x0d, 0, 1, 0];

/// The bytes of a component and of its dependencies, read from disk.
pub struct Parts {
    component: String,
    bytes: Vec<u8>,
    dependencies: Vec<(Dependency, PathBuf, Vec<u8>)>,
}

impl Parts {
    pub fn read(manifest: &Manifest, name: &str) -> Result<Self> {
        let component = manifest.components.get(name).with_context(|| format!("there is no component `{name}`"))?;
        let mut dependencies = Vec::new();
        for dependency in &component.dependencies {
            let path = match &dependency.source {
                DependencySource::Path(path) => path.clone(),
                DependencySource::Component(other) => manifest
                    .components
                    .get(other)
                    .map(|c| c.source.clone())
                    .with_context(|| format!("there is no component `{other}`"))?,
            };
            let bytes = read_wasm(&path, &dependency.name)?;
            dependencies.push((dependency.clone(), path, bytes));
        }
        Ok(Self { component: name.to_owned(), bytes: read_wasm(&component.source, name)?, dependencies })
    }

    /// Passes everything that the composition depends on to `feed`, for the key of the cache.
    pub fn identity(&self, mut feed: impl FnMut(&[u8])) {
        // To be increased when this module composes the same parts differently.
        feed(b"composition 1");
        feed(&(self.bytes.len() as u64).to_le_bytes());
        feed(&self.bytes);
        for (dependency, _, bytes) in &self.dependencies {
            let how = format!("{}|{:?}|{:?}", dependency.name, dependency.export, dependency.inherit);
            feed(how.as_bytes());
            feed(&(bytes.len() as u64).to_le_bytes());
            feed(bytes);
        }
    }

    /// Composes the parts; a component without dependencies stays unchanged.
    pub fn compose(self) -> Result<Vec<u8>> {
        if self.dependencies.is_empty() {
            return Ok(self.bytes);
        }
        Composer::default().compose(self)
    }
}

fn read_wasm(path: &Path, component: &str) -> Result<Vec<u8>> {
    let bytes = std::fs::read(path).map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => {
            anyhow!(
                "`{component}` is not built: there is no `{}`; run the build commands of the manifest",
                path.display()
            )
        }
        _ => anyhow!("could not read `{}`: {e}", path.display()),
    })?;
    if !bytes.starts_with(&PREAMBLE) {
        bail!("`{}` is not a WebAssembly component: build it for the target wasm32-wasip2", path.display());
    }
    Ok(bytes)
}

#[derive(Default)]
struct Composer {
    graph: CompositionGraph,
}

impl Composer {
    fn compose(mut self, parts: Parts) -> Result<Vec<u8>> {
        let (world, root) = self.add(&parts.component, parts.bytes)?;
        let imports: Vec<String> = self.graph.types()[world].imports.keys().cloned().collect();
        let mut connected: Vec<(String, String)> = Vec::new();
        for (index, (dependency, path, bytes)) in parts.dependencies.into_iter().enumerate() {
            let (component, name) = (&parts.component, &dependency.name);
            let wanted: Vec<&String> = imports.iter().filter(|import| matches(name, import)).collect();
            if wanted.is_empty() {
                let imports = imports.join(", ");
                bail!("the dependency `{name}` matches no import of `{component}`, which imports: {imports}");
            }
            let (offered, instance) = self.add(name, bytes).with_context(|| format!("in `{}`", path.display()))?;
            self.deny(index, &dependency, offered, instance)?;
            for import in wanted {
                if let Some((_, other)) = connected.iter().find(|(name, _)| name == import) {
                    bail!("two dependencies provide `{import}` of `{component}`: `{other}` and `{name}`");
                }
                let export = dependency.export.as_ref().unwrap_or(import);
                let connection = Connection { world, root, offered, instance, import, export };
                self.connect(&connection)
                    .with_context(|| format!("`{component}` cannot use `{name}` (`{}`)", path.display()))?;
                connected.push((import.clone(), name.clone()));
            }
        }
        for export in self.graph.types()[world].exports.keys().cloned().collect::<Vec<_>>() {
            let node = self.graph.alias_instance_export(root, &export)?;
            self.graph.export(node, &export)?;
        }
        self.graph.encode(EncodeOptions::default()).with_context(|| format!("could not compose `{}`", parts.component))
    }

    fn add(&mut self, name: &str, bytes: Vec<u8>) -> Result<(WorldId, NodeId)> {
        let package = Package::from_bytes(name, None, bytes, self.graph.types_mut())
            .with_context(|| format!("`{name}` is not a valid component"))?;
        let world = package.ty();
        let package = self.graph.register_package(package)?;
        Ok((world, self.graph.instantiate(package)))
    }

    /// Connects the imports that the dependency does not inherit to refusals.
    fn deny(&mut self, index: usize, dependency: &Dependency, world: WorldId, instance: NodeId) -> Result<()> {
        let imports = self.graph.types()[world].imports.clone();
        for (import, kind) in imports {
            let Some(name) = refusals::denied_name(index, &import, &dependency.inherit) else {
                continue;
            };
            let ItemKind::Instance(interface) = kind else {
                bail!("`{import}` of `{}` is not an interface", dependency.name);
            };
            // A copy of the interface with another id: imports with equal ids would be merged into one.
            let mut refused = self.graph.types()[interface].clone();
            refused.id = Some(name.clone());
            let refused = self.graph.types_mut().add_interface(refused);
            let node = self.graph.import(&name, ItemKind::Instance(refused))?;
            self.graph.set_instantiation_argument(instance, &import, node)?;
        }
        Ok(())
    }

    fn connect(&mut self, c: &Connection<'_>) -> Result<()> {
        let types = self.graph.types();
        let Some(wanted) = types[c.world].imports.get(c.import).copied() else {
            bail!("there is no import `{}`", c.import);
        };
        let Some(offered) = types[c.offered].exports.get(c.export).copied() else {
            let offers: Vec<&str> = types[c.offered].exports.keys().map(String::as_str).collect();
            bail!("`{}` is imported, but the dependency exports only: {}", c.import, offers.join(", "));
        };
        let mut cache = Default::default();
        SubtypeChecker::new(&mut cache).is_subtype(offered, types, wanted, types).with_context(|| {
            format!("the import `{}` and the export `{}` differ: rebuild both from the same WIT", c.import, c.export)
        })?;
        let node = self.graph.alias_instance_export(c.instance, c.export)?;
        self.graph.set_instantiation_argument(c.root, c.import, node)?;
        Ok(())
    }
}

/// An import of the root component and the export of a dependency that it is connected to.
struct Connection<'a> {
    world: WorldId,
    root: NodeId,
    offered: WorldId,
    instance: NodeId,
    import: &'a str,
    export: &'a str,
}

/// Whether a dependency's name covers an import: `ns:pkg`, `ns:pkg@version`, `ns:pkg/interface`,
/// `ns:pkg/interface@version`; a plain name covers only itself.
fn matches(name: &str, import: &str) -> bool {
    let (name, version) = split_version(name);
    let (import, import_version) = split_version(import);
    let covers = match name.contains('/') || !name.contains(':') {
        true => import == name,
        false => import.split('/').next() == Some(name) && import.contains('/'),
    };
    covers && (version.is_none() || version == import_version)
}

fn split_version(name: &str) -> (&str, Option<&str>) {
    match name.split_once('@') {
        Some((name, version)) => (name, Some(version)),
        None => (name, None),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_dependency_name_covers_imports_as_in_spin() {
        for (name, import, covered) in [
            ("foo:bar/baz@0.1.0", "foo:bar/baz@0.1.0", true),
            ("foo:bar/baz", "foo:bar/baz@0.1.0", true),
            ("foo:bar", "foo:bar/baz@0.1.0", true),
            ("foo:bar@0.1.0", "foo:bar/baz@0.1.0", true),
            ("foo-bar", "foo-bar", true),
            ("foo:bar/baz@0.1.0", "foo:bar/baz", false),
            ("foo:bar/baz", "foo:bar/bub", false),
            ("foo:bar", "foo:bub/bib", false),
            ("foo:bar/baz", "foo:bar/baz-bub", false),
            ("foo:bar/baz", "foo-bar", false),
        ] {
            assert_eq!(matches(name, import), covered, "{name} {import}");
        }
    }
}
