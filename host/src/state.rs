//! What one instance of the application carries while it runs.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use wasmtime::ResourceLimiter;
use wasmtime::component::{HasData, ResourceTable};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::database::Database;
use crate::engine::Live;
use crate::logs::GuestOutput;
use crate::outbound::Outbound;

/// What a component's section of the manifest gives it, resolved.
pub struct App {
    pub component: String,
    pub variables: HashMap<String, String>,
    /// By label; a label that is absent answers `access-denied`.
    pub databases: BTreeMap<String, Arc<Database>>,
    pub stores: BTreeMap<String, Arc<Database>>,
    pub outbound: Outbound,
    pub memory_limit: usize,
}

/// The data of a `wasmtime::Store`: one per instance, shared by up to 16 requests at a time.
pub struct State {
    pub app: Arc<App>,
    pub table: ResourceTable,
    pub limits: Limits,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    hooks: Outbound,
    _live: Live,
}

impl State {
    pub fn new(app: &Arc<App>) -> Self {
        // No environment, no files, no sockets: the manifest keys that would give them are refused.
        let wasi = WasiCtx::builder().stdout(GuestOutput).stderr(GuestOutput).build();
        Self {
            app: app.clone(),
            table: ResourceTable::new(),
            limits: Limits { each: app.memory_limit, grown: Arc::default() },
            wasi,
            http: WasiHttpCtx::new(),
            hooks: app.outbound.clone(),
            _live: Live::new(),
        }
    }
}

/// How large an instance's memories may become, and how large they are.
pub struct Limits {
    /// Of each memory, in bytes.
    each: usize,
    /// Of all together: a memory never shrinks.
    pub grown: Arc<AtomicUsize>,
}

impl ResourceLimiter for Limits {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let may = desired <= self.each;
        if may {
            self.grown.fetch_add(desired - current, Ordering::Relaxed);
        }
        Ok(may)
    }

    fn table_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> wasmtime::Result<bool> {
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
        WasiHttpCtxView { hooks: &mut self.hooks, table: &mut self.table, ctx: &mut self.http }
    }
}

/// Gives Spin's interfaces access to the state.
pub struct Spin;

impl HasData for Spin {
    type Data<'a> = &'a mut State;
}
