//! A server in a separate process, which is killed when its value is dropped.

use std::{
    fs::File,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};

use crate::load::{Connection, request};

/// Much longer than a first start, which compiles all components, takes.
const START_LIMIT: Duration = Duration::from_secs(120);

pub struct Process {
    child: Child,
    log: PathBuf,
    pub address: SocketAddr,
    /// The time from the start of the process to its first answer.
    pub first_answer: Duration,
}

impl Process {
    /// Starts a command that listens on `address`, and waits until it answers `GET /api/health`. Its output goes to a
    /// file.
    pub async fn start(command: &mut Command, address: SocketAddr, log: PathBuf) -> anyhow::Result<Self> {
        let output = File::create(&log)?;
        // The yardstick exits when its standard input is closed. Our application ignores it.
        command.stdin(Stdio::piped()).stdout(output.try_clone()?).stderr(output);
        let begin = Instant::now();
        let program = command.get_program().to_owned();
        let child = command.spawn().with_context(|| format!("could not start {}", program.display()))?;
        let mut process = Self { child, log, address, first_answer: Duration::ZERO };
        process.wait_for_answer(begin).await?;
        process.first_answer = begin.elapsed();
        Ok(process)
    }

    async fn wait_for_answer(&mut self, begin: Instant) -> anyhow::Result<()> {
        let health = request::get("/api/health", None);
        loop {
            if let Ok(mut connection) = Connection::open(self.address).await {
                let answer = connection.exchange(&health, |_| {}).await;
                match answer {
                    Ok(answer) if answer.status == 200 => return Ok(()),
                    Ok(answer) => bail!("the first answer has the status {}; {}", answer.status, self.last_output()),
                    Err(_) => {}
                }
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended at once ({status}); {}", self.last_output());
            }
            if begin.elapsed() > START_LIMIT {
                bail!("no answer within {START_LIMIT:?}; {}", self.last_output());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    fn last_output(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        format!("its last output:\n{}", lines[lines.len().saturating_sub(20)..].join("\n"))
    }
}

impl Drop for Process {
    /// The databases are temporary, so the process need not shut down in order.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address whose port was free at the time of the call.
pub fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// The directory that contains `spin.toml`: this one or one above it.
pub fn project_root() -> anyhow::Result<PathBuf> {
    let here = std::env::current_dir()?;
    let root = here.ancestors().find(|dir| dir.join("spin.toml").is_file());
    root.map(Path::to_owned)
        .context("there is no spin.toml in this directory or above it: run the benchmark in the project")
}
