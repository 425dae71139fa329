//! What a process uses, as `/proc` tells it.

use std::time::Duration;

use anyhow::Context as _;

/// Linux counts processor time in hundredths of a second for everybody (`USER_HZ`).
const TICK: Duration = Duration::from_millis(10);

/// Processor time of all threads so far, in user mode and in the kernel.
pub fn processor_time(process: u32) -> anyhow::Result<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).context("the server's process has gone")?;
    // The command's name stands in parentheses and may hold anything; the state, field 3, comes after it.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: Vec<u32> = fields.skip(11).take(2).filter_map(|ticks| ticks.parse().ok()).collect();
    Ok(TICK * ticks.iter().sum())
}

/// Resident memory of a process, in bytes.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub struct Memory {
    /// `VmRSS`: a page of the database's file counts once for each connection that maps it.
    pub resident: u64,
    /// `RssAnon`: what is the process's own, mapped files left out.
    pub anonymous: u64,
    /// `VmHWM`: the most that `resident` ever was.
    pub peak: u64,
}

pub fn memory(process: u32) -> anyhow::Result<Memory> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        kilobytes.map(|kilobytes| kilobytes * 1024).with_context(|| format!("/proc does not tell {name}"))
    };
    Ok(Memory { resident: field("VmRSS:")?, anonymous: field("RssAnon:")?, peak: field("VmHWM:")? })
}
