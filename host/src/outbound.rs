//! `wasi:http/client`, limited to the hosts in `allowed_outbound_hosts`. Guests follow redirects themselves, so each
//! hop is checked.
//!
//! Connections are kept and shared: a TLS handshake costs two round trips, which is most of the time of a short
//! request.

mod allowed_host;

use std::{
    error::Error as _,
    io,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context as TaskContext, Poll},
    time::Duration,
};

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::{
    Request,
    body::{Body, Frame, Incoming, SizeHint},
};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{self, Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use tokio::time::{Sleep, sleep, timeout};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

use self::allowed_host::AllowedHost;
use crate::manifest::{VariableValues, template};

/// The default limit for a connection to be accepted.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The default limit for the first byte and between two bytes. Guests usually set their own, shorter limits; a language
/// model may take minutes.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(300);
/// How long an idle connection is kept. Servers commonly close them after a minute.
const IDLE_TIMEOUT: Duration = Duration::from_secs(50);

/// The outbound permissions of a component.
#[derive(Clone, Default)]
pub struct Outbound {
    allowed: Arc<[AllowedHost]>,
}

impl Outbound {
    /// Reads `allowed_outbound_hosts`. As in Spin, an entry that is empty once its variables are filled in is skipped.
    pub fn new(entries: &[String], values: &VariableValues) -> Result<Self> {
        let mut allowed = Vec::new();
        for entry in entries {
            let rendered = template::render(entry, values)?;
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

/// Resolves when the body of a request has been sent.
type RequestSent = Box<dyn Future<Output = Result<(), Error>> + Send>;
type SendResult = Result<(hyper::Response<WasiBody>, RequestSent), Error>;

impl WasiHttpHooks for Outbound {
    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _processed: RequestSent,
    ) -> Box<dyn Future<Output = SendResult> + Send> {
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

async fn send(request: Request<WasiBody>, options: Option<RequestOptions>) -> SendResult {
    let (connect, first, between) = match &options {
        Some(o) => (o.connect_timeout, o.first_byte_timeout, o.between_bytes_timeout),
        None => (None, None, None),
    };
    let head = connect.unwrap_or(CONNECT_TIMEOUT).saturating_add(first.unwrap_or(SILENCE_TIMEOUT));
    let response = timeout(head, client().request(request))
        .await
        .map_err(|_| Error::ConnectionReadTimeout)?
        .map_err(|e| translate(&e))?;
    let limit = between.unwrap_or(SILENCE_TIMEOUT);
    let response =
        response.map(|incoming| BodyWithTimeout { incoming, limit, sleep: Box::pin(sleep(limit)) }.boxed_unsync());
    Ok((response, Box::new(std::future::ready(Ok(())))))
}

fn client() -> &'static Client<HttpsConnector<HttpConnector>, WasiBody> {
    static CLIENT: OnceLock<Client<HttpsConnector<HttpConnector>, WasiBody>> = OnceLock::new();
    CLIENT.get_or_init(|| {
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let https =
            HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().wrap_connector(http);
        Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_max_idle_per_host(8)
            .build(https)
    })
}

/// A response body that fails when no byte arrives for too long.
struct BodyWithTimeout {
    incoming: Incoming,
    limit: Duration,
    sleep: Pin<Box<Sleep>>,
}

impl Body for BodyWithTimeout {
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

/// Returns the WASI error that is closest to the cause.
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
                // rustls reports a certificate or a protocol that it does not accept in this way.
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
