//! `vault up`.

use std::{
    net::{SocketAddr, ToSocketAddrs},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use clap::Args;
use host::{Application, ConnectionLimits, Running, manifest::Manifest};
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    components,
    logging::{self, LogFormat},
    stand_ins::StandIns,
};

#[derive(Args)]
pub struct Up {
    /// The address to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:3000", value_name = "ADDRESS")]
    listen: String,
    /// The directory of the databases [default: .spin beside the manifest]
    #[arg(long, value_name = "DIR")]
    state_dir: Option<PathBuf>,
    /// The directory of compiled code [default: target/vault-cache, or code-cache in the state directory]
    #[arg(long, value_name = "DIR")]
    code_cache: Option<PathBuf>,
    /// Set a variable of the application; may be repeated. Not for secrets: others can read arguments
    #[arg(long, short = 'e', value_name = "NAME=VALUE", value_parser = parse_variable)]
    variable: Vec<(String, String)>,
    /// A runtime-config.toml: the paths of databases and key-value stores
    #[arg(long, value_name = "FILE")]
    runtime_config_file: Option<PathBuf>,
    /// Serve what is built, without checking for changes
    #[arg(long)]
    no_build: bool,
    /// Replace Discogs and the language models with servers on this machine, to try everything without keys
    #[arg(long)]
    stand_ins: bool,
    /// The format of log lines [default: text on a terminal, else json]
    #[arg(long, value_enum)]
    log_format: Option<LogFormat>,
    /// Seconds until a request without an answer gets 504
    #[arg(long, default_value_t = 30, value_name = "SECONDS")]
    request_timeout: u64,
    /// Requests served at once; more wait, and get 503 after 5 s
    #[arg(long, default_value_t = 512, value_name = "N")]
    max_requests: usize,
    /// Maximum memory of each component of an instance, in megabytes
    #[arg(long, default_value_t = 256, value_name = "MB")]
    memory_limit: usize,
    /// Memory that all clients together may cause, in megabytes; from three quarters on, new requests get 503
    #[arg(long, default_value_t = 320, value_name = "MB")]
    memory_budget: usize,
    /// Maximum size of a request's body, in megabytes; larger ones get 413 before they arrive
    #[arg(long, default_value_t = 32, value_name = "MB")]
    max_body: u64,
    /// Free space of the disk, in megabytes, below which the data is read but not written; 0: no reserve
    #[arg(long, default_value_t = 64, value_name = "MB")]
    disk_reserve: u64,
    /// Seconds between two looks for jobs that are due; while there are some, it looks more often. 0: never
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    jobs_every: u64,
    /// Connections at once
    #[arg(long, default_value_t = 10_000, value_name = "N")]
    max_connections: usize,
    /// Connections of one address at once; proxies in the variable trusted_proxies are exempt
    #[arg(long, default_value_t = 512, value_name = "N")]
    max_connections_per_address: usize,
}

impl Up {
    pub fn run(self, from: PathBuf) -> Result<()> {
        logging::init(self.log_format);
        let manifest = Manifest::load(&from)?;
        if !self.no_build {
            components::build(&manifest)?;
        }
        // Dropped, and so ended, after the application has stopped.
        let stand_ins = self.stand_ins.then(|| StandIns::start(&manifest)).transpose()?;
        let variables = stand_ins.as_ref().map(StandIns::variables).unwrap_or_default();
        host::runtime()?.block_on(serve(self.application(from, &manifest, variables)?))
    }

    /// The variables of the command line override `variables`.
    fn application(self, from: PathBuf, manifest: &Manifest, variables: &[(String, String)]) -> Result<Application> {
        let mut application = Application::builder(from)
            .listen(resolve_address(&self.listen)?)
            .request_timeout(Duration::from_secs(self.request_timeout))
            .concurrent_requests(self.max_requests)
            .memory_limit(self.memory_limit << 20)
            .memory_budget(self.memory_budget << 20)
            .disk_reserve(self.disk_reserve << 20)
            .trusted_proxies_from("trusted_proxies")
            .connection_limits(ConnectionLimits {
                connections: self.max_connections,
                connections_per_address: self.max_connections_per_address,
                body_bytes: self.max_body << 20,
                ..ConnectionLimits::default()
            });
        if self.jobs_every > 0 {
            let every = Duration::from_secs(self.jobs_every);
            application = application.ticks("/system/jobs/run", every, "jobs_token");
        }
        if let Some(dir) = self.code_cache.or_else(|| default_code_cache(&manifest.dir)) {
            application = application.code_cache(dir);
        }
        if let Some(dir) = self.state_dir {
            application = application.state_dir(dir);
        }
        if let Some(file) = self.runtime_config_file {
            application = application.runtime_config(file);
        }
        for (name, value) in variables.iter().cloned().chain(self.variable) {
            application = application.variable(name, value);
        }
        Ok(application)
    }
}

/// Compiled code is build output: in a workspace it belongs to the target directory.
fn default_code_cache(manifest_dir: &Path) -> Option<PathBuf> {
    let target = manifest_dir.join("target");
    // The host uses the state directory otherwise, which may be another one than `.spin`.
    target.is_dir().then(|| target.join("vault-cache"))
}

async fn serve(application: Application) -> Result<()> {
    // Installed before the start, so that a signal during a slow first start is not lost.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let running = tokio::select! {
        running = application.start() => running?,
        _ = terminate.recv() => return Ok(()),
        _ = interrupt.recv() => return Ok(()),
    };
    print_routes(&running);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping: finishing the requests in flight; a second signal stops at once");
    tokio::select! {
        _ = running.stop() => Ok(()),
        _ = terminate.recv() => bail!("stopped at once; requests in flight were cut off"),
        _ = interrupt.recv() => bail!("stopped at once; requests in flight were cut off"),
    }
}

fn print_routes(running: &Running) {
    println!("Serving {}", running.url());
    println!("Routes:");
    for trigger in &running.manifest().triggers {
        println!("  {}: {}{}", trigger.component, running.url(), trigger.route);
    }
}

fn resolve_address(listen: &str) -> Result<SocketAddr> {
    listen
        .to_socket_addrs()
        .with_context(|| format!("`--listen {listen}` is not an address: write host:port, such as 127.0.0.1:3000"))?
        .next()
        .with_context(|| format!("`--listen {listen}` resolves to no address"))
}

fn parse_variable(argument: &str) -> Result<(String, String), String> {
    match argument.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}
