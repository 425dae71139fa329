//! A SQLite file: its settings, its pool of connections, its single writer.
//!
//! Connections go back to the pool clean: an open transaction is rolled back, and a connection
//! whose settings a guest changed (a PRAGMA, a temporary table) is closed instead.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use tokio::sync::Semaphore;

use crate::backup::{self, InUse};

/// As in Spin: how long a statement waits for another process's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// More than the statements that one application has; a statement costs a few kB.
const STATEMENTS: usize = 256;
/// Idle connections beyond this are closed; each may hold up to 2 MB of page cache.
const IDLE: usize = 8;
/// Virtual-machine steps between two looks at the clock (about a millisecond of work).
const STEPS_PER_CHECK: i32 = 20_000;
/// A read of fewer steps than this takes at most a few milliseconds (1,000 albums concatenated:
/// 8,000 steps, 0.3 ms) and runs on the thread that asked.
const QUICK_STEPS: u32 = 100_000;
/// The same for reads whose steps are long, or that wait for the disk.
const QUICK_MICROS: u32 = 10_000;
/// SQLite's code for ATTACH, which rusqlite reports as unknown when the name is an expression.
const SQLITE_ATTACH: i32 = 24;

/// What must survive a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Every acknowledged write (`synchronous=FULL`).
    Full,
    /// The file's integrity; the last writes before a power cut may be lost (`synchronous=NORMAL`).
    Cache,
}

pub struct Database {
    path: PathBuf,
    durability: Durability,
    statement_limit: Duration,
    idle: Mutex<Vec<Pooled>>,
    /// Writers of this process queue here instead of sleeping in SQLite's busy handler.
    pub writer: Arc<Semaphore>,
    /// And slow readers here: each has a thread, a connection and room to sort in, and hundreds at once got nowhere.
    pub readers: Arc<Semaphore>,
    /// What each statement (by hash of its text) took lately.
    costs: Mutex<HashMap<u64, Cost>>,
    /// Tells `vault restore` that the file is served.
    _in_use: Option<InUse>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Cost {
    /// Of SQLite's virtual machine.
    steps: u32,
    micros: u32,
}

/// A connection with what must be known when it comes back.
pub struct Pooled {
    pub connection: Connection,
    dirty: Arc<AtomicBool>,
    /// Microseconds since `EPOCH` at which the running statement is interrupted; 0: none.
    deadline: Arc<AtomicU64>,
    epoch: Instant,
}

impl Pooled {
    /// In no transaction, and with no settings of a guest's.
    pub fn is_as_new(&self) -> bool {
        self.connection.is_autocommit() && !self.dirty.load(Ordering::Relaxed)
    }
}

impl Database {
    /// Opens the file, creating it if need be, and checks that it can be used.
    pub fn open(path: &Path, durability: Durability, statement_limit: Duration) -> Result<Arc<Self>> {
        if let Some(dir) = path.parent() {
            std::fs::create_dir_all(dir).with_context(|| {
                format!(
                    "could not create `{}`: check its permissions or choose another place with `--state-dir`",
                    dir.display()
                )
            })?;
        }
        let in_use = match durability {
            Durability::Full => Some(backup::serve(path)?),
            Durability::Cache => None,
        };
        let database = Self {
            path: path.to_owned(),
            durability,
            statement_limit,
            idle: Mutex::default(),
            writer: Arc::new(Semaphore::new(1)),
            readers: Arc::new(Semaphore::new(readers())),
            costs: Mutex::default(),
            _in_use: in_use,
        };
        let first = database.connect_first();
        let first = first.with_context(|| {
            format!(
                "could not use the database `{}`: is it locked by another program, or is the directory not writable? (`--state-dir` chooses another place)",
                path.display()
            )
        })?;
        database.give_back(first);
        Ok(Arc::new(database))
    }

    /// Touches the file: a lock or a read-only directory shows here, not at the first request.
    fn connect_first(&self) -> rusqlite::Result<Pooled> {
        let patience = Instant::now() + BUSY_TIMEOUT;
        loop {
            let tried = self.connect().and_then(|pooled| {
                pooled.connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK")?;
                Ok(pooled)
            });
            match tried {
                // SQLite does not wait, as it does elsewhere, when two hosts switch a new database to WAL at once.
                Err(error)
                    if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
                        && Instant::now() < patience =>
                {
                    std::thread::sleep(Duration::from_millis(20));
                }
                done => return done,
            }
        }
    }

