//! Request headers that several handlers read.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};

use axum::extract::FromRequestParts;
use http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts};

use crate::{problem::Problem, services::auth};

/// A header that must not be given twice: two readers might each take another one.
pub fn single<'a>(map: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a HeaderValue>, Problem> {
    let mut values = map.get_all(name).into_iter();
    match (values.next(), values.next()) {
        (_, Some(_)) => Err(Problem::header(name, "is given more than once")),
        (value, None) => Ok(value),
    }
}

/// Where the request came from.
pub struct Client(pub auth::types::Client);

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(auth::types::Client { address: address(&parts.headers), user_agent: user_agent(&parts.headers) }))
    }
}

/// The host appends its `spin-client-addr` to what the client sent: only the last one is true.
fn address(map: &HeaderMap) -> String {
    let value = map.get_all("spin-client-addr").into_iter().next_back().and_then(|value| value.to_str().ok());
    let value = value.unwrap_or_default();
    let address = value.parse::<SocketAddr>().map(|address| address.ip()).or_else(|_| value.parse::<IpAddr>());
    address.map(|address| address.to_canonical().to_string()).unwrap_or_default()
}

fn user_agent(map: &HeaderMap) -> String {
    let value = map.get(header::USER_AGENT).map(HeaderValue::as_bytes).unwrap_or_default();
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
    fn the_last_client_address_counts_without_its_port() {
        assert_eq!(address(&addresses(&["1.1.1.1:80", "203.0.113.9:50312"])), "203.0.113.9");
        assert_eq!(address(&addresses(&["[2001:db8::1]:50312"])), "2001:db8::1");
        assert_eq!(address(&addresses(&["[::ffff:192.0.2.1]:50312"])), "192.0.2.1");
        assert_eq!(address(&addresses(&["192.0.2.1"])), "192.0.2.1");
        assert_eq!(address(&addresses(&["nonsense"])), "");
        assert_eq!(address(&HeaderMap::new()), "");
    }

    #[test]
    fn a_long_user_agent_is_cut_between_characters() {
        let long = HeaderValue::from_bytes("é".repeat(400).as_bytes()).unwrap();
        assert_eq!(user_agent(&HeaderMap::from_iter([(header::USER_AGENT, long)])).len(), 512);
        let invalid = HeaderValue::from_bytes(b"a\xffb").unwrap();
        assert_eq!(user_agent(&HeaderMap::from_iter([(header::USER_AGENT, invalid)])), "a\u{fffd}b");
    }

    #[test]
    fn a_header_given_twice_is_refused_by_name() {
        let name = HeaderName::from_static("spin-client-addr");
        let problem = single(&addresses(&["a", "b"]), &name).unwrap_err();
        assert!(
            String::from_utf8(problem.document("r")).unwrap().contains("spin-client-addr: is given more than once")
        );
        assert!(single(&addresses(&[]), &name).unwrap().is_none());
    }
}
