//! Running statements on one connection, off the async threads where they may block.
//!
//! Three ways, chosen per statement:
//! - **A quick read runs where it is.** Handing a 50 µs query to another thread costs about as
//!   much as the query (two thread wake-ups), so reads stay on the async thread as long as the
//!   statement did little work lately (`Database::is_quick`).
//! - **A write** (it waits for the disk) first queues for the database's single writer, without
//!   blocking a thread, and then runs on a blocking thread.
//! - **A slow or large read** streams from a blocking thread, batch by batch.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, mpsc, oneshot};

use crate::bindings::spin::sqlite::sqlite::{Error, RowResult, Value};
use crate::database::{Database, Pooled};
use crate::rows::{collect, columns, convert, io, query, steps};

/// A read that yields more bytes or rows than this is streamed instead of held in memory.
const HELD_BYTES: usize = 4 << 20;
const HELD_ROWS: usize = 1000;
/// What one statement may hold in memory when it cannot be streamed, as in Spin.
const MAX_BYTES: usize = 128 << 20;
/// A batch of streamed rows.
const BATCH_BYTES: usize = 64 << 10;
/// As SQLite's busy timeout: how long a write, or a slow read, waits for its turn.
const TURN: Duration = Duration::from_secs(5);

/// The rows of a statement, in the way that they came.
pub enum Rows {
    Held(Vec<RowResult>, Result<(), Error>),
    Streamed(mpsc::Receiver<Vec<RowResult>>, oneshot::Receiver<Result<(), Error>>),
}

/// A guest's connection. It has one of SQLite's only while it runs a statement, or needs that very one: so an application has as
/// many as it uses at once, their caches warm, and not as many as it has requests.
pub struct Session {
    database: Arc<Database>,
    /// In a transaction, or with settings of its own.
    kept: Option<Pooled>,
    /// Held from the first write of a transaction to its end.
    turn: Option<OwnedSemaphorePermit>,
    /// Of the guest's last write; 0 before, whoever used SQLite's connection then.
    changes: u64,
    last_insert_rowid: i64,
}

enum Attempt {
    Done(Vec<String>, Vec<RowResult>),
    NeedsTurn,
    /// Columns are known; the rows are too many, or too slow, for this thread.
    NeedsStream(Vec<String>),
}

impl Session {
    pub fn open(database: &Arc<Database>) -> Self {
        Self { database: database.clone(), kept: None, turn: None, changes: 0, last_insert_rowid: 0 }
    }

    pub fn changes(&self) -> u64 {
        self.changes
    }

    pub fn last_insert_rowid(&self) -> i64 {
        self.last_insert_rowid
    }

    /// Works on one of SQLite's connections, and gives it back if the guest does not need that very one.
    fn with<T>(&mut self, work: impl FnOnce(&Database, &Pooled) -> Result<T, Error>) -> Result<T, Error> {
        let pooled = match self.kept.take() {
            Some(pooled) => pooled,
            None => self.database.take().map_err(io)?,
        };
        let done = work(&self.database, &pooled);
        match pooled.is_as_new() {
            true => self.database.give_back(pooled),
            false => self.kept = Some(pooled),
        }
        done
    }

    /// Runs a statement. A fault of the statement itself is in the rows, as Spin has it.
    pub async fn execute(session: &Arc<Mutex<Self>>, sql: String, parameters: Vec<Value>) -> (Vec<String>, Rows) {
        let mut this = match session.clone().try_lock_owned() {
            Ok(guard) => guard,
            Err(_) => session.clone().lock_owned().await,
        };
        let failed = |error| (Vec::new(), Rows::Held(Vec::new(), Err(error)));
        let key = hash(&sql);
        if this.turn.is_none() {
            match this.attempt(&sql, &parameters, key) {
                Ok(Attempt::Done(columns, rows)) => return (columns, Rows::Held(rows, Ok(()))),
                Ok(Attempt::NeedsStream(columns)) => {
                    let turn = this.database.readers.clone().acquire_owned();
                    return match tokio::time::timeout(TURN, turn).await {
                        Ok(Ok(turn)) => (columns, stream(this, turn, sql, parameters, key)),
                        _ => failed(Error::Io("database is locked".to_owned())),
                    };
                }
                Ok(Attempt::NeedsTurn) => {}
                Err(error) => return failed(error),
            }
            let turn = this.database.writer.clone().acquire_owned();
            match tokio::time::timeout(TURN, turn).await {
                Ok(Ok(turn)) => this.turn = Some(turn),
                _ => return failed(Error::Io("database is locked".to_owned())),
            }
        }
        let written = tokio::task::spawn_blocking(move || this.write(&sql, &parameters));
        match written.await {
            Ok(Ok((columns, rows))) => (columns, Rows::Held(rows, Ok(()))),
            Ok(Err(error)) => failed(error),
            Err(panic) => failed(Error::Io(panic.to_string())),
        }
    }

    /// Tries to answer on this thread.
    fn attempt(&mut self, sql: &str, parameters: &[Value], key: u64) -> Result<Attempt, Error> {
        self.with(|database, pooled| {
            let mut statement = pooled.connection.prepare_cached(sql).map_err(io)?;
            if !statement.readonly() {
                return Ok(Attempt::NeedsTurn);
            }
            let columns = columns(&statement);
            if !database.is_quick(key) {
                return Ok(Attempt::NeedsStream(columns));
            }
            let started = Instant::now();
            database.arm(pooled);
            let rows = collect(&mut statement, parameters, HELD_BYTES, HELD_ROWS)?;
            database.learn(key, steps(&statement), started.elapsed());
            Ok(match rows {
                Some(rows) => Attempt::Done(columns, rows),
                // A read has no effect, so that it can begin again on another thread.
                None => Attempt::NeedsStream(columns),
            })
        })
    }

    /// Runs a statement while holding the writer's turn; gives the turn back after the transaction.
    fn write(&mut self, sql: &str, parameters: &[Value]) -> Result<(Vec<String>, Vec<RowResult>), Error> {
        let (mut changes, mut last_insert_rowid) = (0, 0);
        let result = self.with(|database, pooled| {
            let rows = held(database, pooled, sql, parameters);
            (changes, last_insert_rowid) = (pooled.connection.changes(), pooled.connection.last_insert_rowid());
            rows
        });
        (self.changes, self.last_insert_rowid) = (changes, last_insert_rowid);
        if self.kept.as_ref().is_none_or(|kept| kept.connection.is_autocommit()) {
            self.turn = None;
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

/// Streams a read from a blocking thread, which holds the connection until the rows are drained.
fn stream(
    mut session: OwnedMutexGuard<Session>,
    turn: OwnedSemaphorePermit,
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
        drop(turn);
        // Nobody waits when the guest has dropped the future.
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
    database.learn(key, steps(&statement), took);
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
