//! The programs that these tests need: node, npm packages, Chromium.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use tests::repository;

/// The oldest release of node whose `node --test` these tests support.
const NODE: u32 = 20;

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

pub struct Tools {
    pub node: Node,
    pub chromium: PathBuf,
}

pub struct Node(PathBuf);

impl Node {
    /// A command that runs in the folder of the cases.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.0);
        command.current_dir(folder());
        command
    }
}

/// # Errors
/// Returns the reason why the tests cannot run on this machine.
pub fn node() -> Result<Node, String> {
    let path = in_path("node").ok_or("node is not installed")?;
    let output =
        Command::new(&path).arg("--version").output().map_err(|error| format!("node does not start: {error}"))?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    match major {
        Some(NODE..) => Ok(Node(path)),
        _ => Err(format!("node {NODE} or newer is needed, this is {version}")),
    }
}

/// # Errors
/// Returns the reason why the tests cannot run on this machine.
pub fn all() -> Result<Tools, String> {
    let node = node()?;
    let chromium = chromium()?;
    packages()?;
    Ok(Tools { node, chromium })
}

fn chromium() -> Result<PathBuf, String> {
    match std::env::var_os("CHROMIUM").map(PathBuf::from) {
        Some(path) if path.exists() => Ok(path),
        Some(path) => Err(format!("CHROMIUM is {}, which does not exist", path.display())),
        None => BROWSERS.iter().find_map(|name| in_path(name)).ok_or_else(|| {
            "Chromium is not installed (`apt-get install chromium`), and CHROMIUM is not set".to_owned()
        }),
    }
}

/// Installs the packages of the lockfile, if they are not installed yet.
fn packages() -> Result<(), String> {
    // npm writes this file at the end of an installation.
    let installed = folder().join("node_modules/.package-lock.json");
    let modified = |path: &Path| std::fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    if modified(&installed) >= modified(&folder().join("package-lock.json")) {
        return Ok(());
    }
    let npm = in_path("npm").ok_or("npm is not installed")?;
    let output = Command::new(npm).arg("ci").current_dir(folder()).output().map_err(|error| error.to_string())?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!("`npm ci` in tests/browser failed: {}", String::from_utf8_lossy(&output.stderr))),
    }
}

fn folder() -> PathBuf {
    repository().join("tests/browser")
}

fn in_path(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(&file)).find(|path| path.is_file())
}
