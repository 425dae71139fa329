//! The account that sent the request: `Authorization: Bearer` (RFC 6750).

use std::pin::Pin;

use axum::extract::FromRequestParts;
use http::{HeaderMap, HeaderValue, header, request::Parts};

use super::{database, header::single};
use crate::{
    problem::{Code, Problem},
    services::{
        auth::{
            sessions,
            types::{Error, Identity},
        },
        call,
    },
    trace::Trace,
};

/// The identity that the access token proves. Its session may have been ended up to 10 seconds ago; functions of `auth`
/// that take an identity check again.
pub struct Caller(pub Identity);

/// The same for keys and other routes where a session that was ended a moment ago must not be used: the database is
/// asked in any case.
pub struct FreshCaller(pub Identity);

/// For routes that also serve anonymous requests. A token that is sent must be valid all the same.
pub struct MaybeCaller(pub Option<Identity>);

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        authenticated(parts)?.map(Self).ok_or_else(Problem::needs_token)
    }
}

impl<S: Sync> FromRequestParts<S> for FreshCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        authenticate_again(parts).await?.map(Self).ok_or_else(Problem::needs_token)
    }
}

impl<S: Sync> FromRequestParts<S> for MaybeCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        authenticated(parts).map(Self)
    }
}

/// Who the token of a request proves, if it has one. `edge` finds that out once, because the limits need it too.
#[derive(Clone)]
pub struct Authenticated(Result<Option<Identity>, Problem>);

pub async fn authenticate(headers: &HeaderMap, trace: &Trace) -> Authenticated {
    let identity = verify(headers, false).await;
    if let Ok(Some(identity)) = &identity {
        trace.note_user(identity.user_id);
    }
    Authenticated(identity)
}

/// Not inlined, because most handlers have a copy otherwise.
#[inline(never)]
pub fn authenticated(parts: &Parts) -> Result<Option<Identity>, Problem> {
    parts.extensions.get::<Authenticated>().map_or(Ok(None), |authenticated| authenticated.0.clone())
}

/// Asks whether the session still exists and which role the account has, even if that was known a moment ago.
///
/// Boxed, because each handler that asks again would contain a copy of it otherwise.
pub fn authenticate_again(
    parts: &Parts,
) -> Pin<Box<dyn Future<Output = Result<Option<Identity>, Problem>> + Send + '_>> {
    Box::pin(verify(&parts.headers, true))
}

async fn verify(headers: &HeaderMap, ask_again: bool) -> Result<Option<Identity>, Problem> {
    let Some(token) = bearer_token(headers)? else { return Ok(None) };
    // The session is in the database.
    database::ready().await?;
    let identity = call(sessions::authenticate(token, ask_again)).await.map_err(|error| match error {
        Error::Unauthenticated => Problem::from(error)
            .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static(r#"Bearer error="invalid_token""#)),
        _ => error.into(),
    })?;
    Ok(Some(identity))
}

pub fn bearer_token(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    const INVALID_REQUEST: HeaderValue = HeaderValue::from_static(r#"Bearer error="invalid_request""#);
    let value = single(headers, &header::AUTHORIZATION)
        .map_err(|problem| problem.with_header(header::WWW_AUTHENTICATE, INVALID_REQUEST))?;
    let Some(value) = value else { return Ok(None) };
    let parts = value.to_str().ok().and_then(|text| text.split_once(' '));
    match parts.map(|(scheme, token)| (scheme, token.trim())) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && is_token(token) => Ok(Some(token.to_owned())),
        _ => Err(Problem::new(Code::Unauthenticated, "The header Authorization must have the form: Bearer <token>.")
            .with_header(header::WWW_AUTHENTICATE, INVALID_REQUEST)),
    }
}

/// The syntax `b64token` of RFC 6750, section 2.1.
fn is_token(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~+/=".contains(&b))
}

#[cfg(test)]
mod description {
    use super::{super::describe::*, *};

    impl DescribeInput for Caller {
        fn describe(inputs: &mut Inputs) {
            inputs.secured_by(&["token"]);
        }
    }

    impl DescribeInput for FreshCaller {
        fn describe(inputs: &mut Inputs) {
            Caller::describe(inputs);
        }
    }

    impl DescribeInput for MaybeCaller {
        fn describe(inputs: &mut Inputs) {
            inputs.optionally_secured_by("token");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&'static str]) -> Result<Option<String>, Problem> {
        bearer_token(&values.iter().map(|value| (header::AUTHORIZATION, HeaderValue::from_static(value))).collect())
    }

    #[test]
    fn a_bearer_token_is_read() {
        assert_eq!(read(&["Bearer a.b-c_d"]).unwrap().as_deref(), Some("a.b-c_d"));
        assert_eq!(read(&["bearer  abc="]).unwrap().as_deref(), Some("abc="));
        assert_eq!(read(&[]).unwrap(), None);
    }

    #[test]
    fn another_form_is_refused() {
        for value in ["Basic YTpi", "Bearer", "Bearer ", "abc", "Bearer a b", "Bearer a,b", "Bearer \"a\"", ""] {
            assert_eq!(read(&[value]).unwrap_err().code(), Code::Unauthenticated, "{value}");
        }
        assert_eq!(read(&["Bearer a", "Bearer a"]).unwrap_err().code(), Code::InvalidHeader);
    }
}
