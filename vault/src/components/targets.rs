//! The Rust targets that a build needs.

use std::{collections::BTreeSet, path::Path, process::Command};

use anyhow::{Context, Result, bail};

use super::steps::Step;

/// Returns the targets that the commands build for.
pub fn of(steps: &[Step]) -> BTreeSet<String> {
    let target = |step: &Step| {
        let mut words = step.command.split_whitespace();
        words.find(|word| *word == "--target")?;
        words.next().map(str::to_owned)
    };
    steps.iter().filter_map(target).collect()
}

/// Adds a target to the Rust toolchain, unless it is installed.
pub fn install(target: &str) -> Result<()> {
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
            "the Rust target {target} is missing, and so is rustup, which could add it: install Rust with rustup \
             (https://rustup.rs), or the target with the system's package manager"
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn the_target_is_read_from_the_command() {
        let step = |command: &str| Step { command: command.to_owned(), workdir: PathBuf::new() };
        let steps = [step("cargo build --target wasm32-wasip2 --package a"), step("make c")];
        assert_eq!(of(&steps), BTreeSet::from(["wasm32-wasip2".to_owned()]));
    }
}
