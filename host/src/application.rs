//! Starting and stopping an application.

mod grants;
mod state_paths;
#[cfg(test)]
mod tests;
mod ticks;

use std::{
    collections::{BTreeMap, HashMap},
    io,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::Duration,
};

use anyhow::{Context, Result, anyhow};
use ipnet::IpNet;
use tokio::{net::TcpListener, runtime::Runtime, sync::watch};

use self::grants::OpenFiles;
pub use self::state_paths::StatePaths;
use self::ticks::Ticks;
use crate::{
    engine::{self, CodeCache, Guest, Parts, TimeLimits},
    guest_output,
    http::{Routes, Server, ServerParts, Spool},
    limits::ConnectionLimits,
    manifest::{self, Manifest, RuntimeConfig, VariableValues},
    memory::{self, MemoryBudget},
    private_files,
    sqlite::Database,
};

/// How long requests in flight may take to finish when the application stops.
const DRAIN: Duration = Duration::from_secs(10);
/// The memory that clients may cause by default: the process stays below 512 MiB with the rest.
const MEMORY_BUDGET: usize = 320 << 20;
/// The free space below which nothing is written: enough to start, to compact the log and to delete.
const DISK_RESERVE: u64 = 64 << 20;

/// The builder of an application: a manifest, and the settings that are not part of it.
#[derive(Debug, Clone)]
pub struct Application {
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
    limits: ConnectionLimits,
    memory_budget: usize,
    disk_reserve: u64,
    trusted_proxies_from: Option<String>,
    ticks: Option<Ticks>,
}

impl Application {
    /// Starts with the default settings for this manifest.
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
            limits: ConnectionLimits::default(),
            memory_budget: MEMORY_BUDGET,
            disk_reserve: DISK_RESERVE,
            trusted_proxies_from: None,
            ticks: None,
        }
    }

    /// Uses this text instead of the file's. Relative paths still start from the file's directory.
    pub fn manifest_text(mut self, text: impl Into<String>) -> Self {
        self.manifest_text = Some(text.into());
        self
    }

    /// The address to listen on; port 0 takes a free one.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// The directory of databases and stores; by default `.spin` beside the manifest.
    pub fn state_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.state_dir = Some(dir.into());
        self
    }

    /// The directory of compiled code; by default `code-cache` in the state directory.
    pub fn code_cache(mut self, dir: impl Into<PathBuf>) -> Self {
        self.code_cache = Some(dir.into());
        self
    }

    /// A `runtime-config.toml`.
    pub fn runtime_config(mut self, file: impl Into<PathBuf>) -> Self {
        self.runtime_config = Some(file.into());
        self
    }

    /// Sets a variable of the application. It overrides the environment and the manifest's default.
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// Whether `SPIN_VARIABLE_…` and `.env` are read.
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

    /// The maximum size of each linear memory of an instance, in bytes.
    pub fn memory_limit(mut self, bytes: usize) -> Self {
        self.memory_limit = bytes;
        self
    }

    /// The number of requests that are served at once. More wait, and get 503 after 5 s.
    pub fn concurrent_requests(mut self, limit: usize) -> Self {
        self.concurrent_requests = limit;
        self
    }

    /// The limits of connections, requests and answers.
    pub fn connection_limits(mut self, limits: ConnectionLimits) -> Self {
        self.limits = limits;
        self
    }

    /// The memory that clients may cause: of guests, bodies and answers, in bytes. New requests get 503 from three
    /// quarters on.
    pub fn memory_budget(mut self, bytes: usize) -> Self {
        self.memory_budget = bytes;
        self
    }

    /// The free space of the disk, in bytes, below which databases are read but not written. 0: no reserve.
    pub fn disk_reserve(mut self, bytes: u64) -> Self {
        self.disk_reserve = bytes;
        self
    }

    /// The name of the variable that lists the proxies in front, as addresses or networks with commas between them.
    /// They are exempt from the limits of an address.
    pub fn trusted_proxies_from(mut self, variable: impl Into<String>) -> Self {
        self.trusted_proxies_from = Some(variable.into());
        self
    }

    /// Sends `POST` to this path of the application, after each period and when its answer asks for it by
    /// `Retry-After`, with `Authorization: Bearer` and the value of a variable of the application. If the variable is
    /// empty, it gets a random value, which only this process knows. The request is not sent over a socket.
    pub fn ticks(mut self, path: impl Into<String>, every: Duration, token_from: impl Into<String>) -> Self {
        self.ticks = Some(Ticks { path: path.into(), every, token_from: token_from.into() });
        self
    }

    /// Reads and checks the manifest.
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

    /// Composes the components, opens the databases and listens. Runs on the host's own threads, whatever runtime the
    /// caller uses.
    pub async fn start(self) -> Result<Running> {
        runtime()?.spawn(self.start_on_host_threads()).await?
    }

    async fn start_on_host_threads(self) -> Result<Running> {
        let manifest = self.manifest()?;
        let listener = listen(self.listen).await?;
        let config = match &self.runtime_config {
            Some(path) => RuntimeConfig::load(path)?,
            None => RuntimeConfig::default(),
        };
        let state_dir = self.state_dir.clone().unwrap_or_else(|| manifest.default_state_dir());
        let memory = Arc::new(MemoryBudget::new(self.memory_budget));
        let paths = StatePaths::new(&state_dir, config);
        let mut files = OpenFiles::new(paths, self.request_timeout, self.disk_reserve, &memory);
        let mut values = manifest::resolve_variables(&manifest, &self.variables, self.inherit_env)?;
        let tick = self.ticks.as_ref().map(|ticks| ticks.tick(&mut values)).transpose()?;
        let trusted_proxies = match &self.trusted_proxies_from {
            Some(variable) => parse_networks(variable, values.get(variable).map_or("", String::as_str))?,
            None => Vec::new(),
        };
        let times = TimeLimits { request: self.request_timeout, stream: self.stream_timeout };
        let (guests, routes) = self.prepare(&manifest, &values, &state_dir, &mut files, times, &memory)?;
        private_files::create_private_dir(&state_dir)?;
        let spool = Spool::new(state_dir.clone(), self.disk_reserve, &self.limits);

        let dotenv = self.inherit_env.then(|| manifest.dir.join(".env"));
        private_files::warn_of_loose([state_dir.clone()].into_iter().chain(files.paths()).chain(dotenv));
        let addr = listener.local_addr()?;
        let server = Server::new(ServerParts {
            routes,
            guests,
            concurrent: self.concurrent_requests,
            times,
            limits: self.limits,
            trusted_proxies,
            memory,
            spool,
        });
        let (stop, stopped) = watch::channel(false);
        let server = Arc::new(server);
        if let Some(tick) = tick {
            tokio::spawn(server.clone().tick(tick, stopped.clone()));
        }
        tokio::spawn(server.serve(listener, stopped));
        let (app, version, state) = (&manifest.name, &manifest.version, state_dir.display());
        tracing::info!(app, version, address = %addr, %state, "serving");
        Ok(Running { addr, manifest, stop, databases: files.into_databases() })
    }

    /// Resolves and compiles each component that a route names, once.
    fn prepare(
        &self,
        manifest: &Manifest,
        values: &VariableValues,
        state_dir: &Path,
        files: &mut OpenFiles,
        times: TimeLimits,
        memory: &Arc<MemoryBudget>,
    ) -> Result<(Vec<Guest>, Routes)> {
        let cache = CodeCache::new(&self.code_cache.clone().unwrap_or_else(|| state_dir.join("code-cache")));
        let mut guests = Vec::new();
        let mut routes = Vec::new();
        let mut targets: HashMap<&str, usize> = HashMap::new();
        for trigger in &manifest.triggers {
            let name = trigger.component.as_str();
            let target = match targets.get(name) {
                Some(target) => *target,
                None => {
                    let grants = grants::resolve(manifest, name, values, files, self.memory_limit, memory)?;
                    let prepared = engine::prepare(Parts::read(manifest, name)?, name, &cache)?;
                    guests.push(Guest::new(grants, prepared, times));
                    targets.insert(name, guests.len() - 1);
                    guests.len() - 1
                }
            };
            routes.push((trigger.route.clone(), target));
        }
        Ok((guests, Routes::new(routes)))
    }
}

