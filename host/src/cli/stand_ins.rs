//! `vault up --stand-ins`: the program of `tests/stand-ins`, and the variables that lead to its servers.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use host::manifest::Manifest;

/// The running program; it ends when its standard input does, so with this value or with this process.
pub struct StandIns {
    child: Child,
    variables: Vec<(String, String)>,
}

impl StandIns {
    /// Builds and starts them.
    pub fn start(manifest: &Manifest) -> Result<Self> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut child = Command::new(cargo)
            .args(["run", "--quiet", "--package", "stand-ins"])
            .current_dir(&manifest.dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("could not run cargo")?;
        let output = child.stdout.take().context("the stand-ins have no output")?;
        let mut variables = Vec::new();
        for line in BufReader::new(output).lines() {
            let line = line?;
            if line == "ready" {
                eprintln!("Stand-ins: {}", names(&variables));
                return Ok(Self { child, variables });
            }
            let (name, value) = line.split_once('=').with_context(|| format!("the stand-ins said `{line}`"))?;
            variables.push((name.to_owned(), value.to_owned()));
        }
        bail!("the stand-ins ended ({}); their messages are above", child.wait()?)
    }

    /// The application's variables that lead to them.
    pub fn variables(&self) -> &[(String, String)] {
        &self.variables
    }
}

impl Drop for StandIns {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // Fails only if it has ended already.
        let _ = self.child.wait();
    }
}

fn names(variables: &[(String, String)]) -> String {
    let shown = variables.iter().filter(|(_, value)| value.starts_with("http"));
    shown.map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join(", ")
}
