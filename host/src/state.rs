//! What one instance of the application carries while it runs.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use wasmtime::component::{HasData, ResourceTable};
use wasmtime::{StoreLimits, StoreLimitsBuilder};
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
    pub limits: StoreLimits,
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
            limits: StoreLimitsBuilder::new().memory_size(app.memory_limit).build(),
            wasi,
            http: WasiHttpCtx::new(),
            hooks: app.outbound.clone(),
            _live: Live::new(),
        }
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
