//! `wasi:http/client`: only to the hosts that `allowed_outbound_hosts` names. Redirects are the
//! guest's business, so that each hop is checked on its own.
//!
//! Connections are kept and shared: a TLS handshake costs two round trips, which for a lookup at
//! Discogs is most of the time.

use std::error::Error as _;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::Request;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{self, Client};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::{Sleep, sleep, timeout};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

use crate::allowed_hosts::AllowedHost;
use crate::variables::{self, Values};

/// A host that does not accept a connection within this time is not going to.
const CONNECT: Duration = Duration::from_secs(10);
/// Guests usually set their own, shorter limits; language models think for minutes.
const SILENCE: Duration = Duration::from_secs(300);
/// Servers commonly close idle connections after a minute.
const KEPT: Duration = Duration::from_secs(50);

/// The outbound permissions of a component.
#[derive(Clone, Default)]
pub struct Outbound {
    allowed: Arc<[AllowedHost]>,
}

impl Outbound {
    /// Reads `allowed_outbound_hosts`; as in Spin, an entry that its variables leave empty is
    /// skipped.
    pub fn new(entries: &[String], values: &Values) -> Result<Self> {
        let mut allowed = Vec::new();
        for entry in entries {
            let rendered = variables::render(entry, values)?;
            let host = rendered.split_once("://").map_or(rendered.as_str(), |(_, h)| h);
            if host.is_empty() {
                continue;
            }
            let parsed = AllowedHost::parse(&rendered)
                .with_context(|| format!("`allowed_outbound_hosts` has `{entry}`, which is `{rendered}`"))?;
            allowed.push(parsed);
        }
        Ok(Self { allowed: allowed.into() })
    }

    pub fn allows(&self, scheme: &str, host: &str, port: Option<u16>) -> bool {
        self.allowed.iter().any(|a| a.allows(scheme, host, port))
    }
}

type Done = Box<dyn Future<Output = Result<(), Error>> + Send>;
type Sent = Result<(hyper::Response<WasiBody>, Done), Error>;

impl WasiHttpHooks for Outbound {
    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _processed: Done,
    ) -> Box<dyn Future<Output = Sent> + Send> {
        let uri = request.uri();
        let scheme = uri.scheme_str().unwrap_or("https");
        let host = uri.host().unwrap_or_default();
        if !self.allows(scheme, host, uri.port_u16()) {
            tracing::warn!(scheme, host, "outbound request refused: add the host to `allowed_outbound_hosts`");
            return Box::new(std::future::ready(Err(Error::HttpRequestDenied)));
        }
        Box::new(send(request, options))
    }
}

async fn send(request: Request<WasiBody>, options: Option<RequestOptions>) -> Sent {
    let (connect, first, between) = match &options {
        Some(o) => (o.connect_timeout, o.first_byte_timeout, o.between_bytes_timeout),
        None => (None, None, None),
    };
    let head = connect.unwrap_or(CONNECT).saturating_add(first.unwrap_or(SILENCE));
    let response = timeout(head, client().request(request))
        .await
        .map_err(|_| Error::ConnectionReadTimeout)?
        .map_err(|e| translate(&e))?;
    let limit = between.unwrap_or(SILENCE);
    let response = response.map(|incoming| Timed { incoming, limit, sleep: Box::pin(sleep(limit)) }.boxed_unsync());
    Ok((response, Box::new(std::future::ready(Ok(())))))
}

fn client() -> &'static Client<HttpsConnector<HttpConnector>, WasiBody> {
    static CLIENT: OnceLock<Client<HttpsConnector<HttpConnector>, WasiBody>> = OnceLock::new();
    CLIENT.get_or_init(|| {
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(CONNECT));
        let https =
            HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().wrap_connector(http);
        Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(KEPT)
            .pool_max_idle_per_host(8)
            .build(https)
    })
}

/// A response that ends when the other side falls silent.
struct Timed {
    incoming: Incoming,
    limit: Duration,
    sleep: Pin<Box<Sleep>>,
}

impl Body for Timed {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        match Pin::new(&mut self.incoming).poll_frame(context) {
            Poll::Ready(frame) => {
                let next = tokio::time::Instant::now() + self.limit;
                self.sleep.as_mut().reset(next);
                Poll::Ready(frame.map(|f| f.map_err(Error::from)))
            }
            Poll::Pending => match self.sleep.as_mut().poll(context) {
                Poll::Ready(()) => Poll::Ready(Some(Err(Error::ConnectionReadTimeout))),
                Poll::Pending => Poll::Pending,
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}

/// The nearest error that WASI knows.
fn translate(error: &legacy::Error) -> Error {
    let mut cause = error.source();
    let mut dns = false;
    while let Some(inner) = cause {
        dns |= inner.to_string().starts_with("dns error");
        if let Some(found) = inner.downcast_ref::<io::Error>() {
            let copy = io::Error::new(found.kind(), found.to_string());
            return match found.kind() {
                _ if dns => Error::DnsError { rcode: None, info_code: None },
                io::ErrorKind::TimedOut => Error::ConnectionTimeout,
                // How rustls reports a certificate or a protocol that it does not accept.
                io::ErrorKind::InvalidData => Error::Tls(copy),
                _ if error.is_connect() => Error::Connect(copy),
                _ => Error::ConnectionTerminated,
            };
        }
        cause = inner.source();
    }
    match error.is_connect() {
        true => Error::ConnectionRefused,
        false => Error::HttpProtocolError,
    }
}
