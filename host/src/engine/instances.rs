//! Instances: created on demand, shared by up to 16 requests at a time, ended when idle, stuck, too old or too large.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Sleep,
};
use wasmtime::{Store, StoreContextMut, component::GuestTaskId};
use wasmtime_wasi_http::{
    WasiHttpView,
    handler::{HandlerState, Instance, Proxy, ShouldAccept, WorkerExpiration, WorkerState, WorkerStatus},
};

use super::{
    INSTANCES,
    prepare::Prepared,
    state::{Grants, State},
};
use crate::memory::MemoryBudget;

/// Requests of an instance at a time, as in Spin and Wasmtime. With more, one busy request would delay more others.
const CONCURRENT_REQUESTS: usize = 16;
/// An instance is replaced after this many requests, which bounds what its store keeps of each: about 4 kB until it is
/// dropped. With 10,000, a flood of small requests took 600 MiB. A new instance costs CPU: with 500, lists of 100 albums took more.
const MAX_REQUESTS: usize = 1_000;
/// An instance is also replaced when its memories have this size together (a new instance has 7 MiB). A memory never
/// shrinks: one import of 20 MiB would otherwise stay resident while there are requests.
const MAX_MEMORY: usize = 32 << 20;
/// An idle instance is dropped after this time, and its memory with it.
const IDLE_TIMEOUT: Duration = Duration::from_secs(10);
/// The same while all permits are taken, since a request of another kind may be waiting for one, and while memory is
/// short.
const IDLE_TIMEOUT_WHEN_FULL: Duration = Duration::from_millis(20);
/// How long a request waits for a place for a new instance. Then it asks the existing ones again (`http`): otherwise it
/// would wait while they take others. That was 5 s during 64 logins.
const INSTANCE_TIMEOUT: Duration = Duration::from_millis(10);
/// How often a new instance that waits for memory looks for it.
const MEMORY_CHECK: Duration = Duration::from_millis(10);

/// How long a request may take.
#[derive(Debug, Clone, Copy)]
pub struct TimeLimits {
    /// Until the head of the response.
    pub request: Duration,
    /// From the head of a response until its end, and until the guest has finished after it.
    pub stream: Duration,
}

/// A component that is being served.
pub struct Guest {
    grants: Arc<Grants>,
    prepared: Prepared,
    limits: TimeLimits,
    /// One permit for each instance. A request that finds all instances busy gets a new one: without this limit, 512
    /// requests for a long list took 512 instances and their memory.
    permits: Arc<Semaphore>,
    /// Requests of an instance at a time.
    concurrent: usize,
}

impl Guest {
    pub fn new(grants: Arc<Grants>, prepared: Prepared, limits: TimeLimits) -> Self {
        // More instances would only wait for a core, and 16 instances can hold 256 requests that wait for other things.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let permits = (4 * cores).clamp(16, INSTANCES as usize / 2);
        let permits = Arc::new(Semaphore::new(permits));
        Self { grants, prepared, limits, permits, concurrent: CONCURRENT_REQUESTS }
    }

    /// The same component, with one request at a time for each instance: a request that makes its instance fail harms
    /// no other there.
    pub fn alone(&self) -> Self {
        Self {
            grants: self.grants.clone(),
            prepared: self.prepared.clone(),
            limits: self.limits,
            permits: self.permits.clone(),
            concurrent: 1,
        }
    }

    /// Waits until there may be another instance.
    async fn permit(&self) -> wasmtime::Result<OwnedSemaphorePermit> {
        let permit = self.permits.clone().acquire_owned().await?;
        while self.grants.memory.is_tight() {
            tokio::time::sleep(MEMORY_CHECK).await;
        }
        Ok(permit)
    }
}

impl HandlerState for Guest {
    type StoreData = State;
    type WorkerExpiration = Expiration;
    type WorkerState = Worker;

    async fn instantiate(&self) -> wasmtime::Result<Instance<State, Expiration, Worker>> {
        let permit = tokio::time::timeout(INSTANCE_TIMEOUT, self.permit()).await;
        let permit = permit.map_err(|_| wasmtime::format_err!("all instances are busy"))??;
        let engine = self.prepared.engine();
        let mut store = Store::new(engine, State::new(&self.grants));
        store.limiter_async(|state| &mut state.limits);
        store.epoch_deadline_async_yield_and_update(1);
        store.set_epoch_deadline(1);
        let memory = store.data().limits.total.clone();
        let service = self.prepared.instantiate_async(&mut store).await?;
        Ok(Instance {
            store,
            proxy: Proxy::P3(service),
            view: State::http,
            expiration: Expiration {
                limits: self.limits,
                permits: self.permits.clone(),
                memory: self.grants.memory.clone(),
                sleep: Box::pin(tokio::time::sleep(IDLE_TIMEOUT)),
            },
            state: Worker {
                component: self.grants.component.clone(),
                limits: self.limits,
                memory,
                concurrent: self.concurrent,
                _permit: permit,
            },
        })
    }
}

/// Ends an instance that is idle, or stuck.
pub struct Expiration {
    limits: TimeLimits,
    permits: Arc<Semaphore>,
    memory: Arc<MemoryBudget>,
    sleep: Pin<Box<Sleep>>,
}

impl WorkerExpiration for Expiration {
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>, status: WorkerStatus, start: Instant) -> Poll<()> {
        let limit = match status {
            WorkerStatus::Idle if self.permits.available_permits() == 0 || self.memory.is_tight() => {
                IDLE_TIMEOUT_WHEN_FULL
            }
            WorkerStatus::Idle => IDLE_TIMEOUT,
            // Slightly more than the limit of the request, which ends only that request.
            WorkerStatus::Requests => self.limits.request + Duration::from_millis(100),
            WorkerStatus::PostReturn => self.limits.stream,
        };
        let deadline = tokio::time::Instant::from_std(start + limit);
        if self.sleep.deadline() != deadline {
            self.sleep.as_mut().reset(deadline);
        }
        self.sleep.as_mut().poll(context)
    }
}

/// What decides whether an instance takes another request.
pub struct Worker {
    component: String,
    limits: TimeLimits,
    /// The size of the instance's memories, in bytes.
    memory: Arc<AtomicUsize>,
    concurrent: usize,
    /// Given back when the instance is dropped.
    _permit: OwnedSemaphorePermit,
}

impl WorkerState for Worker {
    type StoreData = State;
    type RequestData = ();

    fn should_accept_request(&self, concurrent: usize, total: usize) -> ShouldAccept {
        if total >= MAX_REQUESTS || self.memory.load(Ordering::Relaxed) >= MAX_MEMORY {
            ShouldAccept::Never
        } else if concurrent >= self.concurrent {
            ShouldAccept::No
        } else {
            ShouldAccept::Yes
        }
    }

    fn on_request_start(
        &self,
        _: StoreContextMut<'_, State>,
        (): (),
        _: GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + 'static + Send + Sync>> {
        Box::pin(tokio::time::sleep(self.limits.request))
    }

    fn drop(&self, store: Store<State>, result: Result<(), wasmtime::Error>) {
        if let Err(error) = result {
            tracing::error!(
                component = self.component,
                cause = format!("{error:#}"),
                "an instance failed, and its requests in flight with it"
            );
        }
        drop(store);
    }
}
