//! What a machine must have for these tests: node, the npm packages, Chromium.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use tests::repository;

/// The oldest release whose `node --test` these tests were written for.
const NODE: u32 = 20;

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

pub struct Tools {
    pub node: Node,
    pub chromium: PathBuf,
}

pub struct Node(PathBuf);

impl Node {
    /// To be run among the cases.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.0);
        command.current_dir(folder());
        command
    }
}

/// # Errors
/// Why these tests cannot run here.
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
/// Why these tests cannot run here.
pub fn all() -> Result<Tools, String> {
    let node = node()?;
    let chromium = chromium()?;
    packages()?;
    Ok(Tools { node, chromium })
}

fn chromium() -> Result<PathBuf, String> {
    match std::env::var_os("CHROMIUM").map(PathBuf::from) {
        Some(path) if path.exists() => Ok(path),
        Some(path) => Err(format!("CHROMIUM is {}, where nothing is", path.display())),
        None => BROWSERS.iter().find_map(|name| in_path(name)).ok_or_else(|| {
            "Chromium is not installed (`apt-get install chromium`), and CHROMIUM names none".to_owned()
        }),
    }
}

/// Installs what the lockfile says, if it is not there.
fn packages() -> Result<(), String> {
    // npm writes this file when an installation is whole.
    let installed = folder().join("node_modules/.package-lock.json");
    let is_newer = |path: &Path| std::fs::metadata(path).and_then(|found| found.modified()).ok();
    if is_newer(&installed) >= is_newer(&folder().join("package-lock.json")) {
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
