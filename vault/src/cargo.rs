//! Runs cargo: the same one that runs this command.

use std::process::Command;

use anyhow::{Context, Result};
use host::manifest::Manifest;

/// A cargo command in the directory of the manifest.
pub fn command(manifest: &Manifest) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(&manifest.dir);
    command
}

/// Runs cargo. If it fails, ends the process with its exit code.
pub fn run(manifest: &Manifest, arguments: &[&str], more: &[String]) -> Result<()> {
    let status = command(manifest).args(arguments).args(more).status().context("could not run cargo")?;
    if !status.success() {
        std::process::exit(status.code().unwrap_or(1));
    }
    Ok(())
}
