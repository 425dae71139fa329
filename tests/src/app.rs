//! A running application.

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use tempfile::TempDir;

use crate::Caller;

/// The application of `spin.toml`, on a free port of this machine, with an empty database that goes when it does.
pub struct App {
    running: host::Running,
    state: TempDir,
}

impl App {
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// Starts with some of the manifest's variables set.
    pub async fn with(variables: &[(&str, &str)]) -> Self {
        let state = TempDir::new().expect("a temporary folder");
        let running = Self::serve(&repository().join("spin.toml"), state.path(), variables).await;
        Self { running, state }
    }

    /// Serves a manifest from a state folder that lives as long as the caller says.
    pub async fn serve(manifest: &Path, state: &Path, variables: &[(&str, &str)]) -> host::Running {
        let mut builder = Self::builder(manifest, state);
        for (name, value) in variables {
            builder = builder.variable(*name, *value);
        }
        builder.start().await.expect("the application starts; `cargo vault build` builds its components")
    }

    /// A host on a free port that sees nothing of this machine's environment.
    pub fn builder(manifest: &Path, state: &Path) -> host::Vault {
        host::Vault::builder(manifest)
            .listen("127.0.0.1:0".parse().expect("an address"))
            .state_dir(state)
            .code_cache(repository().join("target/vault-cache"))
            .inherit_env(false)
    }

    pub fn url(&self) -> String {
        self.running.url()
    }

    /// The SQLite file that the components share.
    pub fn database(&self) -> PathBuf {
        self.state.path().join("sqlite_db.db")
    }

    pub fn anonymous(&self) -> Caller {
        Caller::anonymous(&self.url())
    }

    /// A new account, signed in.
    pub async fn collector(&self) -> Caller {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        self.anonymous().register(&format!("collector{number}@example.org")).await
    }
}

/// The folder of `spin.toml`.
pub fn repository() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("tests/ is in the repository").to_owned()
}

/// The `vault` command of this build, for tests that kill it.
pub fn vault_binary() -> PathBuf {
    let test = std::env::current_exe().expect("this test");
    let folder = test.ancestors().nth(2).expect("target/debug/deps/test");
    folder.join(format!("vault{}", std::env::consts::EXE_SUFFIX))
}
