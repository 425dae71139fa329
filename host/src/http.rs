//! The HTTP server: connections, limits, routes, and the answers of the host itself.

mod problem;
mod routes;
mod spin_headers;

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use http_body_util::BodyExt;
use hyper::{
    Request, Response,
    body::Incoming,
    header::{CONNECTION, CONTENT_TYPE, HeaderValue},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, SemaphorePermit, watch},
};
use wasmtime_wasi_http::{
    WasiBody,
    handler::{ExpirationError, InstantiationError, ProxyHandler, TrapOrPanicError},
};

use self::problem::{Problem, body};
pub use self::routes::Routes;
use crate::engine::Guest;

/// How long a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// The maximum size of a request's head; proxies commonly allow 8 to 64 kB.
const HEAD_BYTES: usize = 64 << 10;
/// How long a request waits for a permit before it is answered with 503.
const PERMIT_TIMEOUT: Duration = Duration::from_secs(5);
/// The maximum of open connections; more wait in the kernel's queue.
const CONNECTIONS: usize = 10_000;
const HEALTH: &str = "/.well-known/spin/health";

pub struct Server {
    routes: Routes,
    guests: Vec<ProxyHandler<Guest>>,
    /// One permit for each request that guests may handle at once.
    permits: Semaphore,
    request_timeout: Duration,
    next_id: AtomicU64,
    started: Instant,
}

impl Server {
    pub fn new(routes: Routes, guests: Vec<ProxyHandler<Guest>>, concurrent: usize, request_timeout: Duration) -> Self {
        Self {
            routes,
            guests,
            permits: Semaphore::new(concurrent),
            request_timeout,
            next_id: AtomicU64::new(1),
            started: Instant::now(),
        }
    }

    /// Accepts connections until `stop` changes, then returns at once. Each connection finishes its requests; it holds
    /// a clone of `stop` until then.
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
                    // There are no file descriptors left, or the client disconnected before it was accepted.
                    tracing::warn!(%error, "could not accept a connection");
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    continue;
                }
                (_, Err(_)) => return,
            };
            let (server, stop) = (self.clone(), stop.clone());
            tokio::spawn(async move {
                server.serve_connection(stream, client, stop).await;
                drop(permit);
            });
        }
    }

    async fn serve_connection(self: Arc<Self>, stream: TcpStream, client: SocketAddr, mut stop: watch::Receiver<bool>) {
        // The head and the body of a response are often two writes. With Nagle's algorithm and delayed acknowledgements
        // the second write would wait for 40 ms.
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
            // The client disconnected, or sent something that is not HTTP.
            tracing::debug!(%client, error = %error, "connection ended");
        }
    }

    async fn answer(&self, mut request: Request<Incoming>, client: SocketAddr) -> Response<WasiBody> {
        if request.uri().path() == HEALTH {
            let mut response = Response::new(body("OK"));
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
            return response;
        }
        let Some((route, rest)) = self.routes.find(request.uri().path()) else {
            return Problem::NoRoute.response(&self.id());
        };
        let Some(guest) = self.guests.get(route.target) else {
            return Problem::NoRoute.response(&self.id());
        };
        let values = spin_headers::values(&request, route, rest, client);
        spin_headers::replace(request.headers_mut(), values);
        request.headers_mut().remove(CONNECTION);
        let started = Instant::now();
        let permit = match self.permit().await {
            Ok(permit) => permit,
            Err(problem) => return problem.response(&self.id()),
        };
        let request = request.map(|b| b.map_err(Into::into).boxed_unsync());
        let answered = guest.handle((), request).await;
        drop(permit);
        answered.unwrap_or_else(|error| self.answer_failure(&error, started))
    }

    /// Waits until the request may start.
    async fn permit(&self) -> Result<SemaphorePermit<'_>, Problem> {
        if let Ok(permit) = self.permits.try_acquire() {
            return Ok(permit);
        }
        match tokio::time::timeout(PERMIT_TIMEOUT, self.permits.acquire()).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) => Err(Problem::Stopping),
            Err(_) => {
                tracing::warn!("a request was refused: the limit of concurrent requests was reached for too long");
                Err(Problem::Busy)
            }
        }
    }

    /// Converts a failure of the guest to an answer, and logs its cause.
    fn answer_failure(&self, error: &wasmtime::Error, started: Instant) -> Response<WasiBody> {
        let id = self.id();
        if error.is::<ExpirationError>()
            || (error.is::<TrapOrPanicError>() && started.elapsed() >= self.request_timeout)
        {
            tracing::warn!(request_id = id, limit = ?self.request_timeout, "a request took too long");
            return Problem::TimedOut.response(&id);
        }
        if error.is::<TrapOrPanicError>() {
            // The cause is in the log entry of the instance.
            tracing::warn!(request_id = id, "a request failed because its instance failed");
            return Problem::Failed.response(&id);
        }
        let busy = error.is::<InstantiationError<()>>();
        tracing::error!(request_id = id, cause = format!("{error:#}"), "a request failed");
        let problem = if busy { Problem::Busy } else { Problem::Failed };
        problem.response(&id)
    }

    /// An id for a failure, by which it is found in the log.
    fn id(&self) -> String {
        let n = self.next_id.fetch_add(1, Ordering::Relaxed);
        format!("host-{:x}-{n:x}", self.started.elapsed().as_micros())
    }
}
