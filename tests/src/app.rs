//! A running application.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use rusqlite::Connection;
use tempfile::TempDir;

use crate::Caller;

/// The discard service, where no one listens: albums with release numbers must not make a test ask the real Discogs.
pub const NO_DISCOGS: &[(&str, &str)] =
    &[("discogs_base_url", "http://127.0.0.1:9"), ("discogs_image_url", "http://127.0.0.1:9")];

/// Switches off the limits of requests and sign-ins, and names an operator, so that the first account that a test
/// registers is an ordinary one.
const WITHOUT_LIMITS: &[(&str, &str)] = &[
    ("rate_limit_ip", "0"),
    ("rate_limit_user", "0"),
    ("sign_in_attempts", "0"),
    ("admin_email", "operator@example.org"),
    ("admin_password", "the operator's own secret"),
];

/// The application of `spin.toml` on a free port of this machine. Its database is empty at first, and is deleted with
/// it.
pub struct App {
    running: host::Running,
    state: TempDir,
}

impl App {
    /// Starts the application without limits on the number of requests and sign-ins: tests send many from one address.
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// The same, with values for some variables of the manifest.
    pub async fn with(variables: &[(&str, &str)]) -> Self {
        let state = TempDir::new().expect("a temporary folder");
        let running = Self::serve(&repository().join("spin.toml"), state.path(), variables).await;
        Self { running, state }
    }

    /// Starts the application with the defaults of the manifest, limits included, but for these variables.
    pub async fn with_defaults(variables: &[(&str, &str)]) -> Self {
        let state = TempDir::new().expect("a temporary folder");
        let running = start(Self::builder(&repository().join("spin.toml"), state.path()), variables).await;
        Self { running, state }
    }

    /// Starts the application without limits on the number of requests and sign-ins, with other settings of the host.
    pub async fn on_host(settings: impl FnOnce(host::Application) -> host::Application) -> Self {
        let state = TempDir::new().expect("a temporary folder");
        let builder = settings(Self::builder(&repository().join("spin.toml"), state.path()));
        let running = start(builder, WITHOUT_LIMITS).await;
        Self { running, state }
    }

    /// Serves a manifest without limits, with a state folder that the caller owns.
    pub async fn serve(manifest: &Path, state: &Path, variables: &[(&str, &str)]) -> host::Running {
        start(Self::builder(manifest, state), &[WITHOUT_LIMITS, variables].concat()).await
    }

    /// A host on a free port that ignores the environment variables of this process.
    pub fn builder(manifest: &Path, state: &Path) -> host::Application {
        host::Application::builder(manifest)
            .listen("127.0.0.1:0".parse().expect("an address"))
            .state_dir(state)
            .code_cache(repository().join("target/vault-cache"))
            .inherit_env(false)
    }

    pub fn url(&self) -> String {
        self.running.url()
    }

    /// For connections that send something other than whole requests.
    pub fn addr(&self) -> SocketAddr {
        self.running.addr()
    }

    /// The SQLite file that the components share.
    pub fn database(&self) -> PathBuf {
        self.state.path().join("sqlite_db.db")
    }

    /// A connection to the database that the running components use.
    ///
    /// # Panics
    /// If the database cannot be opened.
    pub fn connect(&self) -> Connection {
        Connection::open(self.database()).expect("the database")
    }

    pub fn anonymous(&self) -> Caller {
        Caller::anonymous(&self.url())
    }

    /// Registers a new account and returns a caller that is signed in to it.
    pub async fn collector(&self) -> Caller {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        self.anonymous().register(&format!("collector{number}@example.org")).await
    }
}

async fn start(mut builder: host::Application, variables: &[(&str, &str)]) -> host::Running {
    for (name, value) in NO_DISCOGS.iter().chain(variables) {
        builder = builder.variable(*name, *value);
    }
    builder.start().await.expect("the application starts; `cargo vault build` builds its components")
}

/// The folder that contains `spin.toml`.
pub fn repository() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("tests/ is in the repository").to_owned()
}

/// The `vault` command, built into the same folder as this test: for tests that start it as a process.
pub fn vault_binary() -> PathBuf {
    let test = std::env::current_exe().expect("the path of this test");
    let folder = test.ancestors().nth(2).expect("target/debug/deps/test");
    folder.join(format!("vault{}", std::env::consts::EXE_SUFFIX))
}
