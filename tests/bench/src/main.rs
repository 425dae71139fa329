//! `cargo vault bench` measures our application and a native server with the same API (the yardstick) side by side.
//! Only figures of the same run can be compared: those of another machine or another hour are different.
//!
//! Both servers are separate processes with databases in a temporary directory. The same load generator sends requests
//! to them over the loopback interface. Both end with the run, also after an error or a signal.

mod api;
mod catalogue;
mod compare;
mod load;
mod measure;
mod process;
mod sides;
mod table;
mod wrk;
mod yardstick;

use std::{path::PathBuf, time::Duration};

use clap::Parser as _;
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    compare::Plan,
    measure::{Attack, Bench, DEFAULT, Measure},
    sides::{Servers, Setup},
};

/// Measures Vinyl Vault beside a native server with the same API, and prints a table of the figures and their goals
#[derive(Debug, clap::Parser)]
#[command(name = "cargo vault bench --")]
struct Options {
    #[command(subcommand)]
    task: Option<Task>,
    /// Measure a third of the rounds, each half as long
    #[arg(long)]
    quick: bool,
    /// Run only this measurement; can be given more than once
    #[arg(long, value_name = "NAME")]
    only: Vec<Measure>,
    /// Also measure how a page of 100 albums slows down as the database grows (takes minutes)
    #[arg(long)]
    growth: bool,
    /// The number of albums at which the growing database ends
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    most_albums: u64,
    /// How the native server reads rows
    #[arg(long, value_enum, default_value_t = yardstick::Style::Borrowed)]
    native: yardstick::Style,
    /// Run only this attack of `--only attacks`; can be given more than once
    #[arg(long, value_name = "NAME")]
    attack: Vec<Attack>,
    /// The length of `--only soak`
    #[arg(long, value_name = "N", default_value_t = 30)]
    minutes: u64,
    /// Measure the build of another checkout of this repository, such as that of an older release
    #[arg(long, value_name = "DIR")]
    checkout: Option<PathBuf>,
    /// Also write the figures to this file, as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Measure nothing: keep both servers running for this time, and print `wrk` commands for them
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "600")]
    wrk: Option<u64>,
}

#[derive(Debug, clap::Subcommand)]
enum Task {
    /// Serve the yardstick
    #[command(hide = true)]
    Yardstick(yardstick::Options),
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    if let Some(Task::Yardstick(options)) = &options.task {
        return yardstick::run(options);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        // The servers are stopped when the future of `run` is dropped, whichever branch ends first.
        tokio::select! {
            result = run(&options) => result,
            _ = terminate.recv() => Err(anyhow::anyhow!("terminated")),
            _ = interrupt.recv() => Err(anyhow::anyhow!("interrupted")),
        }
    });
    // Do not wait for loads that still run: their servers have been stopped.
    runtime.shutdown_background();
    result
}

async fn run(options: &Options) -> anyhow::Result<()> {
    let setup = Setup::find(options.native, options.checkout.clone())?;
    let servers = Servers::start(&setup).await?;
    let plan = if options.quick { Plan::QUICK } else { Plan::FULL };
    let attacks = options.attack.clone();
    let Options { most_albums, minutes, .. } = *options;
    let bench = Bench { setup: &setup, servers: &servers, plan, most_albums, attacks, minutes };
    if let Some(seconds) = options.wrk {
        return wrk::hold(&bench, Duration::from_secs(seconds)).await;
    }
    let mut measures = if options.only.is_empty() { DEFAULT.to_vec() } else { options.only.clone() };
    if options.growth && !measures.contains(&Measure::Growth) {
        measures.push(Measure::Growth);
    }
    let mut rows = Vec::new();
    for measure in measures {
        eprintln!("measuring {measure:?} …");
        rows.append(&mut bench.run(measure).await?);
    }
    print!("{}", table::render(&rows));
    if let Some(path) = &options.json {
        std::fs::write(path, serde_json::to_vec_pretty(&rows)?)?;
    }
    Ok(())
}
