//! The program schemathesis, installed into a virtual environment.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

use tests::repository;

/// The program, ready to run.
pub struct Schemathesis(PathBuf);

impl Schemathesis {
    /// Installs the packages of `requirements.txt`, if they are not installed yet.
    ///
    /// # Errors
    /// Returns the reason why the run is impossible on this machine.
    pub fn install() -> Result<Self, String> {
        let environment = repository().join("target/fuzz-venv");
        let program = environment.join("bin/schemathesis");
        let (wanted, installed) = (folder().join("requirements.txt"), environment.join("installed.txt"));
        if fs::read(&wanted).ok() != fs::read(&installed).ok() || !program.exists() {
            check(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment), "Python 3 with venv")?;
            let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
            check(Command::new(environment.join("bin/python")).args(pip).arg(&wanted), "the packages of PyPI")?;
            fs::copy(&wanted, &installed).map_err(|error| error.to_string())?;
        }
        Ok(Self(program))
    }

    /// A run with this access token, and with one whose session the run may end.
    pub fn command(&self, url: &str, token: &str, token_to_revoke: &str) -> tokio::process::Command {
        let mut command = tokio::process::Command::new(&self.0);
        command
            .args(["run", "--url", url])
            .arg(repository().join("docs/openapi.json"))
            .env("FUZZ_TOKEN", token)
            .env("FUZZ_TOKEN_TO_REVOKE", token_to_revoke);
        command
    }
}

/// The folder of the checks.
pub fn folder() -> PathBuf {
    repository().join("tests/fuzz")
}

fn check(command: &mut Command, what: &str) -> Result<(), String> {
    let Output { status, stderr, .. } = command.output().map_err(|error| format!("{what} is missing: {error}"))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("{what} cannot be used: {}", String::from_utf8_lossy(&stderr))),
    }
}
