//! How the events of the host and of this command are written.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::EnvFilter;

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    Json,
    Text,
}

/// Writes events to standard error. `RUST_LOG` sets the level.
pub fn init(format: Option<LogFormat>) {
    let terminal = stderr().is_terminal();
    let json = format.map_or(!terminal, |f| f == LogFormat::Json);
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    if json {
        subscriber.json().flatten_event(true).with_current_span(false).with_span_list(false).init();
    } else {
        subscriber.with_ansi(terminal).with_target(false).compact().init();
    }
}