/// A started application. Dropping it stops it without waiting for requests in flight.
pub struct Running {
    addr: SocketAddr,
    manifest: Manifest,
    stop: watch::Sender<bool>,
    databases: Vec<Arc<Database>>,
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

    /// Stops accepting requests, waits up to 10 s for those in flight, and moves the write-ahead logs into the
    /// databases. Returns whether all requests finished in time.
    pub async fn stop(self) -> bool {
        let _ = self.stop.send(true);
        let drained = tokio::time::timeout(DRAIN, self.stop.closed()).await.is_ok();
        if !drained {
            tracing::warn!("requests were still in flight after {DRAIN:?}");
        }
        let databases = self.databases;
        let checkpointed = match runtime() {
            Ok(runtime) => runtime.spawn_blocking(move || databases.iter().for_each(|d| d.checkpoint())).await,
            Err(_) => return drained,
        };
        if let Err(error) = checkpointed {
            tracing::warn!(%error, "could not checkpoint the databases");
        }
        tracing::info!("stopped");
        guest_output::flush();
        drained
    }
}

/// The host's threads. All applications of the process share them.
pub fn runtime() -> Result<&'static Runtime> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    memory::keep_little();
    let created = tokio::runtime::Builder::new_multi_thread()
        .thread_name("host")
        // Looks for new requests after every task instead of every 61st: guests that compute run for a tick at a time,
        // so a request would otherwise wait for dozens of ticks.
        .event_interval(1)
        .enable_all()
        .build()
        .context("could not start the host's threads")?;
    // Two threads may have created a runtime at once. Dropping one within a runtime would block, which tokio forbids.
    if let Err(second) = RUNTIME.set(created) {
        second.shutdown_background();
    }
    RUNTIME.get().context("could not start the host's threads")
}

/// Addresses or networks, with commas between them.
fn parse_networks(variable: &str, list: &str) -> Result<Vec<IpNet>> {
    let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    entries
        .map(|entry| {
            let parsed = entry.parse::<IpNet>().or_else(|_| entry.parse::<IpAddr>().map(IpNet::from));
            parsed.with_context(|| {
                format!("the variable `{variable}` has `{entry}`: write addresses or networks, such as 10.0.0.0/8")
            })
        })
        .collect()
}

async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => anyhow!(
            "{address} is used by another program (`ss -ltnp` shows which): stop it, or choose another address, such \
             as `--listen 127.0.0.1:3001`"
        ),
        io::ErrorKind::PermissionDenied => anyhow!(
            "this user may not listen on {address}: ports below 1024 need privileges; choose another with `--listen`"
        ),
        _ => anyhow!("could not listen on {address}: {error}"),
    })
}
