//! A server as a process of its own, which ends with the value that stands for it.

use std::{
    fs::File,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};

use crate::load::{Connection, request};

/// Far more than a first start without any cached code takes.
const START_LIMIT: Duration = Duration::from_secs(120);

pub struct Process {
    child: Child,
    log: PathBuf,
    pub address: SocketAddr,
    /// From the start of the process to its first answer.
    pub first_answer: Duration,
}

impl Process {
    /// Starts a command that serves `address`, and waits until it answers `GET /api/health`. What it prints goes to a
    /// file, as a service's output would.
    pub async fn start(command: &mut Command, address: SocketAddr, log: PathBuf) -> anyhow::Result<Self> {
        let output = File::create(&log)?;
        // The yardstick ends when its input does; our application does not look.
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
                    Ok(answer) => bail!("the first answer has the status {}; {}", answer.status, self.last_words()),
                    Err(_) => {}
                }
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended at once ({status}); {}", self.last_words());
            }
            if begin.elapsed() > START_LIMIT {
                bail!("no answer within {START_LIMIT:?}; {}", self.last_words());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    fn last_words(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        format!("it said:\n{}", lines[lines.len().saturating_sub(20)..].join("\n"))
    }
}

impl Drop for Process {
    /// Nothing is lost that anybody wants: the databases are temporary.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that was free a moment ago.
pub fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// The directory of `spin.toml`, from here upwards.
pub fn project_root() -> anyhow::Result<PathBuf> {
    let here = std::env::current_dir()?;
    let root = here.ancestors().find(|dir| dir.join("spin.toml").is_file());
    root.map(Path::to_owned).context("there is no spin.toml here or above: run this in the project")
}
