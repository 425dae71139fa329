//! A SQLite file: its settings, its pool of connections, its single writer.
//!
//! Connections return to the pool clean: an open transaction is rolled back, and a connection whose settings a guest
//! changed (a PRAGMA, a temporary table) is closed instead.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use rusqlite::{
    Connection,
    config::DbConfig,
    hooks::{AuthAction, AuthContext, Authorization},
};
use tokio::sync::Semaphore;

use super::{disk::DiskReserve, lock::DatabaseLock};
use crate::{
    memory::MemoryBudget,
    private_files::{create_private_dir, private_file},
};

/// How long a statement waits for another process's lock, as in Spin.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Prepared statements that a connection caches: more than one application uses. A statement takes a few kB.
const CACHED_STATEMENTS: usize = 256;
/// The maximum of idle connections; each may hold up to 2 MB of page cache.
const MAX_IDLE: usize = 8;
/// The part of the file that each connection maps. All maps share the kernel's cache, but each counts as memory of the
/// process: with 256 MiB, three connections that read a database of 110 MB had 340 MB.
const MAPPED_BYTES: usize = 32 << 20;
/// Virtual-machine steps between two checks of the time limit (about a millisecond of work).
const STEPS_PER_CHECK: i32 = 20_000;
/// A read of fewer steps than this takes at most a few milliseconds (1,000 documents concatenated: 8,000 steps, 0.3 ms)
/// and runs on the current thread.
const QUICK_STEPS: u32 = 100_000;
/// The same limit as time, for reads whose steps are long or that wait for the disk.
const QUICK_MICROS: u32 = 10_000;
/// SQLite's code for ATTACH, which rusqlite reports as unknown when the name is an expression.
const SQLITE_ATTACH: i32 = 24;

/// Which writes must survive a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Every acknowledged write (`synchronous=FULL`).
    Full,
    /// Not the last writes before the power cut, but the integrity of the file (`synchronous=NORMAL`).
    Cache,
}

pub struct Database {
    path: PathBuf,
    pub disk: DiskReserve,
    /// Counts parameters and rows.
    pub memory: Arc<MemoryBudget>,
    durability: Durability,
    statement_limit: Duration,
    idle: Mutex<Vec<Pooled>>,
    /// One permit: writers of this process queue for it instead of sleeping in SQLite's busy handler.
    pub writer: Arc<Semaphore>,
    /// Permits for slow reads. Each read uses a thread, a connection and memory to sort; hundreds at once made no
    /// progress.
    pub readers: Arc<Semaphore>,
    /// The recent cost of each statement, by hash of its text.
    costs: Mutex<HashMap<u64, Cost>>,
    /// Shows other processes that the file is in use.
    _lock: Option<DatabaseLock>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Cost {
    /// Steps of SQLite's virtual machine.
    steps: u32,
    micros: u32,
}

/// A connection of the pool.
pub struct Pooled {
    pub connection: Connection,
    /// Whether a guest changed its settings.
    dirty: Arc<AtomicBool>,
    /// When the running statement is interrupted, in microseconds since `epoch`; 0: never.
    deadline: Arc<AtomicU64>,
    epoch: Instant,
}

impl Pooled {
    /// Whether it is outside of a transaction, with unchanged settings.
    pub fn is_clean(&self) -> bool {
        self.connection.is_autocommit() && !self.dirty.load(Ordering::Relaxed)
    }
}

impl Database {
    /// Opens or creates the file, and checks that it can be written to. While the disk has fewer free bytes than
    /// `disk_reserve`, writes fail.
    pub fn open(
        path: &Path,
        durability: Durability,
        statement_limit: Duration,
        disk_reserve: u64,
        memory: &Arc<MemoryBudget>,
    ) -> Result<Arc<Self>> {
        let dir = path.parent().filter(|dir| *dir != Path::new("")).unwrap_or(Path::new("."));
        create_private_dir(dir).with_context(|| {
            format!("could not create `{}`: check its permissions, or choose another `--state-dir`", dir.display())
        })?;
        let lock = match durability {
            Durability::Full => Some(DatabaseLock::shared(path)?),
            Durability::Cache => None,
        };
        // SQLite would create it with the permissions that the umask leaves, and gives its other files the same.
        private_file().open(path).with_context(|| {
            format!("could not open `{}`: check its permissions, or choose another `--state-dir`", path.display())
        })?;
        let database = Self {
            path: path.to_owned(),
            disk: DiskReserve::new(dir.to_owned(), disk_reserve),
            memory: memory.clone(),
            durability,
            statement_limit,
            idle: Mutex::default(),
            writer: Arc::new(Semaphore::new(1)),
            readers: Arc::new(Semaphore::new(reader_permits())),
            costs: Mutex::default(),
            _lock: lock,
        };
        let first = database.connect_first().with_context(|| {
            format!(
                "could not use the database `{}`: check that no other program locks it and that its directory is \
                 writable, or choose another `--state-dir`",
                path.display()
            )
        })?;
        database.give_back(first);
        Ok(Arc::new(database))
    }

