//! The data of an instance.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use wasmtime::{ResourceLimiterAsync, component::ResourceTable};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use super::epoch::LiveInstance;
use crate::{
    guest_output::GuestOutput,
    key_value::KeyValueView,
    memory::MemoryBudget,
    outbound::Outbound,
    sqlite::{Database, SqliteView},
    variables::VariablesView,
};

/// How long a guest waits for memory, and how often it looks for it.
const GROWTH_TIMEOUT: Duration = Duration::from_secs(2);
const GROWTH_CHECK: Duration = Duration::from_millis(5);

/// What the manifest grants to a component: open databases, resolved variables, limits.
pub struct Grants {
    pub component: String,
    pub variables: HashMap<String, String>,
    /// By label; a label that is not granted is answered with `access-denied`.
    pub databases: BTreeMap<String, Arc<Database>>,
    pub stores: BTreeMap<String, Arc<Database>>,
    pub outbound: Outbound,
    /// The maximum size of each linear memory, in bytes.
    pub memory_limit: usize,
    /// What all instances may have together.
    pub memory: Arc<MemoryBudget>,
}

/// The data of a `wasmtime::Store`: one per instance, shared by up to 16 requests at a time.
pub struct State {
    pub limits: MemoryLimits,
    pub table: ResourceTable,
    grants: Arc<Grants>,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    outbound: Outbound,
    _live: LiveInstance,
}

impl State {
    pub fn new(grants: &Arc<Grants>) -> Self {
        // No environment, no files, no sockets: the manifest keys that would grant them are refused.
        let wasi = WasiCtx::builder().stdout(GuestOutput).stderr(GuestOutput).build();
        Self {
            limits: MemoryLimits { each: grants.memory_limit, total: Arc::default(), budget: grants.memory.clone() },
            table: ResourceTable::new(),
            grants: grants.clone(),
            wasi,
            http: WasiHttpCtx::new(),
            outbound: grants.outbound.clone(),
            _live: LiveInstance::new(),
        }
    }

    pub fn sqlite(&mut self) -> SqliteView<'_> {
        SqliteView { databases: &self.grants.databases, table: &mut self.table }
    }

    pub fn key_value(&mut self) -> KeyValueView<'_> {
        KeyValueView { stores: &self.grants.stores, table: &mut self.table }
    }

    pub fn variables(&mut self) -> VariablesView<'_> {
        VariablesView(&self.grants.variables)
    }
}

/// Limits and counts the memory of an instance.
pub struct MemoryLimits {
    /// The maximum of each memory, in bytes.
    each: usize,
    /// The size of all memories together. It never decreases, since a memory never shrinks.
    pub total: Arc<AtomicUsize>,
    budget: Arc<MemoryBudget>,
}

impl Drop for MemoryLimits {
    fn drop(&mut self) {
        self.budget.remove(self.total.load(Ordering::Relaxed));
    }
}

#[wasmtime_wasi::async_trait]
impl ResourceLimiterAsync for MemoryLimits {
    /// Waits for memory that other instances give back: a guest without memory traps, and its other requests fail too.
    async fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let more = desired - current;
        if desired > self.each {
            return Ok(false);
        }
        let give_up = Instant::now() + GROWTH_TIMEOUT;
        while !self.budget.try_add(more) {
            if Instant::now() > give_up {
                tracing::warn!("a guest gets no more memory: the budget of the process is used up");
                return Ok(false);
            }
            tokio::time::sleep(GROWTH_CHECK).await;
        }
        self.total.fetch_add(more, Ordering::Relaxed);
        Ok(true)
    }

    async fn table_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(true)
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.outbound, table: &mut self.table, ctx: &mut self.http }
    }
}
