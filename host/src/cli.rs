//! The `vault` command.

mod data;
mod stand_ins;

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand};
use host::logs::{self, Format};
use host::manifest::Manifest;
use host::{Running, Vault, toolchain};
use stand_ins::StandIns;
use tokio::signal::unix::{SignalKind, signal};

/// Runs Vinyl Vault on this machine: builds its components, composes them, serves them.
#[derive(Parser)]
#[command(
    version,
    after_help = "Examples:
  cargo vault up                              build what changed and serve http://127.0.0.1:3000
  cargo vault up --listen 127.0.0.1:8080      on another port
  cargo vault up --variable discogs_token=…    look records up on Discogs by your own account
  cargo vault up --stand-ins                  try everything without internet and without keys
  cargo vault test                            build, then run every test
  cargo vault test -- --package tests sync    only some of them
  cargo vault backup ~/vinyl.db               copy the database while it is served

Variables are set by `--variable name=value`, by SPIN_VARIABLE_NAME in the environment,
or in a file `.env` beside spin.toml. RUST_LOG=debug says more."
)]
struct Cli {
    #[command(subcommand)]
    command: Task,
    /// The manifest, or the directory that holds it
    #[arg(long, short, global = true, default_value = "spin.toml", value_name = "PATH")]
    from: PathBuf,
}

#[derive(Subcommand)]
enum Task {
    /// Build what changed, then serve until interrupted
    Up(Box<Up>),
    /// Build the components whose sources changed
    Build,
    /// Build, then run the tests of the whole workspace
    Test {
        /// Arguments for `cargo test`
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Copy the database into one file, with a checksum, while it is served or not
    Backup(data::Backup),
    /// Verify a backup and put it in the place of the database, which is kept
    Restore(data::Restore),
    /// Check that the database is whole, and its documents what its ledger says
    Check(data::Check),
    /// Build, then measure
    Bench {
        /// Arguments for the benchmark
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

#[derive(Args)]
struct Up {
    /// The address to serve; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:3000", value_name = "ADDRESS")]
    listen: String,
    /// Where the databases are kept [default: .spin beside the manifest]
    #[arg(long, value_name = "DIR")]
    state_dir: Option<PathBuf>,
    /// Where compiled code is kept [default: target/vault-cache, else code-cache in .spin]
    #[arg(long, value_name = "DIR")]
    code_cache: Option<PathBuf>,
    /// Set a variable of the application; may be repeated
    #[arg(long, short = 'e', value_name = "NAME=VALUE", value_parser = variable)]
    variable: Vec<(String, String)>,
    /// A runtime-config.toml: where databases and stores are kept
    #[arg(long, value_name = "FILE")]
    runtime_config_file: Option<PathBuf>,
    /// Serve what is built, without looking for changes
    #[arg(long)]
    no_build: bool,
    /// Use servers on this machine in place of Discogs and the other services outside, to try everything without keys
    #[arg(long)]
    stand_ins: bool,
    /// How the host's own events are written [default: text on a terminal, else json]
    #[arg(long, value_enum)]
    log_format: Option<Format>,
    /// Seconds until a request without an answer gets 504
    #[arg(long, default_value_t = 30, value_name = "SECONDS")]
    request_timeout: u64,
    /// Requests served at once; more wait, and after 5 s get 503
    #[arg(long, default_value_t = 512, value_name = "N")]
    max_requests: usize,
    /// Megabytes of memory for each component of an instance
    #[arg(long, default_value_t = 256, value_name = "MB")]
    memory_limit: usize,
}

/// Runs the command line; the error is for people.
pub fn run() -> Result<()> {
    let cli = Cli::parse();
    match cli.command {
        Task::Up(up) => {
            logs::init(up.log_format);
            let manifest = Manifest::load(&cli.from)?;
            if !up.no_build {
                toolchain::build(&manifest)?;
            }
            // They end when this goes, after the application.
            let stand_ins = up.stand_ins.then(|| StandIns::start(&manifest)).transpose()?;
            let given = stand_ins.as_ref().map(StandIns::variables).unwrap_or_default();
            host::runtime()?.block_on(serve(*up, cli.from, given))
        }
        Task::Build => {
            if !toolchain::build(&Manifest::load(&cli.from)?)? {
                eprintln!("Everything is built.");
            }
            Ok(())
        }
        Task::Test { arguments } => {
            let manifest = Manifest::load(&cli.from)?;
            toolchain::build(&manifest)?;
            cargo(&manifest, &["test", "--workspace"], &arguments)
        }
        Task::Backup(task) => task.run(&cli.from),
        Task::Restore(task) => task.run(&cli.from),
        Task::Check(task) => task.run(&cli.from),
        Task::Bench { arguments } => {
            let manifest = Manifest::load(&cli.from)?;
            toolchain::build(&manifest)?;
            cargo(&manifest, &["run", "--quiet", "--package", "bench", "--"], &arguments)
        }
    }
}

/// `given`: variables that those of the command line override.
async fn serve(up: Up, from: PathBuf, given: &[(String, String)]) -> Result<()> {
    let mut vault = Vault::builder(from)
        .listen(address(&up.listen)?)
        .request_timeout(Duration::from_secs(up.request_timeout))
        .concurrent_requests(up.max_requests)
        .memory_limit(up.memory_limit << 20);
    if let Some(dir) = up.state_dir {
        vault = vault.state_dir(dir);
    }
    if let Some(dir) = up.code_cache {
        vault = vault.code_cache(dir);
    }
    if let Some(file) = up.runtime_config_file {
        vault = vault.runtime_config(file);
    }
    for (name, value) in given.iter().cloned().chain(up.variable) {
        vault = vault.variable(name, value);
    }
    // Before starting, so that a signal during a slow first start is not lost.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let running = tokio::select! {
        running = vault.start() => running?,
        _ = terminate.recv() => return Ok(()),
        _ = interrupt.recv() => return Ok(()),
    };
    announce(&running);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping: finishing what is in flight; a second signal stops at once");
    tokio::select! {
        _ = running.stop() => Ok(()),
        _ = terminate.recv() => bail!("stopped at once; requests in flight were cut off"),
        _ = interrupt.recv() => bail!("stopped at once; requests in flight were cut off"),
    }
}

fn announce(running: &Running) {
    println!("Serving {}", running.url());
    println!("Routes:");
    for trigger in &running.manifest().triggers {
        println!("  {}: {}{}", trigger.component, running.url(), trigger.route);
    }
}

fn address(listen: &str) -> Result<SocketAddr> {
    listen
        .to_socket_addrs()
        .with_context(|| format!("`--listen {listen}` is not an address: write host:port, such as 127.0.0.1:3000"))?
        .next()
        .with_context(|| format!("`--listen {listen}` names no address"))
}

fn variable(argument: &str) -> Result<(String, String), String> {
    match argument.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

/// Runs cargo in the manifest's directory and passes its exit code on.
fn cargo(manifest: &Manifest, arguments: &[&str], more: &[String]) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(arguments)
        .args(more)
        .current_dir(&manifest.dir)
        .status()
        .context("could not run cargo")?;
    if !status.success() {
        std::process::exit(status.code().unwrap_or(1));
    }
    Ok(())
}