    /// Starts a write transaction, so that a lock or a read-only directory is an error of the start, not of a request.
    fn connect_first(&self) -> rusqlite::Result<Pooled> {
        let give_up = Instant::now() + BUSY_TIMEOUT;
        loop {
            let result = self.connect().and_then(|pooled| {
                pooled.connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK")?;
                Ok(pooled)
            });
            match result {
                // SQLite ignores its busy timeout when two processes switch a new database to WAL mode at once.
                Err(error)
                    if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
                        && Instant::now() < give_up =>
                {
                    std::thread::sleep(Duration::from_millis(20));
                }
                result => return result,
            }
        }
    }

    /// The file, and those that SQLite and the host keep beside it.
    pub fn files(&self) -> impl Iterator<Item = PathBuf> {
        ["", "-wal", "-shm", ".lock"].into_iter().map(|suffix| {
            let mut path = self.path.as_os_str().to_owned();
            path.push(suffix);
            path.into()
        })
    }

    /// Returns a clean connection.
    pub fn take(&self) -> rusqlite::Result<Pooled> {
        let idle = lock(&self.idle).pop();
        match idle {
            Some(pooled) => Ok(pooled),
            None => self.connect(),
        }
    }

    /// Returns a connection to the pool, or closes it if it is not clean.
    pub fn give_back(&self, pooled: Pooled) {
        if !pooled.connection.is_autocommit() && pooled.connection.execute_batch("ROLLBACK").is_err() {
            return;
        }
        if pooled.dirty.load(Ordering::Relaxed) {
            return;
        }
        let mut idle = lock(&self.idle);
        if idle.len() < MAX_IDLE {
            idle.push(pooled);
        }
    }

    /// Moves the write-ahead log into the database file, so that a stopped application leaves one file.
    pub fn checkpoint(&self) {
        let result = self
            .take()
            .and_then(|pooled| pooled.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
        if let Err(error) = result {
            tracing::warn!(path = %self.path.display(), %error, "could not checkpoint the database");
        }
        lock(&self.idle).clear();
    }

    /// Whether the recent runs of a statement did little work; an unknown statement counts as quick.
    pub fn is_quick(&self, statement: u64) -> bool {
        let cost = lock(&self.costs).get(&statement).copied().unwrap_or_default();
        cost.steps < QUICK_STEPS && cost.micros < QUICK_MICROS
    }

    /// Records the cost of a run. Steps are exact. Time is averaged, since on a busy machine a statement may be
    /// interrupted for longer than it runs.
    pub fn record_cost(&self, statement: u64, steps: u32, took: Duration) {
        let took = u32::try_from(took.as_micros()).unwrap_or(u32::MAX);
        let mut costs = lock(&self.costs);
        if costs.len() > 4096 {
            // A guest that builds SQL text from data would otherwise make this map grow without a limit.
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
        // Reads use the memory map, which all connections share, so each connection's own page cache can stay small.
        connection.execute_batch(&format!(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA foreign_keys=ON;
             PRAGMA temp_store=MEMORY; PRAGMA cache_size=-2000; PRAGMA mmap_size={MAPPED_BYTES};
             PRAGMA journal_size_limit=16777216;"
        ))?;
        connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        // Makes plans independent of bound values; otherwise a list's LIMIT causes a new plan for each request.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        let dirty = Arc::new(AtomicBool::new(false));
        let set_dirty = dirty.clone();
        connection.authorizer(Some(move |context: AuthContext<'_>| authorize(&context.action, &set_dirty)))?;
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

    /// Sets the deadline of the next statement.
    pub fn arm(&self, pooled: &Pooled) {
        let at = (pooled.epoch.elapsed() + self.statement_limit).as_micros() as u64;
        pooled.deadline.store(at, Ordering::Relaxed);
    }
}

/// Two per core, so that a read that waits for the disk or its guest does not leave a core idle.
fn reader_permits() -> usize {
    2 * std::thread::available_parallelism().map_or(1, usize::from)
}

/// Denies access to files other than the database, and records changes of settings.
///
/// SQLite's limit on attached databases cannot be 0 instead: VACUUM attaches one without a name.
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
