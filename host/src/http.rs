//! The HTTP server: connections, limits, routes, and the answers of the host itself.
//!
//! | Module | Contents |
//! |---|---|
//! | `routes`, `spin_headers`, `problem` | which component serves a path, its headers; the answers of the host itself |
//! | `addresses` | what the clients of one address take |
//! | `admission` | when a request may start |
//! | `activity` | what a connection does, and when it does too little |
//! | `io` | its socket, which counts what it transfers |
//! | `request_body`, `answer_body` | bodies, which must make progress, and what the host holds of them |
//! | `begun` | answers whose body has begun, before which a request can be repeated |
//! | `guest_call` | the call of a guest, which goes on when its client disconnects |
//! | `connection` | one connection |
//! | `log_limit` | log entries about events that a client can cause at will |
//! | `listener` | accepting connections |
//! | `tick` | a request that the host sends to the application by itself |

mod activity;
mod addresses;
mod admission;
mod answer_body;
mod begun;
mod connection;
mod guest_call;
mod io;
mod listener;
mod log_limit;
mod problem;
mod request_body;
mod routes;
mod spin_headers;
mod tick;

use std::{
    net::SocketAddr,
    sync::{
        Arc, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use hyper::{
    Method, Request, Response, Version,
    body::{Body, Incoming},
    header::{CONNECTION, CONTENT_TYPE, HeaderValue},
};
use ipnet::IpNet;
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
};
use wasmtime_wasi_http::{
    WasiBody,
    handler::{ExpirationError, InstantiationError, ProxyHandler, TrapOrPanicError},
};

use self::{
    activity::Activity,
    addresses::Addresses,
    admission::PERMIT_TIMEOUT,
    answer_body::{AnswerBody, AnswerLimits},
    begun::{BodyFailed, begun},
    connection::Protocols,
    guest_call::GuestCall,
    log_limit::LogLimit,
    problem::{Problem, body},
    request_body::Failure,
};
pub use self::{request_body::Spool, routes::Routes, tick::Tick};
use crate::{
    descriptors,
    engine::{Guest, TimeLimits},
    limits::ConnectionLimits,
    memory::MemoryBudget,
};

const HEALTH: &str = "/.well-known/spin/health";

pub struct Server {
    routes: Routes,
    guests: Vec<Handlers>,
    /// One permit for each request that guests may handle at once.
    permits: Arc<Semaphore>,
    /// One permit for each `LARGE_UNIT` of the large bodies that guests process.
    large: Arc<Semaphore>,
    spool: Spool,
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
    pub spool: Spool,
}

impl Server {
    pub fn new(parts: ServerParts) -> Self {
        Self {
            routes: parts.routes,
            guests: parts.guests.into_iter().map(Handlers::new).collect(),
            permits: Arc::new(Semaphore::new(parts.concurrent)),
            large: Arc::new(Semaphore::new(admission::large_units(parts.limits.large_bodies) as usize)),
            spool: parts.spool,
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

    /// Sends a request to the application again and again, until `stop` changes.
    pub async fn tick(self: Arc<Self>, tick: Tick, stop: watch::Receiver<bool>) {
        tick::run(self, tick, stop).await;
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
            if is_http1 && matches!(failed.problem, Problem::SlowBody | Problem::LargeBody) {
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
        let values = spin_headers::values(&request, route, rest, Some(client));
        spin_headers::replace(request.headers_mut(), values);
        request.headers_mut().remove(CONNECTION);
        let (head, incoming) = request.into_parts();
        let collected = request_body::collect(incoming, activity, &self.limits, &self.spool).await;
        let (body, bytes) = collected.map_err(Problem::from)?;
        let permits = self.admit(activity, bytes).await?;
        let started = Instant::now();
        // Such a request can be repeated: it has no body and no effects.
        let is_repeatable = matches!(head.method, Method::GET | Method::HEAD) && body.is_end_stream();
        let repeat = is_repeatable.then(|| head.clone());
        let (guest, request, limit) = (guest.clone(), Request::from_parts(head, body), self.times.request);
        let answered = GuestCall::new(async move {
            let mut answered = handle_in_time(&guest.shared, request).await;
            if let Some(head) = repeat {
                answered = begin(answered).await;
                if answered.as_ref().err().is_some_and(has_failed) && started.elapsed() < limit {
                    tracing::warn!("a request is repeated because its instance failed");
                    let request = Request::from_parts(head, WasiBody::default());
                    answered = begin(handle_in_time(&guest.alone, request).await).await;
                }
            }
            drop(permits);
            answered
        })
        .await;
        answered.map_err(|error| self.problem_of(&error, started))
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

/// Waits until the body of an answer begins.
async fn begin(answered: wasmtime::Result<Response<WasiBody>>) -> wasmtime::Result<Response<WasiBody>> {
    begun(answered?).await
}

/// Whether an instance failed, and the request with it.
fn has_failed(error: &wasmtime::Error) -> bool {
    error.is::<TrapOrPanicError>() || error.is::<BodyFailed>()
}

/// Calls a guest. A request that finds all instances busy gets a new one, and fails soon if there is no place for it.
/// Then it asks again: by now an existing instance may take it.
async fn handle_in_time(
    guest: &ProxyHandler<Guest>,
    mut request: Request<WasiBody>,
) -> wasmtime::Result<Response<WasiBody>> {
    let give_up = Instant::now() + PERMIT_TIMEOUT;
    loop {
        let failed = match guest.handle((), request).await {
            Ok(response) => return Ok(response),
            Err(error) if Instant::now() < give_up => error.downcast::<InstantiationError<()>>()?,
            Err(error) => return Err(error),
        };
        request = failed.request.into_inner().unwrap_or_else(PoisonError::into_inner);
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
            Failure::TooLarge => Self::LargeBody,
            Failure::Broken => Self::BrokenBody,
            Failure::NoMemory | Failure::NoRoom => Self::Busy,
        }
    }
}
