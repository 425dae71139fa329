//! Who sends a request, and whether the rate limit admits it.

use std::{sync::Arc, time::Instant};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, StatusCode, header};

use super::{DiscogsState, problem};
use crate::server::lock;

pub const AUTHENTICATE: &str = "You must authenticate to access this resource.";

/// The credentials of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credentials {
    None,
    Application,
    Token,
}

/// The personal token of a request; empty if it has none.
#[derive(Debug, Clone)]
pub struct Token(pub String);

impl Credentials {
    fn of(headers: &HeaderMap) -> Result<(Self, Token), &'static str> {
        let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let token = value.strip_prefix("Discogs token=").unwrap_or_default();
        let credentials = match value {
            "" => Self::None,
            _ if value.contains("wrong") => {
                return Err("Invalid consumer token. Please register an app before making requests.");
            }
            _ if !token.is_empty() => Self::Token,
            _ if value.starts_with("Discogs key=") && value.contains(", secret=") => Self::Application,
            _ => return Err(AUTHENTICATE),
        };
        Ok((credentials, Token(token.to_owned())))
    }
}

/// Middleware of all routes: requires a `User-Agent` and valid credentials, and applies the rate limit.
pub async fn admit(State(state): State<Arc<DiscogsState>>, mut request: Request, next: Next) -> Response {
    if request.headers().get(header::USER_AGENT).is_none_or(|agent| agent.is_empty()) {
        let page = "<html><head><title>403 Forbidden</title></head><body><h1>Forbidden</h1></body></html>";
        return (StatusCode::FORBIDDEN, [(header::CONTENT_TYPE, "text/html")], page).into_response();
    }
    let (credentials, token) = match Credentials::of(request.headers()) {
        Ok((_, token)) if lock(&state.revoked).contains(&token.0) => {
            return problem(StatusCode::UNAUTHORIZED, AUTHENTICATE);
        }
        Ok(found) => found,
        Err(message) => return problem(StatusCode::UNAUTHORIZED, message),
    };
    let (limit, used) = lock(&state.window).admit(Instant::now(), credentials != Credentials::None);
    request.extensions_mut().insert(credentials);
    request.extensions_mut().insert(token);
    let mut response = match used {
        Some(_) => next.run(request).await,
        None => problem(StatusCode::TOO_MANY_REQUESTS, "You are making requests too quickly."),
    };
    let used = used.unwrap_or(limit);
    for (name, value) in [
        ("x-discogs-ratelimit", limit),
        // As at Discogs, the request that is being answered is not counted yet.
        ("x-discogs-ratelimit-used", used),
        ("x-discogs-ratelimit-remaining", limit.saturating_sub(used)),
    ] {
        response.headers_mut().insert(name, value.into());
    }
    response
}
