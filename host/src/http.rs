//! The HTTP server: connections, limits, routes, and the answers of the host itself.
//!
//! | Module | Contents |
//! |---|---|
//! | `routes`, `spin_headers`, `problem` | which component serves a path; what it learns; the answers of the host itself |
//! | `addresses` | what the clients of one address take |
//! | `activity` | what a connection does, and when it does too little |
//! | `io` | its socket, which counts what it transfers |
//! | `request_body`, `answer_body` | bodies, which must make progress, and what the host holds of them |
//! | `guest_call` | the call of a guest, which goes on when its client disconnects |
//! | `connection` | one connection |
//! | `log_limit` | log entries about events that a client can cause at will |
//! | `listener` | accepting connections |

mod activity;
mod addresses;
mod answer_body;
mod connection;
mod guest_call;
mod io;
mod listener;
mod log_limit;
mod problem;
mod request_body;
mod routes;
mod spin_headers;

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use hyper::{
    Method, Request, Response, Version,
    body::{Body, Incoming},
    header::{CONNECTION, CONTENT_TYPE, HeaderValue},
};
use ipnet::IpNet;
use tokio::{
    net::TcpListener,
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::{sleep, timeout},
};
use wasmtime_wasi_http::{
    WasiBody,
    handler::{ExpirationError, InstantiationError, ProxyHandler, TrapOrPanicError},
};

pub use self::routes::Routes;
use self::{
    activity::Activity,
    addresses::Addresses,
    answer_body::{AnswerBody, AnswerLimits},
    connection::Protocols,
    guest_call::GuestCall,
    log_limit::LogLimit,
    problem::{Problem, body},
    request_body::{Collected, Failure},
};
use crate::{
    descriptors,
    engine::{Guest, TimeLimits},
    limits::ConnectionLimits,
    memory::MemoryBudget,
};

/// How long a request waits for a permit, or for memory, before it is answered with 503.
const PERMIT_TIMEOUT: Duration = Duration::from_secs(5);
/// How often a request that waits for memory looks for it.
const MEMORY_CHECK: Duration = Duration::from_millis(10);
const HEALTH: &str = "/.well-known/spin/health";

pub struct Server {
    routes: Routes,
    guests: Vec<Handlers>,
    /// One permit for each request that guests may handle at once.
    permits: Arc<Semaphore>,
    /// One permit for each request whose guest waits for the rest of its body.
    uploads: Arc<Semaphore>,
    addresses: Arc<Addresses>,
    memory: Arc<MemoryBudget>,
    limits: Arc<ConnectionLimits>,
    protocols: Protocols,
    /// The maximum of open connections.
    connections: usize,
    times: TimeLimits,
    refusals: LogLimit,
    next_id: AtomicU64,
    started: Instant,
}

/// What the server serves, and within which limits.
pub struct ServerParts {
    pub routes: Routes,
    pub guests: Vec<Guest>,
    pub concurrent: usize,
    pub times: TimeLimits,
    pub limits: ConnectionLimits,
    pub trusted_proxies: Vec<IpNet>,
    pub memory: Arc<MemoryBudget>,
}

impl Server {
    pub fn new(parts: ServerParts) -> Self {
        Self {
            routes: parts.routes,
            guests: parts.guests.into_iter().map(Handlers::new).collect(),
            permits: Arc::new(Semaphore::new(parts.concurrent)),
            uploads: Arc::new(Semaphore::new(parts.limits.uploads)),
            addresses: Arc::new(Addresses::new(parts.trusted_proxies)),
            memory: parts.memory,
            protocols: Protocols::new(&parts.limits),
            connections: descriptors::connections(parts.limits.connections),
            limits: Arc::new(parts.limits),
            times: parts.times,
            refusals: LogLimit::new("requests were refused: too many are being served, or memory is short"),
            next_id: AtomicU64::new(1),
            started: Instant::now(),
        }
    }

    /// Accepts connections until `stop` changes, then returns at once. Each connection finishes its requests; it holds
    /// a clone of `stop` until then.
    pub async fn serve(self: Arc<Self>, listener: TcpListener, stop: watch::Receiver<bool>) {
        listener::serve(self, listener, stop).await;
    }

