//! From component files to instances that answer requests.
//!
//! | Module | Contents |
//! |---|---|
//! | `epoch` | the clock that makes computing guests yield |
//! | `refusals` | answers for the interfaces that a dependency does not inherit |
//! | `compose` | composing a component with its dependencies |
//! | `code_cache` | compiled code on disk |
//! | `state` | the data of an instance |
//! | `prepare` | composing, compiling and linking, or mapping what an earlier run compiled |
//! | `instances` | creating, sharing and ending instances |

mod code_cache;
mod compose;
mod epoch;
mod instances;
mod prepare;
mod refusals;
mod state;

use std::sync::OnceLock;

use anyhow::Result;
use wasmtime::{Config, Engine, OptLevel, PoolingAllocationConfig};

pub use self::{
    code_cache::CodeCache,
    compose::Parts,
    instances::{Guest, TimeLimits},
    prepare::prepare,
    state::Grants,
};

/// The maximum of live instances, of all applications in the process. The bookkeeping of a pool of 1,000 took 84 MB.
const INSTANCES: u32 = 128;
/// Memories of an instance: a composed application has about six components, each with a few core instances and one
/// memory.
const MEMORIES_PER_INSTANCE: u32 = 8;
/// The part of a returned memory that stays mapped, so that the next instance causes no page faults in it.
const KEEP_RESIDENT: usize = 256 << 10;

/// The Wasmtime engine. All applications of the process share it.
fn engine() -> Result<&'static Engine> {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    if let Some(engine) = ENGINE.get() {
        return Ok(engine);
    }
    // A pool reserves address space; where that is limited (in some containers), memory is allocated on demand instead.
    let created = Engine::new(&config(true)).or_else(|_| Engine::new(&config(false)))?;
    Ok(ENGINE.get_or_init(|| {
        epoch::start(created.clone());
        created
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
            .total_core_instances(INSTANCES * MEMORIES_PER_INSTANCE * 4)
            .total_memories(INSTANCES * MEMORIES_PER_INSTANCE)
            .total_tables(INSTANCES * MEMORIES_PER_INSTANCE * 2)
            .total_stacks(INSTANCES * 4)
            .max_component_instance_size(4 << 20)
            .linear_memory_keep_resident(KEEP_RESIDENT);
        config.allocation_strategy(pool);
    }
    config
}
