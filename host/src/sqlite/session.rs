//! A guest's connection: runs statements, and keeps those that may block off the async threads.
//!
//! Each statement runs in one of three ways:
//! - **A quick read runs on the current thread.** Passing a 50 µs query to another thread costs about as much as the
//!   query (two thread wake-ups), so a read stays on the async thread while its recent runs did little work
//!   (`Database::is_quick`).
//! - **A write** waits for the disk. It first queues for the database's single writer, without blocking a thread, and
//!   then runs on a blocking thread.
//! - **A slow or large read** streams from a blocking thread, batch by batch.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, mpsc, oneshot};

use super::{
    Error, RowResult, Value,
    database::{Database, Pooled},
    rows::{collect, columns, convert, io, query, size, steps},
};
use crate::memory::Charge;

/// A read that yields more bytes or rows than this is streamed instead of held in memory. Few are at once.
const HELD_BYTES: usize = 1 << 20;
const HELD_ROWS: usize = 1000;
/// The maximum result of a statement that cannot be streamed, as in Spin.
const MAX_BYTES: usize = 128 << 20;
/// The size at which a batch of streamed rows is sent.
const BATCH_BYTES: usize = 64 << 10;
/// How long a write waits for the writer's permit, and a slow read for a reader's: as long as SQLite's busy timeout.
const PERMIT_TIMEOUT: Duration = Duration::from_secs(5);

/// The rows of a statement.
pub enum Rows {
    /// All rows in memory, and their bytes in the budget.
    Held(Vec<RowResult>, Charge),
    Failed(Error),
    /// Batches from the thread that reads them, and whether the statement succeeded.
    Streamed(mpsc::Receiver<Vec<RowResult>>, oneshot::Receiver<Result<(), Error>>),
}

impl Rows {
    /// Waits for all rows. Fails if the statement did.
    pub async fn collect(self) -> Result<Vec<RowResult>, Error> {
        match self {
            Self::Held(rows, _) => Ok(rows),
            Self::Failed(error) => Err(error),
            Self::Streamed(mut batches, end) => {
                let mut rows = Vec::new();
                while let Some(batch) = batches.recv().await {
                    rows.extend(batch);
                }
                end.await.unwrap_or(Ok(())).map(|()| rows)
            }
        }
    }
}

/// A guest's connection. It holds a pooled connection of SQLite only while it runs a statement, or while it needs that
/// same one (`kept`). An application therefore has only as many as it uses at once, with warm caches, not one for each
/// request.
pub struct Session {
    database: Arc<Database>,
    /// A pooled connection in a transaction, or with settings that the guest changed.
    kept: Option<Pooled>,
    /// The writer's permit, held from the first write of a transaction to its end.
    write_permit: Option<OwnedSemaphorePermit>,
    /// Rows changed by the guest's last write; 0 before it.
    changes: u64,
    last_insert_rowid: i64,
}

enum Attempt {
    Done(Vec<String>, Vec<RowResult>),
    NeedsWriter,
    /// The rows are too many, or too slow, for this thread; the names of their columns are known.
    NeedsStream(Vec<String>),
}

impl Session {
    pub fn open(database: &Arc<Database>) -> Self {
        Self { database: database.clone(), kept: None, write_permit: None, changes: 0, last_insert_rowid: 0 }
    }

    pub fn changes(&self) -> u64 {
        self.changes
    }

    pub fn last_insert_rowid(&self) -> i64 {
        self.last_insert_rowid
    }

    /// Runs `work` on a pooled connection, and gives it back unless the guest needs that same one again.
    fn with<T>(&mut self, work: impl FnOnce(&Database, &Pooled) -> Result<T, Error>) -> Result<T, Error> {
        let pooled = match self.kept.take() {
            Some(pooled) => pooled,
            None => self.database.take().map_err(io)?,
        };
        let done = work(&self.database, &pooled);
        match pooled.is_clean() {
            true => self.database.give_back(pooled),
            false => self.kept = Some(pooled),
        }
        done
    }

    /// Runs a statement. Returns the names of its columns, and rows that contain the error if it failed, as Spin does.
    pub async fn execute(session: &Arc<Mutex<Self>>, sql: String, parameters: Vec<Value>) -> (Vec<String>, Rows) {
        let mut this = match session.clone().try_lock_owned() {
            Ok(guard) => guard,
            Err(_) => session.clone().lock_owned().await,
        };
        let failed = |error| (Vec::new(), Rows::Failed(error));
        let memory = this.database.memory.clone();
        let held = |rows: Vec<RowResult>| {
            let charge = memory.charge(rows.iter().map(|row| size(&row.values)).sum());
            Rows::Held(rows, charge)
        };
        // SQLite has a copy while the statement runs.
        let charge = memory.charge(2 * size(&parameters));
        let key = hash(&sql);
        if this.write_permit.is_none() {
            match this.attempt(&sql, &parameters, key) {
                Ok(Attempt::Done(columns, rows)) => return (columns, held(rows)),
                Ok(Attempt::NeedsStream(columns)) => {
                    let permit = this.database.readers.clone().acquire_owned();
                    return match tokio::time::timeout(PERMIT_TIMEOUT, permit).await {
                        Ok(Ok(permit)) => (columns, stream(this, permit, sql, parameters, key)),
                        _ => failed(Error::Io("database is locked".to_owned())),
                    };
                }
                Ok(Attempt::NeedsWriter) => {}
                Err(error) => return failed(error),
            }
            let permit = this.database.writer.clone().acquire_owned();
            match tokio::time::timeout(PERMIT_TIMEOUT, permit).await {
                Ok(Ok(permit)) => this.write_permit = Some(permit),
                _ => return failed(Error::Io("database is locked".to_owned())),
            }
        }
        let written = tokio::task::spawn_blocking(move || {
            let written = this.write(&sql, &parameters);
            drop(charge);
            written
        });
        match written.await {
            Ok(Ok((columns, rows))) => (columns, held(rows)),
            Ok(Err(error)) => failed(error),
            Err(panic) => failed(Error::Io(panic.to_string())),
        }
    }

