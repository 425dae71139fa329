//! File descriptors: as many as the system allows, and some in reserve, so that connections never take those that the
//! databases need.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// More are of no use: connections are limited to fewer.
const WANTED: u64 = 32_768;
/// For databases, files, connections to other servers, and the runtime.
const RESERVE: u64 = 512;

/// Raises the limit of the process, and returns how many connections may be open.
pub fn connections(wanted: usize) -> usize {
    let allowed = raise();
    // Where little is allowed, half of it is for connections.
    let for_connections = allowed.saturating_sub(RESERVE).max(allowed / 2);
    let possible = usize::try_from(for_connections).unwrap_or(usize::MAX);
    if possible < wanted {
        tracing::warn!(allowed, connections = possible, "few files may be open: raise the limit with `ulimit -n`");
    }
    wanted.min(possible)
}

fn raise() -> u64 {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let Some(now) = current else { return WANTED };
    let wanted = maximum.map_or(WANTED, |maximum| maximum.min(WANTED));
    if now >= wanted {
        return now;
    }
    match setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum }) {
        Ok(()) => wanted,
        Err(_) => now,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn connections_leave_descriptors_for_files() {
        let allowed = super::raise();
        let connections = super::connections(usize::MAX) as u64;
        assert!(connections > 0 && connections < allowed, "{connections} of {allowed}");
    }
}
