//! The one Wasmtime engine of the process, and components ready to be instantiated.
//!
//! Compiled code is cached on disk and memory-mapped: compiling takes seconds, mapping takes
//! milliseconds. In one process, equal parts are prepared once however many applications run.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::Thread;
use std::time::Duration;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine, OptLevel, PoolingAllocationConfig};
use wasmtime_wasi_http::p3::bindings::ServicePre;

use crate::bindings::spin;
use crate::code_cache::CodeCache;
use crate::compose::Parts;
use crate::deny;
use crate::state::{Spin, State};

/// How often a running guest is asked to let others run. Measured under four login loops on two
/// cores (p99 of another request): 15 ms with a tick of 1 ms, 8 ms with 0.5 ms, no better with less.
const TICK: Duration = Duration::from_micros(500);
/// Instances that may live at once, of all applications in the process. The bookkeeping of a pool of 1,000 took 84 MB.
pub const INSTANCES: u32 = 128;
/// A composed application is about six components, each of a few core instances with one memory.
const PER_INSTANCE: u32 = 8;
/// What a returned memory keeps mapped, so that the next instance does not fault it in again.
const KEEP_RESIDENT: usize = 256 << 10;

/// The engine; every application of the process shares it.
pub fn engine() -> Result<&'static Engine> {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    if let Some(engine) = ENGINE.get() {
        return Ok(engine);
    }
    // Where address space is scarce (a container with a limit), memory comes on demand instead.
    let made = Engine::new(&config(true)).or_else(|_| Engine::new(&config(false)))?;
    Ok(ENGINE.get_or_init(|| {
        start_ticking(made.clone());
        made
    }))
}

fn config(pooling: bool) -> Config {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .wasm_component_model_async(true)
        .epoch_interruption(true)
        .cranelift_opt_level(OptLevel::Speed);
    if pooling {
        let mut pool = PoolingAllocationConfig::default();
        pool.total_component_instances(INSTANCES)
            .total_core_instances(INSTANCES * PER_INSTANCE * 4)
            .total_memories(INSTANCES * PER_INSTANCE)
            .total_tables(INSTANCES * PER_INSTANCE * 2)
            .total_stacks(INSTANCES * 4)
            .max_component_instance_size(4 << 20)
            .linear_memory_keep_resident(KEEP_RESIDENT);
        config.allocation_strategy(pool);
    }
    config
}

/// A component that can be instantiated.
pub type Prepared = ServicePre<State>;

/// Composes and compiles, or takes what an earlier run compiled.
pub fn prepare(parts: Parts, name: &str, cache: &CodeCache) -> Result<Prepared> {
    static PREPARED: Mutex<Option<HashMap<[u8; 32], Prepared>>> = Mutex::new(None);
    let engine = engine()?;
    let key = key(&parts, engine);
    // Held while compiling: a second application with the same parts waits instead of compiling.
    let mut prepared = PREPARED.lock().unwrap_or_else(PoisonError::into_inner);
    let prepared = prepared.get_or_insert_default();
    if let Some(known) = prepared.get(&key) {
        return Ok(known.clone());
    }
    let component = match cache.load(engine, &key) {
        Some(component) => component,
        None => {
            let bytes = parts.compose()?;
            tracing::info!(component = name, "compiling (once: the result is cached)");
            let component = Component::new(engine, &bytes)
                .map_err(anyhow::Error::from)
                .with_context(|| format!("could not compile `{name}`"))?;
            cache.store(&component, &key);
            drop(bytes);
            // From the file it is mapped, and not in memory of its own.
            let component = cache.load(engine, &key).unwrap_or(component);
            give_back();
            component
        }
    };
    let ready = link(engine, &component).with_context(|| {
        format!("`{name}` imports something that this host does not provide, or exports no `wasi:http/handler@0.3.0`")
    })?;
    prepared.insert(key, ready.clone());
    Ok(ready)
}

/// Compiling takes 130 MB, which the allocator would keep for as long as the process lives.
fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: it takes no pointer, and locks what it touches.
    #[allow(unsafe_code)]
    unsafe {
        libc::malloc_trim(0);
    }
}

fn key(parts: &Parts, engine: &Engine) -> [u8; 32] {
    let mut compatible = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut compatible);
    let mut hasher = Sha256::new();
    hasher.update(compatible.finish().to_le_bytes());
    parts.identity(|bytes| hasher.update(bytes));
    hasher.finalize().into()
}

fn link(engine: &Engine, component: &Component) -> Result<Prepared> {
    let mut linker = Linker::<State>::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi::p3::add_to_linker(&mut linker)?;
    wasmtime_wasi_http::p3::add_to_linker(&mut linker)?;
    spin::sqlite::sqlite::add_to_linker::<_, Spin>(&mut linker, |state| state)?;
    spin::key_value::key_value::add_to_linker::<_, Spin>(&mut linker, |state| state)?;
    spin::variables::variables::add_to_linker::<_, Spin>(&mut linker, |state| state)?;
    deny::add_refusals(&mut linker, component)?;
    Ok(ServicePre::new(linker.instantiate_pre(component)?)?)
}

/// Counts a live instance; while there is one, the epoch advances.
pub struct Live;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PARKED: AtomicBool = AtomicBool::new(false);
static TICKER: OnceLock<Thread> = OnceLock::new();

impl Live {
    pub fn new() -> Self {
        LIVE.fetch_add(1, Ordering::SeqCst);
        if PARKED.load(Ordering::SeqCst)
            && let Some(ticker) = TICKER.get()
        {
            ticker.unpark();
        }
        Self
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, Ordering::SeqCst);
    }
}

/// An idle application wakes nothing: the thread sleeps while there is no instance.
fn start_ticking(engine: Engine) {
    let started = std::thread::Builder::new().name("epoch".to_owned()).spawn(move || {
        loop {
            PARKED.store(true, Ordering::SeqCst);
            while LIVE.load(Ordering::SeqCst) == 0 {
                std::thread::park();
            }
            PARKED.store(false, Ordering::SeqCst);
            while LIVE.load(Ordering::SeqCst) > 0 {
                std::thread::sleep(TICK);
                engine.increment_epoch();
            }
        }
    });
    match started {
        Ok(thread) => drop(TICKER.set(thread.thread().clone())),
        Err(error) => tracing::error!(%error, "no thread for the epoch: a busy guest can delay others"),
    }
}