    /// Runs the statement on this thread, if it is a quick read.
    fn attempt(&mut self, sql: &str, parameters: &[Value], key: u64) -> Result<Attempt, Error> {
        self.with(|database, pooled| {
            let mut statement = pooled.connection.prepare_cached(sql).map_err(io)?;
            if !statement.readonly() {
                return Ok(Attempt::NeedsWriter);
            }
            let columns = columns(&statement);
            if !database.is_quick(key) {
                return Ok(Attempt::NeedsStream(columns));
            }
            let started = Instant::now();
            database.arm(pooled);
            let rows = collect(&mut statement, parameters, HELD_BYTES, HELD_ROWS)?;
            database.record_cost(key, steps(&statement), started.elapsed());
            Ok(match rows {
                Some(rows) => Attempt::Done(columns, rows),
                // A read has no effects, so it can start again on another thread.
                None => Attempt::NeedsStream(columns),
            })
        })
    }

    /// Runs a statement while holding the writer's permit. Gives the permit back after the transaction.
    fn write(&mut self, sql: &str, parameters: &[Value]) -> Result<(Vec<String>, Vec<RowResult>), Error> {
        // A transaction that has begun may end.
        if self.kept.as_ref().is_none_or(|kept| kept.connection.is_autocommit()) && self.database.disk.is_short() {
            self.write_permit = None;
            return Err(Error::DatabaseFull);
        }
        let (mut changes, mut last_insert_rowid) = (0, 0);
        let result = self.with(|database, pooled| {
            let rows = held(database, pooled, sql, parameters);
            (changes, last_insert_rowid) = (pooled.connection.changes(), pooled.connection.last_insert_rowid());
            rows
        });
        (self.changes, self.last_insert_rowid) = (changes, last_insert_rowid);
        if self.kept.as_ref().is_none_or(|kept| kept.connection.is_autocommit()) {
            self.write_permit = None;
        }
        result
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(pooled) = self.kept.take() {
            self.database.give_back(pooled);
        }
    }
}

fn held(
    database: &Database,
    pooled: &Pooled,
    sql: &str,
    parameters: &[Value],
) -> Result<(Vec<String>, Vec<RowResult>), Error> {
    let mut statement = pooled.connection.prepare_cached(sql).map_err(io)?;
    database.arm(pooled);
    let rows = collect(&mut statement, parameters, MAX_BYTES, usize::MAX)?
        .ok_or_else(|| Error::Io(format!("query result exceeds limit of {MAX_BYTES} bytes")))?;
    Ok((columns(&statement), rows))
}

/// Streams a read from a blocking thread, which holds the connection until the guest has taken all rows.
fn stream(
    mut session: OwnedMutexGuard<Session>,
    permit: OwnedSemaphorePermit,
    sql: String,
    parameters: Vec<Value>,
    key: u64,
) -> Rows {
    let (rows_in, rows_out) = mpsc::channel(4);
    let (end_in, end_out) = oneshot::channel();
    tokio::task::spawn_blocking(move || {
        let end = session.with(|database, pooled| stream_into(database, pooled, &sql, &parameters, key, &rows_in));
        drop(rows_in);
        drop(session);
        drop(permit);
        // Fails if the guest has dropped the future: then nothing waits for the end.
        let _ = end_in.send(end);
    });
    Rows::Streamed(rows_out, end_out)
}

fn stream_into(
    database: &Database,
    pooled: &Pooled,
    sql: &str,
    parameters: &[Value],
    key: u64,
    into: &mpsc::Sender<Vec<RowResult>>,
) -> Result<(), Error> {
    let mut statement = pooled.connection.prepare_cached(sql).map_err(io)?;
    let mut working = Duration::ZERO;
    let mut since = Instant::now();
    database.arm(pooled);
    let width = statement.column_count();
    let mut rows = query(&mut statement, parameters)?;
    let (mut batch, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next().map_err(io)? {
        let (row, size) = convert(row, width)?;
        batch.push(row);
        bytes += size;
        if bytes >= BATCH_BYTES {
            working += since.elapsed();
            if into.blocking_send(std::mem::take(&mut batch)).is_err() {
                return Ok(());
            }
            bytes = 0;
            since = Instant::now();
            database.arm(pooled);
        }
    }
    drop(rows);
    let took = working + since.elapsed();
    database.record_cost(key, steps(&statement), took);
    if !batch.is_empty() {
        let _ = into.blocking_send(batch);
    }
    Ok(())
}

fn hash(sql: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    sql.hash(&mut hasher);
    hasher.finish()
}
