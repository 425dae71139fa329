//! What all stand-ins share: a server on a free port, a log of the requests that arrived, and faults on demand.

use std::{
    collections::{BTreeMap, VecDeque},
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    middleware::{self, Next},
    response::Response,
};
use bytes::Bytes;
use http::{HeaderMap, Method};
use http_body_util::BodyExt as _;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::Fault;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Received {
    pub at: Instant,
    pub method: Method,
    pub path: String,
    /// The query string as sent, without the `?`; empty if there was none.
    pub query: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Received {
    /// The value of a header; empty if the header is missing or is not text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// A running stand-in. It stops when it is dropped.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    received: Mutex<Vec<Received>>,
    next: Mutex<VecDeque<Fault>>,
    /// By the prefix of the path.
    at: Mutex<BTreeMap<String, Fault>>,
    always: Mutex<Option<Fault>>,
    delay: Mutex<Duration>,
}

impl Server {
    /// Serves `router` on a free port of this machine.
    ///
    /// # Panics
    /// If this machine has no free port.
    pub async fn start(router: Router) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let shared = Arc::<Shared>::default();
        let router = router.layer(middleware::from_fn_with_state(shared.clone(), log_and_answer));
        let task = tokio::spawn(async move {
            let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
                // If the socket refuses the option, answers are slower and still right.
                let _ = stream.set_nodelay(true);
            });
            // Serves until the task is aborted.
            let _ = axum::serve(listener, router).await;
        });
        Self { address, shared, task }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Every request that arrived, oldest first.
    pub fn received(&self) -> Vec<Received> {
        lock(&self.shared.received).clone()
    }

    /// The number of requests that arrived for paths with this prefix.
    pub fn count(&self, path: &str) -> usize {
        lock(&self.shared.received).iter().filter(|request| request.path.starts_with(path)).count()
    }

    /// The number of requests that arrived for each path, without the query string.
    pub fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for request in lock(&self.shared.received).iter() {
            *counts.entry(request.path.clone()).or_default() += 1;
        }
        counts
    }

    /// The paths with this prefix for which more than one request arrived.
    pub fn repeated(&self, path: &str) -> Vec<String> {
        let repeated = self.counts().into_iter().filter(|(one, count)| one.starts_with(path) && *count > 1);
        repeated.map(|(one, _)| one).collect()
    }

    /// Clears the log of requests.
    pub fn forget(&self) {
        lock(&self.shared.received).clear();
    }

    /// The next request fails in this way. Calls add up: after two calls, the next two requests fail.
    pub fn next(&self, fault: Fault) {
        lock(&self.shared.next).push_back(fault);
    }

    /// Every request for a path with this prefix fails in this way, after those that `next` decides. `None` ends this.
    pub fn at(&self, path: &str, fault: Option<Fault>) {
        let mut at = lock(&self.shared.at);
        match fault {
            Some(fault) => at.insert(path.to_owned(), fault),
            None => at.remove(path),
        };
    }

    /// Every request fails in this way, after those that `next` and `at` decide. `None` ends this.
    pub fn always(&self, fault: Option<Fault>) {
        *lock(&self.shared.always) = fault;
    }

    /// Delays every answer by this time, whether it is a fault or not.
    pub fn delay(&self, delay: Duration) {
        *lock(&self.shared.delay) = delay;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn log_and_answer(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    // If the client disconnects while it sends, what did arrive is logged as an empty body.
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    lock(&shared.received).push(Received {
        at: Instant::now(),
        method: parts.method.clone(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers.clone(),
        body: body.clone(),
    });
    let delay = *lock(&shared.delay);
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let fault = shared.fault(parts.uri.path());
    let answer = next.run(Request::from_parts(parts, Body::from(body)));
    match fault {
        None => answer.await,
        Some(fault) => fault.instead_of(answer).await,
    }
}

impl Shared {
    /// How the request for this path fails, if it does.
    fn fault(&self, path: &str) -> Option<Fault> {
        if let Some(fault) = lock(&self.next).pop_front() {
            return Some(fault);
        }
        // The longest prefix is the last one in the order of the map.
        let at =
            lock(&self.at).iter().rev().find(|(prefix, _)| path.starts_with(*prefix)).map(|(_, fault)| fault.clone());
        at.or_else(|| lock(&self.always).clone())
    }
}

/// Locks a mutex. That another thread panicked while it held the lock does not make the value invalid.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
