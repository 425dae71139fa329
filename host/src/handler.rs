//! Instances and the requests that they take: 16 at a time each, until they are worn out or idle.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Sleep;
use wasmtime::component::GuestTaskId;
use wasmtime::{Store, StoreContextMut};
use wasmtime_wasi_http::WasiHttpView;
use wasmtime_wasi_http::handler::{
    HandlerState, Instance, Proxy, ShouldAccept, WorkerExpiration, WorkerState, WorkerStatus,
};

use crate::engine::{INSTANCES, Prepared};
use crate::state::{App, State};

/// As Spin and Wasmtime do. More would let one busy request delay more of its neighbours.
const CONCURRENT: usize = 16;
/// An instance is replaced after this many requests, so that what a guest leaks is bounded.
/// Instantiation takes about 100 µs: at this count it costs nothing that can be measured.
const REUSED: usize = 10_000;
/// And when its memories have grown to this many bytes together (a fresh instance has 7 MiB), since a memory never shrinks: one
/// import of 20 MiB would otherwise stay resident as long as there are requests.
const GROWN: usize = 32 << 20;
/// An idle instance is dropped after this time, and with it its memory.
const IDLE: Duration = Duration::from_secs(10);

/// The same where every instance that there may be is there: a request may wait for its place.
const IDLE_WHEN_FULL: Duration = Duration::from_millis(20);
/// How long a request waits for an instance.
const PATIENCE: Duration = Duration::from_secs(5);

/// What may a request take.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// Until the head of the response.
    pub request: Duration,
    /// From the head of a response to its end, and whatever a guest does after it.
    pub stream: Duration,
}

/// A component that is being served.
pub struct Guest {
    app: Arc<App>,
    prepared: Prepared,
    times: Times,
    /// For each instance there may be. A request that finds every instance computing gets one of its own: unbounded, 512
    /// requests for a long list took 512 instances, and their memory.
    places: Arc<Semaphore>,
}

impl Guest {
    pub fn new(app: Arc<App>, prepared: Prepared, times: Times) -> Self {
        // More would wait for a core; and 16 instances have 256 requests that wait for something else.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let places = (4 * cores).clamp(16, INSTANCES as usize / 2);
        Self { app, prepared, times, places: Arc::new(Semaphore::new(places)) }
    }
}

impl HandlerState for Guest {
    type StoreData = State;
    type WorkerExpiration = Expiration;
    type WorkerState = Worker;

    async fn instantiate(&self) -> wasmtime::Result<Instance<State, Expiration, Worker>> {
        let place = tokio::time::timeout(PATIENCE, self.places.clone().acquire_owned()).await;
        let place = place.map_err(|_| wasmtime::format_err!("no instance became free in {PATIENCE:?}"))??;
        let engine = self.prepared.engine();
        let mut store = Store::new(engine, State::new(&self.app));
        store.limiter(|state| &mut state.limits);
        store.epoch_deadline_async_yield_and_update(1);
        store.set_epoch_deadline(1);
        let grown = store.data().limits.grown.clone();
        let service = self.prepared.instantiate_async(&mut store).await?;
        Ok(Instance {
            store,
            proxy: Proxy::P3(service),
            view: State::http,
            expiration: Expiration {
                times: self.times,
                places: self.places.clone(),
                sleep: Box::pin(tokio::time::sleep(IDLE)),
            },
            state: Worker { component: self.app.component.clone(), times: self.times, grown, _place: place },
        })
    }
}

/// Ends an instance that is idle, or stuck.
pub struct Expiration {
    times: Times,
    places: Arc<Semaphore>,
    sleep: Pin<Box<Sleep>>,
}

impl WorkerExpiration for Expiration {
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>, status: WorkerStatus, start: Instant) -> Poll<()> {
        let limit = match status {
            WorkerStatus::Idle if self.places.available_permits() == 0 => IDLE_WHEN_FULL,
            WorkerStatus::Idle => IDLE,
            // A little later than the request's own limit, which ends only that request.
            WorkerStatus::Requests => self.times.request + Duration::from_millis(100),
            WorkerStatus::PostReturn => self.times.stream,
        };
        let deadline = tokio::time::Instant::from_std(start + limit);
        if self.sleep.deadline() != deadline {
            self.sleep.as_mut().reset(deadline);
        }
        self.sleep.as_mut().poll(context)
    }
}

pub struct Worker {
    component: String,
    times: Times,
    grown: Arc<AtomicUsize>,
    /// Given back when the instance is gone.
    _place: OwnedSemaphorePermit,
}

impl WorkerState for Worker {
    type StoreData = State;
    type RequestData = ();

    fn should_accept_request(&self, concurrent: usize, total: usize) -> ShouldAccept {
        if total >= REUSED || self.grown.load(Ordering::Relaxed) >= GROWN {
            ShouldAccept::Never
        } else if concurrent >= CONCURRENT {
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
        Box::pin(tokio::time::sleep(self.times.request))
    }

    fn drop(&self, store: Store<State>, result: Result<(), wasmtime::Error>) {
        if let Err(error) = result {
            tracing::error!(
                component = self.component,
                cause = format!("{error:#}"),
                "an instance ended; its requests in flight failed"
            );
        }
        drop(store);
    }
}
