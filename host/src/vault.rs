//! Starting and stopping an application: the library's front door.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use wasmtime_wasi_http::handler::ProxyHandler;

use crate::code_cache::CodeCache;
use crate::compose::Parts;
use crate::database::Database;
use crate::engine;
use crate::grants::{self, Files};
use crate::handler::{Guest, Times};
use crate::manifest::Manifest;
use crate::routes::Routes;
use crate::runtime_config::RuntimeConfig;
use crate::server::Server;
use crate::variables;

/// How long what is in flight may take to finish when the application stops.
const DRAIN: Duration = Duration::from_secs(10);

/// An application that can be started: a manifest, and what is decided outside of it.
#[derive(Debug, Clone)]
pub struct Vault {
    manifest: PathBuf,
    manifest_text: Option<String>,
    listen: SocketAddr,
    state_dir: Option<PathBuf>,
    code_cache: Option<PathBuf>,
    runtime_config: Option<PathBuf>,
    variables: BTreeMap<String, String>,
    inherit_env: bool,
    request_timeout: Duration,
    stream_timeout: Duration,
    memory_limit: usize,
    concurrent_requests: usize,
}

impl Vault {
    /// Begins with the defaults of `vault up` for this manifest.
    pub fn builder(manifest: impl Into<PathBuf>) -> Self {
        Self {
            manifest: manifest.into(),
            manifest_text: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 3000)),
            state_dir: None,
            code_cache: None,
            runtime_config: None,
            variables: BTreeMap::new(),
            inherit_env: true,
            request_timeout: Duration::from_secs(30),
            stream_timeout: Duration::from_secs(600),
            memory_limit: 256 << 20,
            concurrent_requests: 512,
        }
    }

    /// Uses this text instead of the file's; paths still start from the file's directory.
    pub fn manifest_text(mut self, text: impl Into<String>) -> Self {
        self.manifest_text = Some(text.into());
        self
    }

    /// The address to listen on; port 0 takes a free one.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Where databases and stores are kept; `.spin` beside the manifest by default.
    pub fn state_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.state_dir = Some(dir.into());
        self
    }

    /// Where compiled code is kept; by default `target/vault-cache` beside the manifest, or
    /// `.spin/code-cache` where there is no `target`.
    pub fn code_cache(mut self, dir: impl Into<PathBuf>) -> Self {
        self.code_cache = Some(dir.into());
        self
    }

    /// A `runtime-config.toml`.
    pub fn runtime_config(mut self, file: impl Into<PathBuf>) -> Self {
        self.runtime_config = Some(file.into());
        self
    }

    /// Sets a variable of the application, over the environment and the default.
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// Whether `SPIN_VARIABLE_…` and `.env` are read; tests say no.
    pub fn inherit_env(mut self, inherit: bool) -> Self {
        self.inherit_env = inherit;
        self
    }

    /// How long a request may take until the head of its response (then: 504).
    pub fn request_timeout(mut self, limit: Duration) -> Self {
        self.request_timeout = limit;
        self
    }

    /// How long a response may stream after its head.
    pub fn stream_timeout(mut self, limit: Duration) -> Self {
        self.stream_timeout = limit;
        self
    }

    /// The most that each linear memory of an instance may grow to, in bytes.
    pub fn memory_limit(mut self, bytes: usize) -> Self {
        self.memory_limit = bytes;
        self
    }

    /// Requests served at once; more wait, and after 5 s get 503.
    pub fn concurrent_requests(mut self, limit: usize) -> Self {
        self.concurrent_requests = limit;
        self
    }

    /// The manifest, read and checked.
    pub fn manifest(&self) -> Result<Manifest> {
        match &self.manifest_text {
            None => Manifest::load(&self.manifest),
            Some(text) => {
                let file = std::path::absolute(&self.manifest)?;
                let dir = file.parent().unwrap_or(Path::new("."));
                Manifest::parse(text, dir, &self.manifest.display().to_string())
            }
        }
    }

    /// Composes, opens, listens. Runs on the host's own threads, whatever runtime the caller has.
    pub async fn start(self) -> Result<Running> {
        runtime()?.spawn(self.start_here()).await?
    }

    async fn start_here(self) -> Result<Running> {
        let manifest = self.manifest()?;
        let listener = listen(self.listen).await?;
        let values = variables::resolve(&manifest, &self.variables, self.inherit_env)?;
        let config = match &self.runtime_config {
            Some(path) => RuntimeConfig::load(path)?,
            None => RuntimeConfig::default(),
        };
        let state_dir = self.state_dir.clone().unwrap_or_else(|| manifest.default_state_dir());
        let cache_dir = self.code_cache.clone().unwrap_or_else(|| manifest.default_code_cache());
        let cache = CodeCache::new(&cache_dir);

        let mut files = Files::new(&state_dir, config, self.request_timeout);
        let mut guests = Vec::new();
        let mut routes = Vec::new();
        let mut targets: HashMap<String, usize> = HashMap::new();
        for trigger in &manifest.triggers {
            let name = &trigger.component;
            let target = match targets.get(name) {
                Some(target) => *target,
                None => {
                    let app = grants::app(&manifest, name, &values, &mut files, self.memory_limit)?;
                    let prepared = engine::prepare(Parts::read(&manifest, name)?, name, &cache)?;
                    let times = Times { request: self.request_timeout, stream: self.stream_timeout };
                    guests.push(ProxyHandler::new(Guest::new(app, prepared, times)));
                    targets.insert(name.clone(), guests.len() - 1);
                    guests.len() - 1
                }
            };
            routes.push((trigger.route.clone(), target));
        }
        let addr = listener.local_addr()?;
        let server = Server::new(Routes::new(routes), guests, self.concurrent_requests, self.request_timeout);
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(Arc::new(server).serve(listener, stopped));
        tracing::info!(app = manifest.name, version = manifest.version, address = %addr, state = %state_dir.display(), "serving");
        Ok(Running { addr, manifest, stop, files: files.opened.into_values().collect() })
    }
}

