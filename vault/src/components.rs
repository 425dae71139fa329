//! Builds components: runs the commands of `[component.X.build]` for those whose sources changed.
//!
//! Cargo commands that differ only in their package are combined, so that cargo shares the work and the cores among
//! them.

mod fingerprint;
mod steps;
mod targets;

use std::{path::PathBuf, process::Command};

use anyhow::{Context, Result, bail};
use host::manifest::Manifest;

use self::steps::Step;

/// Builds the components that are out of date, and prints progress. Returns whether anything was built.
pub fn build(manifest: &Manifest) -> Result<bool> {
    let outdated = find_outdated(manifest);
    if outdated.is_empty() {
        return Ok(false);
    }
    let names: Vec<&str> = outdated.iter().map(|component| component.name.as_str()).collect();
    eprintln!("Building {}", names.join(", "));
    let steps = steps::combine(outdated.iter().flat_map(|c| c.commands.iter().map(|command| (command, &c.workdir))));
    for target in targets::of(&steps) {
        targets::install(&target)?;
    }
    for step in &steps {
        run(step)?;
    }
    for component in &outdated {
        let (name, wasm) = (&component.name, component.wasm.display());
        if !component.wasm.exists() {
            bail!("`{name}` was built, but there is no `{wasm}`: check `source` and `command` of `[component.{name}]`");
        }
        component.record();
    }
    Ok(true)
}

/// A component whose sources changed since it was built.
struct Outdated {
    name: String,
    wasm: PathBuf,
    commands: Vec<String>,
    workdir: PathBuf,
    fingerprint: String,
}

impl Outdated {
    fn record_file(&self) -> PathBuf {
        let mut name = self.wasm.file_name().unwrap_or_default().to_owned();
        name.push(".built-from");
        self.wasm.with_file_name(name)
    }

    /// What is recorded of a build: the fingerprint of its sources, and the stamp of its result.
    fn build_record(&self) -> String {
        format!("{}{}", self.fingerprint, fingerprint::stamp(&self.wasm))
    }

    fn is_up_to_date(&self) -> bool {
        let recorded = std::fs::read_to_string(self.record_file()).unwrap_or_default();
        self.wasm.exists() && recorded == self.build_record()
    }

    /// Records the build. If that fails, the component is only built again the next time.
    fn record(&self) {
        let _ = std::fs::write(self.record_file(), self.build_record());
    }
}

fn find_outdated(manifest: &Manifest) -> Vec<Outdated> {
    let mut outdated = Vec::new();
    for (name, component) in &manifest.components {
        let Some(build) = &component.build else { continue };
        let component = Outdated {
            name: name.clone(),
            wasm: component.source.clone(),
            commands: build.commands.clone(),
            workdir: build.workdir.clone(),
            fingerprint: fingerprint::of_files(&build.workdir, &build.watch, &build.commands.join("\n")),
        };
        if build.watch.is_empty() || !component.is_up_to_date() {
            outdated.push(component);
        }
    }
    outdated
}

fn run(step: &Step) -> Result<()> {
    eprintln!("  {}", step.command);
    let status = Command::new("sh")
        .args(["-c", &step.command])
        .current_dir(&step.workdir)
        .status()
        .with_context(|| format!("could not run `{}` in `{}`", step.command, step.workdir.display()))?;
    if !status.success() {
        bail!("`{}` failed ({status}); its messages are above", step.command);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_manifest_of_the_application_is_valid() {
        let spin_toml = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spin.toml");
        Manifest::load(&spin_toml).unwrap();
    }

    #[test]
    fn a_component_is_built_only_when_its_sources_or_its_result_changed() {
        let dir = tempfile::tempdir().unwrap();
        let text = r#"
spin_manifest_version = 2
application = { name = "x" }
[[trigger.http]]
route = "/..."
component = "a"
[component.a]
source = "a.wasm"
[component.a.build]
command = "echo built >> log && echo wasm > a.wasm"
watch = ["*.rs"]
"#;
        let manifest = Manifest::parse(text, dir.path(), "spin.toml").unwrap();
        let builds = || std::fs::read_to_string(dir.path().join("log")).unwrap_or_default().lines().count();
        assert!(build(&manifest).unwrap());
        assert!(!build(&manifest).unwrap());
        assert_eq!(builds(), 1);
        std::fs::write(dir.path().join("new.rs"), "").unwrap();
        assert!(build(&manifest).unwrap());
        std::fs::remove_file(dir.path().join("a.wasm")).unwrap();
        assert!(build(&manifest).unwrap());
        assert_eq!(builds(), 3);
    }
}
