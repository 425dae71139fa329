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
}

impl Setup {
    pub fn find(style: Style) -> anyhow::Result<Self> {
        let vault = std::env::current_exe()?.with_file_name("vault");
        anyhow::ensure!(vault.is_file(), "{} is missing: run `cargo build` first", vault.display());
        Ok(Self { root: crate::process::project_root()?, vault, scratch: tempfile::tempdir()?, style })
    }

    /// Starts our application as users do, with its databases in `state` and its compiled code in `code_cache`. Both
    /// are in the temporary directory, so that no run depends on an earlier one.
    pub async fn start_ours(&self, state: &str, code_cache: &str) -> anyhow::Result<Process> {
        self.start_ours_with(state, code_cache, &[]).await
    }

    /// Starts our application with values for some of its variables.
    pub async fn start_ours_with(
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
        for (name, value) in variables {
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
