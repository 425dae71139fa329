//! The epoch: a clock that makes guests yield while they compute. It advances only while there are instances, so that
//! an idle application wakes no thread.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::Thread,
    time::Duration,
};

use wasmtime::Engine;

/// How often a running guest must let others run. The p99 of other requests during four login loops on two cores was 15
/// ms with 1 ms, 8 ms with 0.5 ms, and no better with less.
const TICK: Duration = Duration::from_micros(500);

static LIVE_INSTANCES: AtomicUsize = AtomicUsize::new(0);
static PARKED: AtomicBool = AtomicBool::new(false);
static TICKER: OnceLock<Thread> = OnceLock::new();

/// Counts a live instance; dropped with it.
pub struct LiveInstance(());

impl LiveInstance {
    pub fn new() -> Self {
        LIVE_INSTANCES.fetch_add(1, Ordering::SeqCst);
        if PARKED.load(Ordering::SeqCst)
            && let Some(ticker) = TICKER.get()
        {
            ticker.unpark();
        }
        Self(())
    }
}

impl Drop for LiveInstance {
    fn drop(&mut self) {
        LIVE_INSTANCES.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Starts the thread that advances the epoch.
pub fn start(engine: Engine) {
    let started = std::thread::Builder::new().name("epoch".to_owned()).spawn(move || {
        loop {
            PARKED.store(true, Ordering::SeqCst);
            while LIVE_INSTANCES.load(Ordering::SeqCst) == 0 {
                std::thread::park();
            }
            PARKED.store(false, Ordering::SeqCst);
            while LIVE_INSTANCES.load(Ordering::SeqCst) > 0 {
                std::thread::sleep(TICK);
                engine.increment_epoch();
            }
        }
    });
    match started {
        Ok(thread) => drop(TICKER.set(thread.thread().clone())),
        Err(error) => tracing::error!(%error, "could not start the epoch's thread: a busy guest can delay others"),
    }
}