    /// A clean connection.
    pub fn take(&self) -> rusqlite::Result<Pooled> {
        let idle = lock(&self.idle).pop();
        match idle {
            Some(pooled) => Ok(pooled),
            None => self.connect(),
        }
    }

    /// Takes a connection back, resetting it or closing it.
    pub fn give_back(&self, pooled: Pooled) {
        if !pooled.connection.is_autocommit() && pooled.connection.execute_batch("ROLLBACK").is_err() {
            return;
        }
        if pooled.dirty.load(Ordering::Relaxed) {
            return;
        }
        let mut idle = lock(&self.idle);
        if idle.len() < IDLE {
            idle.push(pooled);
        }
    }

    /// Folds the log into the database file, so that a stopped application leaves one file.
    pub fn checkpoint(&self) {
        let done = self
            .take()
            .and_then(|pooled| pooled.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
        if let Err(error) = done {
            tracing::warn!(path = %self.path.display(), %error, "could not checkpoint the database");
        }
        lock(&self.idle).clear();
    }

    /// Whether the statement did little work lately; unknown statements count as quick.
    pub fn is_quick(&self, statement: u64) -> bool {
        let cost = lock(&self.costs).get(&statement).copied().unwrap_or_default();
        cost.steps < QUICK_STEPS && cost.micros < QUICK_MICROS
    }

    /// Remembers what a statement took. Steps are exact; time is averaged, since on a busy machine
    /// a statement may be interrupted for longer than it runs.
    pub fn learn(&self, statement: u64, steps: u32, took: Duration) {
        let took = u32::try_from(took.as_micros()).unwrap_or(u32::MAX);
        let mut costs = lock(&self.costs);
        if costs.len() > 4096 {
            // Guests that build SQL text from data would grow this without end.
            costs.clear();
        }
        let cost = costs.entry(statement).or_default();
        cost.steps = steps;
        cost.micros = cost.micros - cost.micros / 16 + took / 16;
    }

    fn connect(&self) -> rusqlite::Result<Pooled> {
        let mut connection = Connection::open(&self.path)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        let synchronous = match self.durability {
            Durability::Full => "FULL",
            Durability::Cache => "NORMAL",
        };
        // Reads go through the memory map, which all connections share, so that each connection's
        // own page cache can stay small.
        connection.execute_batch(&format!(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA foreign_keys=ON;
             PRAGMA temp_store=MEMORY; PRAGMA cache_size=-2000; PRAGMA mmap_size=268435456;
             PRAGMA journal_size_limit=16777216;"
        ))?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        // Plans do not look at bound values: a list's LIMIT would have it planned anew for each request.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        let dirty = Arc::new(AtomicBool::new(false));
        let mark = dirty.clone();
        connection.authorizer(Some(move |context: AuthContext<'_>| authorize(&context.action, &mark)))?;
        let epoch = Instant::now();
        let deadline = Arc::new(AtomicU64::new(0));
        let until = deadline.clone();
        connection.progress_handler(
            STEPS_PER_CHECK,
            Some(move || {
                let at = until.load(Ordering::Relaxed);
                at != 0 && epoch.elapsed().as_micros() as u64 > at
            }),
        )?;
        Ok(Pooled { connection, dirty, deadline, epoch })
    }

    /// Starts the clock of a statement.
    pub fn arm(&self, pooled: &Pooled) {
        let at = (pooled.epoch.elapsed() + self.statement_limit).as_micros() as u64;
        pooled.deadline.store(at, Ordering::Relaxed);
    }
}

/// So many that one which waits for the disk, or for its guest, does not idle a core.
fn readers() -> usize {
    2 * std::thread::available_parallelism().map_or(1, usize::from)
}

/// Files other than the database stay out of reach; changed settings are noted.
///
/// The limit on attached databases cannot be 0 instead: VACUUM attaches a nameless one.
fn authorize(action: &AuthAction<'_>, dirty: &AtomicBool) -> Authorization {
    match action {
        AuthAction::Attach { filename: "" } => Authorization::Allow,
        AuthAction::Attach { .. } => Authorization::Deny,
        AuthAction::Unknown { code, .. } if *code == SQLITE_ATTACH => Authorization::Deny,
        AuthAction::Pragma { pragma_value: Some(_), .. }
        | AuthAction::CreateTempTable { .. }
        | AuthAction::CreateTempIndex { .. }
        | AuthAction::CreateTempTrigger { .. }
        | AuthAction::CreateTempView { .. } => {
            dirty.store(true, Ordering::Relaxed);
            Authorization::Allow
        }
        _ => Authorization::Allow,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
