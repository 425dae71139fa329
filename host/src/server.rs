//! HTTP: connections, limits, and what is added to a request on its way to the guest.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{CONNECTION, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use wasmtime_wasi_http::WasiBody;
use wasmtime_wasi_http::handler::{ExpirationError, InstantiationError, ProxyHandler, TrapOrPanicError};

use crate::handler::Guest;
use crate::problem::{Problem, body};
use crate::routes::{Route, Routes};

/// How long a client may take to send a request's head; slower ones hold connections for nothing.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// The most that a request's head may weigh; proxies commonly allow 8 to 64 kB.
const HEAD_BYTES: usize = 64 << 10;
/// How long a request waits for its turn before it is told to come back.
const TURN: Duration = Duration::from_secs(5);
/// Open connections; beyond it, new ones wait in the kernel's queue.
const CONNECTIONS: usize = 10_000;
const HEALTH: &str = "/.well-known/spin/health";

/// The names under which Spin tells a guest about its request. What a client sends under them is
/// removed: Spin appends, so that the first value there is the client's word.
const TOLD: [HeaderName; 7] = [
    HeaderName::from_static("spin-path-info"),
    HeaderName::from_static("spin-full-url"),
    HeaderName::from_static("spin-matched-route"),
    HeaderName::from_static("spin-base-path"),
    HeaderName::from_static("spin-raw-component-route"),
    HeaderName::from_static("spin-component-route"),
    HeaderName::from_static("spin-client-addr"),
];

pub struct Server {
    pub routes: Routes,
    pub guests: Vec<ProxyHandler<Guest>>,
    /// Requests in the guests' hands.
    pub turns: Semaphore,
    pub request_timeout: Duration,
    next_id: AtomicU64,
    started: Instant,
}

impl Server {
    pub fn new(routes: Routes, guests: Vec<ProxyHandler<Guest>>, concurrent: usize, request_timeout: Duration) -> Self {
        Self {
            routes,
            guests,
            turns: Semaphore::new(concurrent),
            request_timeout,
            next_id: AtomicU64::new(1),
            started: Instant::now(),
        }
    }

    /// Accepts connections until `stop` changes, then returns at once; connections finish what
    /// they are doing while they hold their clone of `stop`.
    pub async fn serve(self: Arc<Self>, listener: TcpListener, mut stop: watch::Receiver<bool>) {
        let connections = Arc::new(Semaphore::new(CONNECTIONS));
        loop {
            let accepted = tokio::select! {
                biased;
                _ = stop.changed() => return,
                accepted = async {
                    let permit = connections.clone().acquire_owned().await;
                    (listener.accept().await, permit)
                } => accepted,
            };
            let (stream, client, permit) = match accepted {
                (Ok((stream, client)), Ok(permit)) => (stream, client, permit),
                (Err(error), _) => {
                    // Out of file descriptors, or a client gone before it was accepted.
                    tracing::warn!(%error, "could not accept a connection");
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    continue;
                }
                (_, Err(_)) => return,
            };
            let (server, stop) = (self.clone(), stop.clone());
            tokio::spawn(async move {
                server.connection(stream, client, stop).await;
                drop(permit);
            });
        }
    }

    async fn connection(self: Arc<Self>, stream: TcpStream, client: SocketAddr, mut stop: watch::Receiver<bool>) {
        // A response's head and body often leave in two writes: without this, Nagle's algorithm and
        // delayed acknowledgements make that 40 ms.
        let _ = stream.set_nodelay(true);
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).max_buf_size(HEAD_BYTES);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_header_list_size(HEAD_BYTES as u32)
            .max_concurrent_streams(256)
            .keep_alive_interval(Duration::from_secs(30));
        let service = service_fn(move |request| {
            let server = self.clone();
            async move { Ok::<_, Infallible>(server.answer(request, client).await) }
        });
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        tokio::pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            _ = stop.changed() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            // The client's doing: it hung up, or did not speak HTTP.
            tracing::debug!(%client, error = %error, "connection ended");
        }
    }

    async fn answer(&self, mut request: Request<Incoming>, client: SocketAddr) -> Response<WasiBody> {
        let path = request.uri().path();
        if path == HEALTH {
            let mut response = Response::new(body("OK"));
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
            return response;
        }
        let Some((route, rest)) = self.routes.find(path) else {
            return Problem::NoRoute.response(&self.id());
        };
        let Some(guest) = self.guests.get(route.target) else {
            return Problem::NoRoute.response(&self.id());
        };
        let told = tell(&request, route, rest, client);
        let headers = request.headers_mut();
        headers.remove(CONNECTION);
        for (name, value) in TOLD.into_iter().zip(told) {
            match value {
                Some(value) => drop(headers.insert(name, value)),
                None => drop(headers.remove(name)),
            }
        }
        let started = Instant::now();
        let turn = match self.turns.try_acquire() {
            Ok(turn) => turn,
            Err(_) => match tokio::time::timeout(TURN, self.turns.acquire()).await {
                Ok(Ok(turn)) => turn,
                Ok(Err(_)) => return Problem::Stopping.response(&self.id()),
                Err(_) => {
                    tracing::warn!("a request found no turn: more are being served than the limit allows");
                    return Problem::Busy.response(&self.id());
                }
            },
        };
        let request = request.map(|b| b.map_err(Into::into).boxed_unsync());
        let answered = guest.handle((), request).await;
        drop(turn);
        answered.unwrap_or_else(|error| self.failed(&error, started))
    }

    /// Turns a failure of the guest into an answer; the cause goes to the log, once.
    fn failed(&self, error: &wasmtime::Error, started: Instant) -> Response<WasiBody> {
        let id = self.id();
        if error.is::<ExpirationError>()
            || (error.is::<TrapOrPanicError>() && started.elapsed() >= self.request_timeout)
        {
            tracing::warn!(request_id = id, limit = ?self.request_timeout, "a request took too long");
            return Problem::TimedOut.response(&id);
        }
        if error.is::<TrapOrPanicError>() {
            // The instance's end has its own entry, with the cause.
            tracing::warn!(request_id = id, "a request failed with its instance");
            return Problem::Failed.response(&id);
        }
        let busy = error.is::<InstantiationError<()>>();
        tracing::error!(request_id = id, cause = format!("{error:#}"), "a request failed");
        let problem = if busy { Problem::Busy } else { Problem::Failed };
        problem.response(&id)
    }

    /// An id for a failure, to find it in the log.
    fn id(&self) -> String {
        let n = self.next_id.fetch_add(1, Ordering::Relaxed);
        format!("host-{:x}-{n:x}", self.started.elapsed().as_micros())
    }
}

/// The values of `TOLD`, in its order.
fn tell(request: &Request<Incoming>, route: &Route, rest: &str, client: SocketAddr) -> [Option<HeaderValue>; 7] {
    let uri = request.uri();
    let host = request
        .headers()
        .get(HOST)
        .and_then(|h| h.to_str().ok())
        .or_else(|| uri.authority().map(|a| a.as_str()))
        .unwrap_or("localhost");
    let target = uri.path_and_query().map_or("/", |p| p.as_str());
    let value = |text: &str| HeaderValue::from_str(text).ok();
    [
        value(rest),
        HeaderValue::try_from(format!("http://{host}{target}")).ok(),
        value(&route.raw),
        Some(HeaderValue::from_static("/")),
        value(&route.raw),
        value(&route.prefix),
        HeaderValue::try_from(client.to_string()).ok(),
    ]
}
