//! The application in a separate process, as users run it: for tests that kill it.

use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{Caller, app::NO_DISCOGS, repository, vault_binary};

/// `vault up` on a free port. The process is killed when the value is dropped.
pub struct Process {
    child: Child,
    url: String,
}

impl Process {
    /// Starts the process and waits until it answers.
    pub async fn start(state: &Path) -> Self {
        let process = Self::spawn(state);
        process.wait_for_answer().await;
        process
    }

    /// Starts the process and returns at once, possibly before it answers.
    pub fn spawn(state: &Path) -> Self {
        Self::spawn_with_log(state, Stdio::null())
    }

    /// The same, with its log.
    pub fn spawn_with_log(state: &Path, log: impl Into<Stdio>) -> Self {
        // As `App::start`: tests send many requests from one address.
        Self::spawn_with(state, log, &[("rate_limit_ip", "0"), ("rate_limit_user", "0")])
    }

    /// The same, with values for some variables of the manifest, and its other defaults, limits included.
    pub fn spawn_with(state: &Path, log: impl Into<Stdio>, variables: &[(&str, &str)]) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
        let child = Command::new(vault_binary())
            .args(["up", "--no-build", "--listen", &free.to_string()])
            .args(
                NO_DISCOGS
                    .iter()
                    .chain(variables)
                    .flat_map(|(name, value)| ["--variable".to_owned(), format!("{name}={value}")]),
            )
            .arg("--from")
            .arg(repository().join("spin.toml"))
            .arg("--state-dir")
            .arg(state)
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("`cargo vault test` builds the vault command");
        Self { child, url: format!("http://{free}") }
    }

    /// Waits at most 60 seconds until the process answers.
    pub async fn wait_for_answer(&self) {
        let (client, deadline) = (reqwest::Client::new(), Instant::now() + Duration::from_secs(60));
        while client.get(format!("{}/api/health", self.url)).send().await.is_err() {
            assert!(Instant::now() < deadline, "no answer from {}", self.url);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The id of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn anonymous(&self) -> Caller {
        Caller::anonymous(&self.url)
    }

    /// Kills the process (SIGKILL), so that it cannot shut down in order.
    pub fn kill(mut self) {
        self.end();
    }

    /// Sends SIGTERM, waits for the end of the process, and returns its exit code.
    pub fn terminate(mut self) -> Option<i32> {
        let status = Command::new("kill").arg(self.child.id().to_string()).status().expect("kill");
        assert!(status.success());
        self.child.wait().expect("an end").code()
    }

    fn end(&mut self) {
        // Both calls fail only if the process has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}
