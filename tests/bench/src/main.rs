//! `cargo vault bench`: our application and the same API written natively (the yardstick), side by side on this
//! machine. Figures of one run compare with each other; those of another machine or another hour do not.
//!
//! Both servers are processes of their own with databases in a temporary directory, asked over loopback by the same
//! load generator. They end with the run, also on an error or a signal.

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
    measure::{Bench, Measure, USUAL},
    sides::{Servers, Setup},
};

/// Measures Vinyl Vault beside a native server of the same API, and prints the table of what is fast enough.
#[derive(Debug, clap::Parser)]
#[command(name = "cargo vault bench --")]
struct Options {
    #[command(subcommand)]
    task: Option<Task>,
    /// A third of the rounds, half as long
    #[arg(long)]
    quick: bool,
    /// Only this measurement; may be repeated
    #[arg(long, value_name = "NAME")]
    only: Vec<Measure>,
    /// Also measure a page of 100 as the database grows (minutes)
    #[arg(long)]
    growth: bool,
    /// How many albums the growing database has in the end
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    most_albums: u64,
    /// How the native server's author wrote it
    #[arg(long, value_enum, default_value_t = yardstick::Style::Borrowed)]
    native: yardstick::Style,
    /// Also write the figures to a file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Measure nothing: keep both servers up for so long and print `wrk` commands for them
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "600")]
    wrk: Option<u64>,
}

#[derive(Debug, clap::Subcommand)]
enum Task {
    /// Serves the yardstick
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
        // Whichever ends first, the servers end with the future that holds them.
        tokio::select! {
            result = run(&options) => result,
            _ = terminate.recv() => Err(anyhow::anyhow!("terminated")),
            _ = interrupt.recv() => Err(anyhow::anyhow!("interrupted")),
        }
    });
    // A load that still runs has lost its server and is of no interest.
    runtime.shutdown_background();
    result
}

async fn run(options: &Options) -> anyhow::Result<()> {
    let setup = Setup::find(options.native)?;
    let servers = Servers::start(&setup).await?;
    let plan = if options.quick { Plan::QUICK } else { Plan::FULL };
    let bench = Bench { setup: &setup, servers: &servers, plan, most_albums: options.most_albums };
    if let Some(seconds) = options.wrk {
        return wrk::hold(&bench, Duration::from_secs(seconds)).await;
    }
    let mut measures = if options.only.is_empty() { USUAL.to_vec() } else { options.only.clone() };
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
