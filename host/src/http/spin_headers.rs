//! The headers in which Spin passes facts about a request to a guest.

use std::net::SocketAddr;

use hyper::{
    HeaderMap, Request,
    header::{HOST, HeaderName, HeaderValue},
};

use super::routes::Route;

const NAMES: [HeaderName; 7] = [
    HeaderName::from_static("spin-path-info"),
    HeaderName::from_static("spin-full-url"),
    HeaderName::from_static("spin-matched-route"),
    HeaderName::from_static("spin-base-path"),
    HeaderName::from_static("spin-raw-component-route"),
    HeaderName::from_static("spin-component-route"),
    HeaderName::from_static("spin-client-addr"),
];

/// The values of the headers, in the order of `NAMES`.
pub type SpinHeaders = [Option<HeaderValue>; 7];

/// Sets the headers, replacing any that the client sent under these names. (Spin appends its values, so there the first
/// value is the client's.)
pub fn replace(headers: &mut HeaderMap, values: SpinHeaders) {
    for (name, value) in NAMES.into_iter().zip(values) {
        match value {
            Some(value) => drop(headers.insert(name, value)),
            None => drop(headers.remove(name)),
        }
    }
}

/// Returns the values for a request. `rest` is the part of the path that matches the route's wildcard. `client`: `None`
/// if the host itself sends the request.
pub fn values<B>(request: &Request<B>, route: &Route, rest: &str, client: Option<SocketAddr>) -> SpinHeaders {
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
        client.and_then(|client| HeaderValue::try_from(client.to_string()).ok()),
    ]
}
