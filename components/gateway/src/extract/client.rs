//! The client that sent the request: its address and its program.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};

use axum::extract::FromRequestParts;
use http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts};

use crate::{
    log,
    services::{auth::types, clients},
    trace::Trace,
};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

pub struct Client(pub types::Client);

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let address = parts.extensions.get::<Trace>().and_then(Trace::address);
        let address = address.map(|address| address.to_string()).unwrap_or_default();
        Ok(Self(types::Client { address, user_agent: user_agent(&parts.headers) }))
    }
}

#[cfg(test)]
impl super::describe::DescribeInput for Client {}

/// The address of the client, behind the proxies that are trusted.
pub fn address(headers: &HeaderMap) -> Option<IpAddr> {
    let peer = peer(headers)?;
    // Most requests have neither, and need no call.
    if !headers.contains_key(header::FORWARDED) && !headers.contains_key(X_FORWARDED_FOR) {
        return Some(peer);
    }
    let located =
        clients::locate(&peer.to_string(), &texts(headers, &header::FORWARDED), &texts(headers, &X_FORWARDED_FOR));
    if let Some(warning) = located.warning {
        log::warning(&warning);
    }
    located.address.parse().ok()
}

/// The host appends its `spin-client-addr` to the client's headers: only the last one can be trusted.
fn peer(headers: &HeaderMap) -> Option<IpAddr> {
    let value = headers.get_all("spin-client-addr").into_iter().next_back()?.to_str().ok()?;
    let address = value.parse::<SocketAddr>().map(|address| address.ip()).or_else(|_| value.parse::<IpAddr>());
    Some(address.ok()?.to_canonical())
}

fn texts(headers: &HeaderMap, name: &HeaderName) -> Vec<String> {
    let values = headers.get_all(name).into_iter();
    values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
}

fn user_agent(headers: &HeaderMap) -> String {
    let value = headers.get(header::USER_AGENT).map(HeaderValue::as_bytes).unwrap_or_default();
    let mut text = String::from_utf8_lossy(value).into_owned();
    text.truncate(text.floor_char_boundary(512));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(values: &[&'static str]) -> HeaderMap {
        let name = HeaderName::from_static("spin-client-addr");
        HeaderMap::from_iter(values.iter().map(|value| (name.clone(), HeaderValue::from_static(value))))
    }

    #[test]
    fn the_last_client_address_is_used_without_its_port() {
        let read = |values: &[&'static str]| peer(&addresses(values)).map(|address| address.to_string());
        assert_eq!(read(&["1.1.1.1:80", "203.0.113.9:50312"]).as_deref(), Some("203.0.113.9"));
        assert_eq!(read(&["[2001:db8::1]:50312"]).as_deref(), Some("2001:db8::1"));
        assert_eq!(read(&["[::ffff:192.0.2.1]:50312"]).as_deref(), Some("192.0.2.1"));
        assert_eq!(read(&["192.0.2.1"]).as_deref(), Some("192.0.2.1"));
        assert_eq!(read(&["nonsense"]), None);
        assert_eq!(read(&[]), None);
    }

    #[test]
    fn a_long_user_agent_is_cut_between_characters() {
        let long = HeaderValue::from_bytes("é".repeat(400).as_bytes()).unwrap();
        assert_eq!(user_agent(&HeaderMap::from_iter([(header::USER_AGENT, long)])).len(), 512);
        let invalid = HeaderValue::from_bytes(b"a\xffb").unwrap();
        assert_eq!(user_agent(&HeaderMap::from_iter([(header::USER_AGENT, invalid)])), "a\u{fffd}b");
    }
}