/// A started application; dropping it stops it without waiting.
pub struct Running {
    addr: SocketAddr,
    manifest: Manifest,
    stop: watch::Sender<bool>,
    files: Vec<Arc<Database>>,
}

impl Running {
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// `http://127.0.0.1:3000`, without a final slash.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Stops accepting, lets what is in flight finish (at most 10 s), folds the databases' logs.
    /// Says whether everything finished in time.
    pub async fn stop(self) -> bool {
        let _ = self.stop.send(true);
        let drained = tokio::time::timeout(DRAIN, self.stop.closed()).await.is_ok();
        if !drained {
            tracing::warn!("requests were still in flight after {DRAIN:?}");
        }
        let files = self.files;
        let folded = match runtime() {
            Ok(runtime) => runtime.spawn_blocking(move || files.iter().for_each(|f| f.checkpoint())).await,
            Err(_) => return drained,
        };
        if let Err(error) = folded {
            tracing::warn!(%error, "could not checkpoint");
        }
        tracing::info!("stopped");
        crate::logs::flush();
        drained
    }
}

/// The host's threads, shared by every application of the process.
pub fn runtime() -> Result<&'static Runtime> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let made = tokio::runtime::Builder::new_multi_thread()
        .thread_name("vault")
        // Looks for arrived requests after every task instead of every 61st: with guests that compute
        // for a tick at a time, a request would otherwise wait for dozens of ticks.
        .event_interval(1)
        .enable_all()
        .build()
        .context("could not start the host's threads")?;
    // Two may have made one at once; the second goes without blocking, which a drop would do.
    if let Err(second) = RUNTIME.set(made) {
        second.shutdown_background();
    }
    RUNTIME.get().context("could not start the host's threads")
}

async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|e| match e.kind() {
        std::io::ErrorKind::AddrInUse => anyhow!(
            "{address} is taken by another program (`ss -ltnp` shows which): stop it, or choose another address, such as `--listen 127.0.0.1:3001`"
        ),
        std::io::ErrorKind::PermissionDenied => anyhow!(
            "{address} may not be listened on: ports below 1024 need privileges; choose another with `--listen`"
        ),
        _ => anyhow!("could not listen on {address}: {e}"),
    })
}
