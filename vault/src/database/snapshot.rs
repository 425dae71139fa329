//! A consistent copy of a database, while others write to it.

use std::{
    fs::File,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Result;
use rusqlite::{
    Connection, OpenFlags,
    backup::{Backup, StepResult},
};

use super::{
    errors::{explain_io, explain_sqlite},
    files::megabytes,
};

/// 4 MB at SQLite's default page size. Progress is printed between two steps.
const PAGES_PER_STEP: i32 = 1024;
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const PAGE_BYTES: u64 = 4096;

/// Copies to a file that exists and is empty. When it returns, the file is on the disk and complete without a log
/// beside it.
pub fn take(from: &Path, to: &Path) -> Result<()> {
    // Not read-only: a log that a killed host left must be recovered when it is opened.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source = Connection::open_with_flags(from, flags).map_err(|error| explain_sqlite(error, from))?;
    let begin = || {
        source.busy_timeout(BUSY_TIMEOUT)?;
        // Without a transaction around it, a backup starts over at every write of another process.
        source.execute_batch("BEGIN")?;
        source.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))
    };
    begin().map_err(|error| explain_sqlite(error, from))?;

    let mut target = Connection::open(to).map_err(|error| explain_sqlite(error, to))?;
    let mut copy = || {
        // The file is used only when it is complete, so one fsync at the end is enough.
        target.execute_batch("PRAGMA synchronous=OFF")?;
        copy_pages(&Backup::new(&source, &mut target)?)?;
        // The source is in WAL mode; opening a copy in WAL mode would create two files beside it.
        target.query_row("PRAGMA journal_mode=DELETE", [], |row| row.get::<_, String>(0))
    };
    copy().map_err(|error| explain_sqlite(error, to))?;
    drop(target);
    File::open(to).and_then(|file| file.sync_all()).map_err(|error| explain_io(error, to))
}

fn copy_pages(backup: &Backup<'_, '_>) -> rusqlite::Result<()> {
    let mut shown = Instant::now();
    loop {
        match backup.step(PAGES_PER_STEP)? {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            _ => std::thread::sleep(Duration::from_millis(50)),
        }
        if shown.elapsed() > Duration::from_secs(1) {
            shown = Instant::now();
            let progress = backup.progress();
            let total = u64::try_from(progress.pagecount).unwrap_or_default() * PAGE_BYTES;
            let rest = u64::try_from(progress.remaining).unwrap_or_default() * PAGE_BYTES;
            eprintln!("  copied {} of {}", megabytes(total - rest), megabytes(total));
        }
    }
}
