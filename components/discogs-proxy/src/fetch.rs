//! One request to the outside: within its limits of time and size, or not at all.

use std::time::Duration;

use http::{HeaderMap, Uri, header};
use http_body_util::BodyExt as _;
use spin_sdk::wasip3::{
    http::{
        client,
        types::{ErrorCode, Fields, Method, Request, RequestOptions, Scheme},
    },
    http_compat::http_from_wasi_response,
    wit_future,
};

use crate::clock;

const CONNECT: Duration = Duration::from_secs(3);
/// A whole request: who waits in the web app looks elsewhere after that.
pub const ATTEMPT: Duration = Duration::from_secs(6);

/// Without one of its own Discogs answers a program with 403.
const USER_AGENT: &str = concat!("VinylVault/", env!("CARGO_PKG_VERSION"), " (self-hosted record collection)");

#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// A header that is a number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.header(name)?.trim().parse().ok()
    }
}

/// Why there is no reply.
#[derive(Debug)]
pub enum Trouble {
    /// The connection was not made, or broke: trying again may help.
    Broken(String),
    TooSlow,
    /// The body is larger than what was asked for can be.
    TooLarge,
    /// `allowed_outbound_hosts` does not have the host.
    Denied,
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Broken(cause) => write!(f, "the connection failed: {cause}"),
            Self::TooSlow => write!(f, "no whole answer within {} s", ATTEMPT.as_secs()),
            Self::TooLarge => f.write_str("the answer is too large"),
            Self::Denied => f.write_str("the host is not in allowed_outbound_hosts"),
        }
    }
}

/// `GET`. Redirects are replies, too: whoever asked checks where they lead.
pub async fn get(uri: &Uri, headers: &[(&str, &str)], most: usize) -> Result<Reply, Trouble> {
    clock::within(ATTEMPT, exchange(uri, headers, most)).await.unwrap_or(Err(Trouble::TooSlow))
}

async fn exchange(uri: &Uri, headers: &[(&str, &str)], most: usize) -> Result<Reply, Trouble> {
    let request = request(uri, headers).map_err(|what| Trouble::Broken(format!("the request is malformed: {what}")))?;
    let response = client::send(request).await.map_err(trouble)?;
    let response = http_from_wasi_response(response).map_err(trouble)?;
    let (parts, mut incoming) = response.into_parts();
    let declared =
        parts.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > most) {
        return Err(Trouble::TooLarge);
    }
    let mut body = Vec::with_capacity(declared.unwrap_or_default());
    while let Some(frame) = incoming.frame().await {
        if let Ok(data) = frame.map_err(trouble)?.into_data() {
            if body.len() + data.len() > most {
                return Err(Trouble::TooLarge);
            }
            body.extend_from_slice(&data);
        }
    }
    if declared.is_some_and(|length| length != body.len()) {
        return Err(Trouble::Broken("the body ended early".to_owned()));
    }
    Ok(Reply { status: parts.status.as_u16(), headers: parts.headers, body })
}

/// Without a body: spin-sdk's way would send an empty one in chunks.
fn request(uri: &Uri, headers: &[(&str, &str)]) -> Result<Request, &'static str> {
    let list: Vec<_> = headers
        .iter()
        .chain(&[("user-agent", USER_AGENT)])
        .map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec()))
        .collect();
    let fields = Fields::from_list(&list).map_err(|_| "headers")?;
    let options = RequestOptions::new();
    let nanoseconds = |time: Duration| u64::try_from(time.as_nanos()).ok();
    options.set_connect_timeout(nanoseconds(CONNECT)).map_err(|_| "connect timeout")?;
    options.set_first_byte_timeout(nanoseconds(ATTEMPT)).map_err(|_| "first byte timeout")?;
    options.set_between_bytes_timeout(nanoseconds(ATTEMPT)).map_err(|_| "read timeout")?;
    let (_, trailers) = wit_future::new(|| Ok(None));
    let (request, _sent) = Request::new(fields, None, trailers, Some(options));
    let scheme = if uri.scheme_str() == Some("http") { Scheme::Http } else { Scheme::Https };
    request.set_method(&Method::Get).map_err(|()| "method")?;
    request.set_scheme(Some(&scheme)).map_err(|()| "scheme")?;
    request.set_authority(uri.authority().map(http::uri::Authority::as_str)).map_err(|()| "authority")?;
    request.set_path_with_query(uri.path_and_query().map(http::uri::PathAndQuery::as_str)).map_err(|()| "path")?;
    Ok(request)
}

fn trouble(error: ErrorCode) -> Trouble {
    match error {
        ErrorCode::ConnectionReadTimeout | ErrorCode::HttpResponseTimeout => Trouble::TooSlow,
        ErrorCode::HttpRequestDenied => Trouble::Denied,
        other => Trouble::Broken(format!("{other:?}")),
    }
}
