//! What a process uses, as `/proc` tells it.

use anyhow::Context as _;
use std::time::Duration;

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

/// Resident memory now and at its highest, in bytes.
pub fn memory(process: u32) -> anyhow::Result<(u64, u64)> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        kilobytes.map(|kilobytes| kilobytes * 1024).with_context(|| format!("/proc does not tell {name}"))
    };
    Ok((field("VmRSS:")?, field("VmHWM:")?))
}
