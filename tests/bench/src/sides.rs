//! The two servers that are compared.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    api::Api,
    process::{Process, free_address},
    yardstick::Style,
};

/// Switches off the limits of the installation: a measurement sends more than one client may.
const WITHOUT_LIMITS: [(&str, &str); 5] = [
    ("rate_limit_ip", "0"),
    ("rate_limit_user", "0"),
    ("sign_in_attempts", "0"),
    ("quota_records", "0"),
    ("quota_bytes", "0"),
];

/// One of the two servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Ours,
    Native,
}

pub const BOTH: [Side; 2] = [Side::Ours, Side::Native];

/// One value for each of the two servers.
#[derive(Debug, Clone, Default)]
pub struct Pair<T> {
    pub ours: T,
    pub native: T,
}

impl<T> Pair<T> {
    pub fn of(&self, side: Side) -> &T {
        match side {
            Side::Ours => &self.ours,
            Side::Native => &self.native,
        }
    }

    pub fn of_mut(&mut self, side: Side) -> &mut T {
        match side {
            Side::Ours => &mut self.ours,
            Side::Native => &mut self.native,
        }
    }
}

/// The files of a run: the project, the programs, and a temporary directory.
pub struct Setup {
    pub root: PathBuf,
    /// The command `vault`, which is built into the same directory as this program.
    pub vault: PathBuf,
    pub scratch: tempfile::TempDir,
    pub style: Style,
    /// The variables of the manifest. Those of an older build may be fewer.
    variables: Vec<String>,
}

impl Setup {
    /// The build of this checkout, or of another one.
    pub fn find(style: Style, checkout: Option<PathBuf>) -> anyhow::Result<Self> {
        let (root, vault) = match checkout {
            Some(checkout) => (checkout.clone(), checkout.join("target/debug/vault")),
            None => (crate::process::project_root()?, std::env::current_exe()?.with_file_name("vault")),
        };
        anyhow::ensure!(vault.is_file(), "{} is missing: run `cargo build` first", vault.display());
        let manifest: toml::Table = std::fs::read_to_string(root.join("spin.toml"))?.parse()?;
        let variables = manifest.get("variables").and_then(toml::Value::as_table).into_iter().flatten();
        let variables = variables.map(|(name, _)| name.clone()).collect();
        Ok(Self { root, vault, scratch: tempfile::tempdir()?, style, variables })
    }

    /// Starts our application as users do, with its databases in `state` and its compiled code in `code_cache`. Both
    /// are in the temporary directory, so that no run depends on an earlier one.
    pub async fn start_ours(&self, state: &str, code_cache: &str) -> anyhow::Result<Process> {
        self.start_ours_with(state, code_cache, &[]).await
    }

    /// Starts our application without limits, and with values for some of its variables.
    pub async fn start_ours_with(
        &self,
        state: &str,
        code_cache: &str,
        variables: &[(&str, &str)],
    ) -> anyhow::Result<Process> {
        self.start_ours_limited(state, code_cache, &[&WITHOUT_LIMITS[..], variables].concat()).await
    }

    /// Starts our application with the limits of its manifest, and with values for some of its variables. Variables
    /// that the manifest does not have are left out.
    pub async fn start_ours_limited(
        &self,
        state: &str,
        code_cache: &str,
        variables: &[(&str, &str)],
    ) -> anyhow::Result<Process> {
        let address = free_address()?;
        let mut command = Command::new(&self.vault);
        command
            .args(["up", "--no-build", "--listen", &address.to_string()])
            .arg("--state-dir")
            .arg(self.scratch.path().join(state))
            .arg("--code-cache")
            .arg(self.scratch.path().join(code_cache))
            .current_dir(&self.root);
        for (name, value) in variables.iter().filter(|(name, _)| self.variables.iter().any(|known| known == name)) {
            command.args(["--variable", &format!("{name}={value}")]);
        }
        Process::start(&mut command, address, self.log(state)).await
    }

    /// Starts the yardstick, which is a subcommand of this program.
    pub async fn start_native(&self, state: &str) -> anyhow::Result<Process> {
        let address = free_address()?;
        let style = match self.style {
            Style::Borrowed => "borrowed",
            Style::Owned => "owned",
        };
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(["yardstick", "--listen", &address.to_string(), "--style", style, "--db"])
            .arg(self.scratch.path().join(state).with_extension("db"));
        Process::start(&mut command, address, self.log(state)).await
    }

    fn log(&self, state: &str) -> PathBuf {
        Path::new(self.scratch.path()).join(state).with_extension("log")
    }
}

/// The two running servers.
pub struct Servers {
    pub ours: Process,
    pub native: Process,
}

impl Servers {
    pub async fn start(setup: &Setup) -> anyhow::Result<Self> {
        let ours = setup.start_ours("ours", "code").await?;
        let native = setup.start_native("native").await?;
        Ok(Self { ours, native })
    }

    pub fn process(&self, side: Side) -> &Process {
        match side {
            Side::Ours => &self.ours,
            Side::Native => &self.native,
        }
    }

    pub fn api(&self, side: Side) -> Api {
        Api::new(self.process(side))
    }
}
