//! A copy of a database as it is at one moment, whoever writes to it meanwhile.

use std::fs::File;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::explain;
use super::files::megabytes;

/// 4 MB at SQLite's page size: progress is shown between two steps.
const PAGES_PER_STEP: i32 = 1024;
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const PAGE: u64 = 4096;

/// Copies into a file that exists and is empty; leaves it on the disk, whole without a log beside it.
pub fn take(from: &Path, to: &Path, show_progress: bool) -> Result<()> {
    // Not read-only: whoever opens a log that a killed host left must be able to recover it.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source = Connection::open_with_flags(from, flags).map_err(|error| explain::sqlite(error, from))?;
    let begin = || {
        source.busy_timeout(BUSY_TIMEOUT)?;
        // Without a transaction around it, a backup starts over at every write of another process.
        source.execute_batch("BEGIN")?;
        source.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))
    };
    begin().map_err(|error| explain::sqlite(error, from))?;

    let mut target = Connection::open(to).map_err(|error| explain::sqlite(error, to))?;
    let mut copy = || {
        // The file counts only once it is whole: one fsync at the end does.
        target.execute_batch("PRAGMA synchronous=OFF")?;
        run(&Backup::new(&source, &mut target)?, show_progress)?;
        // In WAL mode, as the source is, whoever opens the copy would make two files beside it.
        target.query_row("PRAGMA journal_mode=DELETE", [], |row| row.get::<_, String>(0))
    };
    copy().map_err(|error| explain::sqlite(error, to))?;
    drop(target);
    File::open(to).and_then(|file| file.sync_all()).map_err(|error| explain::io(error, to))
}

fn run(backup: &Backup<'_, '_>, show_progress: bool) -> rusqlite::Result<()> {
    let mut shown = Instant::now();
    loop {
        match backup.step(PAGES_PER_STEP)? {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            _ => std::thread::sleep(Duration::from_millis(50)),
        }
        if show_progress && shown.elapsed() > Duration::from_secs(1) {
            shown = Instant::now();
            let progress = backup.progress();
            let total = u64::try_from(progress.pagecount).unwrap_or_default() * PAGE;
            let rest = u64::try_from(progress.remaining).unwrap_or_default() * PAGE;
            eprintln!("  copied {} of {}", megabytes(total - rest), megabytes(total));
        }
    }
}
