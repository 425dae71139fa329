//! `vault up --stand-ins`: the program of `tests/stand-ins`, and the variables that point the application to its
//! servers.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Stdio},
};

use anyhow::{Context, Result, bail};
use host::manifest::Manifest;

use crate::cargo;

/// The running program. It ends when its standard input is closed: when this value is dropped, or this process ends.
pub struct StandIns {
    child: Child,
    variables: Vec<(String, String)>,
}

impl StandIns {
    /// Builds and starts the program.
    pub fn start(manifest: &Manifest) -> Result<Self> {
        let mut child = cargo::command(manifest)
            .args(["run", "--quiet", "--package", "stand-ins"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("could not run cargo")?;
        let output = child.stdout.take().context("the stand-ins have no output")?;
        let mut variables = Vec::new();
        for line in BufReader::new(output).lines() {
            let line = line?;
            if line == "ready" {
                eprintln!("Stand-ins: {}", list_addresses(&variables));
                return Ok(Self { child, variables });
            }
            let variable = line.split_once('=');
            let (name, value) = variable.with_context(|| format!("unexpected line from the stand-ins: `{line}`"))?;
            variables.push((name.to_owned(), value.to_owned()));
        }
        bail!("the stand-ins ended ({}); their messages are above", child.wait()?)
    }

    /// The variables of the application that point to the servers.
    pub fn variables(&self) -> &[(String, String)] {
        &self.variables
    }
}

impl Drop for StandIns {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // Fails only if the program has ended already.
        let _ = self.child.wait();
    }
}

fn list_addresses(variables: &[(String, String)]) -> String {
    let addresses = variables.iter().filter(|(_, value)| value.starts_with("http"));
    addresses.map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join(", ")
}
