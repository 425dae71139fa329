//! The application as a process of its own, as users run it: for tests that kill it.

use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{Caller, repository, vault_binary};

/// `vault up` on a free port. Killed (`kill -9`) when it goes out of scope.
pub struct Process {
    child: Child,
    url: String,
}

impl Process {
    /// Starts it and waits until it answers.
    pub async fn start(state: &Path) -> Self {
        let process = Self::spawn(state);
        process.answers().await;
        process
    }

    /// Starts it; it may not answer yet.
    pub fn spawn(state: &Path) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
        let child = Command::new(vault_binary())
            .args(["up", "--no-build", "--listen", &free.to_string()])
            .arg("--from")
            .arg(repository().join("spin.toml"))
            .arg("--state-dir")
            .arg(state)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("`cargo vault test` builds the vault command");
        Self { child, url: format!("http://{free}") }
    }

    /// Waits until it answers.
    pub async fn answers(&self) {
        let (client, patience) = (reqwest::Client::new(), Instant::now() + Duration::from_secs(60));
        while client.get(format!("{}/api/health", self.url)).send().await.is_err() {
            assert!(Instant::now() < patience, "no answer from {}", self.url);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn anonymous(&self) -> Caller {
        Caller::anonymous(&self.url)
    }

    /// `kill -9`: no chance to tidy up.
    pub fn kill(mut self) {
        self.end();
    }

    /// SIGTERM, and the exit code.
    pub fn terminate(mut self) -> Option<i32> {
        let told = Command::new("kill").arg(self.child.id().to_string()).status().expect("kill");
        assert!(told.success());
        self.child.wait().expect("an end").code()
    }

    fn end(&mut self) {
        // Both fail only if it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}
