//! One HTTP request, with limits of time and size.

use std::{fmt, time::Duration};

use guest::time;
use http::{
    HeaderMap, Uri, header,
    uri::{Authority, PathAndQuery},
};
use http_body_util::BodyExt as _;
use spin_sdk::wasip3::{
    http::{
        client,
        types::{ErrorCode, Fields, Method, Request, RequestOptions, Scheme},
    },
    http_compat::http_from_wasi_response,
    wit_future,
};

use crate::origin::Origin;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// For the whole request. A user of the web app does not wait longer.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(6);

/// Unless the caller names another one. Discogs answers a client without a `User-Agent` of its own with 403.
const USER_AGENT: &str = concat!("VinylVault/", env!("CARGO_PKG_VERSION"), " (self-hosted record collection)");

#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Response {
    pub fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub fn number_header(&self, name: impl header::AsHeaderName) -> Option<i64> {
        self.header(name)?.trim().parse().ok()
    }
}

/// Why there is no response.
#[derive(Debug)]
pub enum HttpError {
    /// The connection could not be made, or it broke: a retry may succeed.
    Connection(String),
    Timeout,
    TooLarge,
    /// The host is not in `allowed_outbound_hosts`.
    NotAllowed,
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connection(cause) => write!(f, "the connection failed: {cause}"),
            Self::Timeout => write!(f, "the response was not complete after {} s", REQUEST_TIMEOUT.as_secs()),
            Self::TooLarge => f.write_str("the response is too large"),
            Self::NotAllowed => f.write_str("the host is not in allowed_outbound_hosts"),
        }
    }
}

impl From<ErrorCode> for HttpError {
    fn from(error: ErrorCode) -> Self {
        match error {
            ErrorCode::ConnectionReadTimeout | ErrorCode::HttpResponseTimeout => Self::Timeout,
            ErrorCode::HttpRequestDenied => Self::NotAllowed,
            other => Self::Connection(format!("{other:?}")),
        }
    }
}

/// Sends a GET request to one of `origins`; every other origin is refused. A component inherits the hosts of others too,
/// because Spin passes on all outbound hosts of the gateway or none. Redirects are not followed, because the caller must
/// check where they lead.
///
/// # Errors
/// `NotAllowed` if the origin is not one of `origins`, or not in `allowed_outbound_hosts`.
pub async fn get(
    uri: &Uri,
    origins: &[&Origin],
    headers: &[(&str, &str)],
    max_bytes: usize,
) -> Result<Response, HttpError> {
    if !is_allowed(uri, origins) {
        return Err(HttpError::NotAllowed);
    }
    time::within(REQUEST_TIMEOUT, exchange(uri, headers, max_bytes)).await.unwrap_or(Err(HttpError::Timeout))
}

fn is_allowed(uri: &Uri, origins: &[&Origin]) -> bool {
    Origin::of(uri).is_some_and(|origin| origins.iter().any(|allowed| allowed.includes(&origin)))
}

async fn exchange(uri: &Uri, headers: &[(&str, &str)], max_bytes: usize) -> Result<Response, HttpError> {
    let request = build_request(uri, headers)
        .map_err(|part| HttpError::Connection(format!("the request cannot be built: invalid {part}")))?;
    let response = http_from_wasi_response(client::send(request).await?)?;
    let (parts, mut incoming) = response.into_parts();
    let declared =
        parts.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > max_bytes) {
        return Err(HttpError::TooLarge);
    }
    let mut body = Vec::with_capacity(declared.unwrap_or_default());
    while let Some(frame) = incoming.frame().await {
        if let Ok(data) = frame?.into_data() {
            if body.len() + data.len() > max_bytes {
                return Err(HttpError::TooLarge);
            }
            body.extend_from_slice(&data);
        }
    }
    if declared.is_some_and(|length| length != body.len()) {
        return Err(HttpError::Connection("the body is shorter than Content-Length".to_owned()));
    }
    Ok(Response { status: parts.status.as_u16(), headers: parts.headers, body })
}

/// Builds a request without a body. (The request type of spin-sdk would send an empty body in chunks.) On a fault,
/// returns the name of the part that is invalid.
fn build_request(uri: &Uri, headers: &[(&str, &str)]) -> Result<Request, &'static str> {
    let names_itself = headers.iter().any(|(name, _)| *name == "user-agent");
    let default = (!names_itself).then_some(("user-agent", USER_AGENT));
    let fields: Vec<_> =
        headers.iter().chain(&default).map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect();
    let fields = Fields::from_list(&fields).map_err(|_| "headers")?;
    let options = RequestOptions::new();
    let nanoseconds = |time: Duration| u64::try_from(time.as_nanos()).ok();
    options.set_connect_timeout(nanoseconds(CONNECT_TIMEOUT)).map_err(|_| "connect timeout")?;
    options.set_first_byte_timeout(nanoseconds(REQUEST_TIMEOUT)).map_err(|_| "first byte timeout")?;
    options.set_between_bytes_timeout(nanoseconds(REQUEST_TIMEOUT)).map_err(|_| "read timeout")?;
    let (_, trailers) = wit_future::new(|| Ok(None));
    let (request, _sent) = Request::new(fields, None, trailers, Some(options));
    let scheme = if uri.scheme_str() == Some("http") { Scheme::Http } else { Scheme::Https };
    request.set_method(&Method::Get).map_err(|()| "method")?;
    request.set_scheme(Some(&scheme)).map_err(|()| "scheme")?;
    request.set_authority(uri.authority().map(Authority::as_str)).map_err(|()| "authority")?;
    request.set_path_with_query(uri.path_and_query().map(PathAndQuery::as_str)).map_err(|()| "path")?;
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_configured_origins_are_allowed() {
        let api = Origin::parse("https://api.discogs.com").unwrap();
        let images = Origin::parse("http://127.0.0.1:9000").unwrap();
        let allowed = |address: &str| is_allowed(&address.parse().unwrap(), &[&api, &images]);
        for good in ["https://api.discogs.com/releases/1", "https://API.discogs.com/", "http://127.0.0.1:9000/x"] {
            assert!(allowed(good), "{good}");
        }
        for bad in [
            "https://api.openai.com/v1/chat/completions",
            "https://api.anthropic.com/v1/messages",
            "http://localhost:11434/v1/chat/completions",
            "http://api.discogs.com/releases/1",
            "https://api.discogs.com:8443/releases/1",
            "https://api.discogs.com@evil.example/",
            "http://127.0.0.1:9001/x",
            "/releases/1",
        ] {
            assert!(!allowed(bad), "{bad}");
        }
    }
}