    async fn answer(
        &self,
        request: Request<Incoming>,
        client: SocketAddr,
        activity: &Arc<Activity>,
    ) -> Response<AnswerBody> {
        let is_http1 = request.version() < Version::HTTP_2;
        let unfinished = activity.begin(self.limits.connections_per_address);
        let handled = match &unfinished {
            Some(_) => self.handle(request, client, activity).await,
            None => Err(Problem::Busy.into()),
        };
        let response = handled.unwrap_or_else(|failed| {
            let mut response = failed.problem.response(&failed.id.unwrap_or_else(|| self.id()));
            if is_http1 && failed.problem == Problem::SlowBody {
                // The rest of the body is not read, so no other request can follow it.
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            response
        });
        let limits =
            AnswerLimits { buffer: self.limits.answer_buffer, write: self.limits.write, stream: self.times.stream };
        response.map(|body| AnswerBody::new(body, limits, activity.clone(), unfinished))
    }

    async fn handle(
        &self,
        mut request: Request<Incoming>,
        client: SocketAddr,
        activity: &Arc<Activity>,
    ) -> Result<Response<WasiBody>, Failed> {
        if request.uri().path() == HEALTH {
            let mut response = Response::new(body("OK"));
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
            return Ok(response);
        }
        let (route, rest) = self.routes.find(request.uri().path()).ok_or(Problem::NoRoute)?;
        let guest = self.guests.get(route.target).ok_or(Problem::NoRoute)?;
        let values = spin_headers::values(&request, route, rest, client);
        spin_headers::replace(request.headers_mut(), values);
        request.headers_mut().remove(CONNECTION);
        let (head, incoming) = request.into_parts();
        let collected = request_body::collect(incoming, activity, &self.limits).await.map_err(Problem::from)?;
        let large = matches!(collected, Collected::Part(_));
        let permits = timeout(PERMIT_TIMEOUT, self.admit(activity, large)).await.map_err(|_| {
            self.refusals.add();
            Problem::Busy
        })??;
        let (body, too_slow) = match collected {
            Collected::Whole(body) => (body, None),
            Collected::Part(body) => {
                let (body, too_slow) = body.stream();
                (body, Some(too_slow))
            }
        };
        let started = Instant::now();
        // Such a request can be repeated: it has no body and no effects.
        let is_repeatable = matches!(head.method, Method::GET | Method::HEAD) && body.is_end_stream();
        let repeat = is_repeatable.then(|| head.clone());
        let (guest, request, limit) = (guest.clone(), Request::from_parts(head, body), self.times.request);
        let answered = GuestCall::new(async move {
            let mut answered = guest.shared.handle((), request).await;
            let has_failed = answered.as_ref().err().is_some_and(|error| error.is::<TrapOrPanicError>());
            if has_failed
                && started.elapsed() < limit
                && let Some(head) = repeat
            {
                tracing::warn!("a request is repeated because its instance failed");
                answered = guest.alone.handle((), Request::from_parts(head, WasiBody::default())).await;
            }
            drop(permits);
            answered
        })
        .await;
        if too_slow.is_some_and(|too_slow| too_slow.load(Ordering::Relaxed)) {
            return Err(Problem::SlowBody.into());
        }
        answered.map_err(|error| self.problem_of(&error, started))
    }

    /// Waits until the request may start: its address has a free place, the application has one, and there is memory.
    /// A request with a large body needs one of fewer places first: its guest waits for the client.
    async fn admit(&self, activity: &Activity, large: bool) -> Result<Permits, Problem> {
        let address = activity.address.as_ref();
        let uploads = address.map(|address| &address.uploads).into_iter().chain([&self.uploads]);
        let places = address.map(|address| &address.running).into_iter().chain([&self.permits]);
        let mut permits = Permits::default();
        for (slot, needed) in permits.iter_mut().zip(uploads.filter(|_| large).chain(places)) {
            *slot = Some(acquire(needed).await?);
        }
        while self.memory.is_tight() {
            sleep(MEMORY_CHECK).await;
        }
        Ok(permits)
    }

    /// Converts a failure of the guest to an answer, and logs its cause.
    fn problem_of(&self, error: &wasmtime::Error, started: Instant) -> Failed {
        let id = self.id();
        let failed = |problem| Failed { problem, id: Some(id.clone()) };
        if error.is::<ExpirationError>() || (error.is::<TrapOrPanicError>() && started.elapsed() >= self.times.request)
        {
            tracing::warn!(request_id = id, limit = ?self.times.request, "a request took too long");
            return failed(Problem::TimedOut);
        }
        if error.is::<TrapOrPanicError>() {
            // The cause is in the log entry of the instance.
            tracing::warn!(request_id = id, "a request failed because its instance failed");
            return failed(Problem::Failed);
        }
        let busy = error.is::<InstantiationError<()>>();
        tracing::error!(request_id = id, cause = format!("{error:#}"), "a request failed");
        failed(if busy { Problem::Busy } else { Problem::Failed })
    }

    /// An id for a failure, by which it is found in the log.
    fn id(&self) -> String {
        let n = self.next_id.fetch_add(1, Ordering::Relaxed);
        format!("host-{:x}-{n:x}", self.started.elapsed().as_micros())
    }
}

/// The instances of a component.
#[derive(Clone)]
struct Handlers {
    shared: ProxyHandler<Guest>,
    /// For requests whose first instance failed, perhaps by the fault of another request.
    alone: ProxyHandler<Guest>,
}

impl Handlers {
    fn new(guest: Guest) -> Self {
        Self { alone: ProxyHandler::new(guest.alone()), shared: ProxyHandler::new(guest) }
    }
}

/// What a request holds until its guest has answered.
type Permits = [Option<OwnedSemaphorePermit>; 4];

async fn acquire(permits: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Problem> {
    match permits.clone().try_acquire_owned() {
        Ok(permit) => Ok(permit),
        Err(_) => permits.clone().acquire_owned().await.map_err(|_| Problem::Stopping),
    }
}

/// Why a request was not answered by a guest.
struct Failed {
    problem: Problem,
    /// The id of the log entry, if there is one.
    id: Option<String>,
}

impl From<Problem> for Failed {
    fn from(problem: Problem) -> Self {
        Self { problem, id: None }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::TooSlow => Self::SlowBody,
            Failure::Broken => Self::BrokenBody,
            Failure::NoMemory => Self::Busy,
        }
    }
}
