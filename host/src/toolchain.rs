//! Building components: the commands of `[component.X.build]`, for those whose sources changed.
//!
//! Cargo commands that differ only in their package become one: Cargo then shares the work and
//! the cores among them.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::manifest::Manifest;
use crate::watch;

/// Builds what is stale; says what it does on stderr. Returns whether anything was built.
pub fn build(manifest: &Manifest) -> Result<bool> {
    let stale = stale(manifest);
    if stale.is_empty() {
        return Ok(false);
    }
    let names: Vec<&str> = stale.iter().map(|s| s.name.as_str()).collect();
    eprintln!("Building {}", names.join(", "));
    let steps = combine(&stale);
    for target in targets(&steps) {
        add_target(&target)?;
    }
    for step in &steps {
        run(step)?;
    }
    for component in &stale {
        if !component.wasm.exists() {
            bail!(
                "`{}` was built, but there is no `{}`: check `source` and `command` of `[component.{}]`",
                component.name,
                component.wasm.display(),
                component.name
            );
        }
        component.remember();
    }
    Ok(true)
}

/// A component whose sources changed since it was built.
struct Stale {
    name: String,
    wasm: PathBuf,
    commands: Vec<String>,
    workdir: PathBuf,
    inputs: String,
}

impl Stale {
    fn record(&self) -> PathBuf {
        let mut name = self.wasm.file_name().unwrap_or_default().to_owned();
        name.push(".built-from");
        self.wasm.with_file_name(name)
    }

    fn fresh(&self) -> bool {
        let recorded = std::fs::read_to_string(self.record()).unwrap_or_default();
        self.wasm.exists() && recorded == format!("{}{}", self.inputs, watch::stamp(&self.wasm))
    }

    /// Failing to only means building again next time.
    fn remember(&self) {
        let _ = std::fs::write(self.record(), format!("{}{}", self.inputs, watch::stamp(&self.wasm)));
    }
}

fn stale(manifest: &Manifest) -> Vec<Stale> {
    let mut stale = Vec::new();
    for (name, component) in &manifest.components {
        let Some(build) = &component.build else { continue };
        let component = Stale {
            name: name.clone(),
            wasm: component.source.clone(),
            commands: build.commands.clone(),
            workdir: build.workdir.clone(),
            inputs: watch::fingerprint(&build.workdir, &build.watch, &build.commands.join("\n")),
        };
        if build.watch.is_empty() || !component.fresh() {
            stale.push(component);
        }
    }
    stale
}

/// A command and where it runs.
#[derive(Debug, PartialEq, Eq)]
struct Step {
    command: String,
    workdir: PathBuf,
}

fn combine(stale: &[Stale]) -> Vec<Step> {
    let mut steps: Vec<(Option<String>, Step)> = Vec::new();
    for component in stale {
        for command in &component.commands {
            let (shared, package) = split_package(command);
            let known = steps
                .iter_mut()
                .find(|(key, step)| key.is_some() && *key == shared && step.workdir == component.workdir);
            match (known, package) {
                (Some((_, step)), Some(package)) => {
                    step.command.push_str(&format!(" --package {package}"));
                }
                _ => {
                    let step = Step { command: command.clone(), workdir: component.workdir.clone() };
                    steps.push((shared, step));
                }
            }
        }
    }
    steps.into_iter().map(|(_, step)| step).collect()
}

/// `cargo … --package p` as `cargo …` and `p`.
fn split_package(command: &str) -> (Option<String>, Option<&str>) {
    let words: Vec<&str> = command.split_whitespace().collect();
    match words.as_slice() {
        ["cargo", "build", middle @ .., "-p" | "--package", package]
            if !middle.iter().any(|w| matches!(*w, "-p" | "--package" | "--")) =>
        {
            (Some(format!("cargo build {}", middle.join(" "))), Some(package))
        }
        _ => (None, None),
    }
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

/// The targets that the commands build for.
fn targets(steps: &[Step]) -> Vec<String> {
    let mut targets: Vec<String> = steps
        .iter()
        .filter_map(|step| {
            let mut words = step.command.split_whitespace();
            words.find(|w| *w == "--target")?;
            words.next().map(str::to_owned)
        })
        .collect();
    targets.sort();
    targets.dedup();
    targets
}

/// Adds a target to the Rust toolchain if it is not there.
fn add_target(target: &str) -> Result<()> {
    let sysroot = Command::new("rustc")
        .args(["--print", "sysroot"])
        .output()
        .context("could not run `rustc`: install Rust with rustup (https://rustup.rs)")?;
    let sysroot = String::from_utf8_lossy(&sysroot.stdout);
    if Path::new(sysroot.trim()).join("lib/rustlib").join(target).exists() {
        return Ok(());
    }
    eprintln!("Adding the target {target} to the Rust toolchain");
    match Command::new("rustup").args(["target", "add", target]).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => bail!("`rustup target add {target}` failed ({status}); its messages are above"),
        Err(_) => bail!(
            "the Rust target {target} is missing, and so is rustup, which would add it: install Rust with rustup (https://rustup.rs), or the target with the system's package manager"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stale(name: &str, command: &str) -> Stale {
        Stale {
            name: name.to_owned(),
            wasm: PathBuf::new(),
            commands: vec![command.to_owned()],
            workdir: PathBuf::from("/w"),
            inputs: String::new(),
        }
    }

    #[test]
    fn cargo_commands_that_differ_in_the_package_become_one() {
        let steps = combine(&[
            stale("a", "cargo build --release --target wasm32-wasip2 --package a"),
            stale("b", "cargo build --release --target wasm32-wasip2 -p b"),
            stale("c", "make c"),
            stale("d", "cargo build --package d"),
        ]);
        let commands: Vec<&str> = steps.iter().map(|s| s.command.as_str()).collect();
        assert_eq!(
            commands,
            [
                "cargo build --release --target wasm32-wasip2 --package a --package b",
                "make c",
                "cargo build --package d",
            ]
        );
        assert_eq!(targets(&steps), ["wasm32-wasip2"]);
    }

    #[test]
    fn what_did_not_change_is_not_built_again() {
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
        let log = || std::fs::read_to_string(dir.path().join("log")).unwrap_or_default().lines().count();
        assert!(build(&manifest).unwrap());
        assert!(!build(&manifest).unwrap());
        assert_eq!(log(), 1);
        std::fs::write(dir.path().join("new.rs"), "").unwrap();
        assert!(build(&manifest).unwrap());
        std::fs::remove_file(dir.path().join("a.wasm")).unwrap();
        assert!(build(&manifest).unwrap());
        assert_eq!(log(), 3);
    }
}
