//! `/api/auth/login`, `refresh`, `logout` and `sessions`: sign-ins and their tokens.

use axum::{Extension, response::Response};
use gateway_macros::operation;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[cfg(test)]
use super::accounts::SignedIn;
use super::accounts::{present, respond};
use crate::{
    extract::{
        body::{Json, OptionalJson},
        caller::{Caller, MaybeCaller},
        client::Client,
        database::Writable,
        path::SessionId,
    },
    problem::{Code, Problem},
    reply,
    services::{
        auth::{self, types::Error},
        call,
    },
    trace::Trace,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    #[schema(format = Email)]
    email: String,
    #[schema(format = Password)]
    password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshToken {
    refresh_token: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    refresh_token: String,
    /// A random secret that the client sends again when it repeats the request: for a minute, at most three times, and
    /// until a new token (of either kind) is used, the same token can then be exchanged again.
    #[schema(nullable = false, min_length = 16, max_length = 200)]
    #[serde(default, deserialize_with = "present")]
    retry_key: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Session {
    id: String,
    created_at: String,
    last_used_at: String,
    expires_at: String,
    /// The IP address that the session was used from.
    address: String,
    user_agent: String,
    /// Whether this is the caller's own session.
    current: bool,
}

#[derive(Serialize, ToSchema)]
pub struct Sessions {
    items: Vec<Session>,
}

/// Signs in.
#[operation(tag = "accounts", responses((status = 200, description = "Signed in.", body = SignedIn)))]
pub async fn login(
    _: Writable,
    Client(client): Client,
    Extension(trace): Extension<Trace>,
    Json(body): Json<Login>,
) -> Result<Response, Problem> {
    trace.note_email(&body.email);
    let signed_in = call(auth::sessions::login(body.email, body.password, client)).await?;
    Ok(respond(StatusCode::OK, &trace, signed_in))
}

/// Exchanges a refresh token for a new pair of tokens. A session ends 30 days after its last refresh, and 90 days after
/// it began.
///
/// A refresh token can be used once: if it is used again, a second party has a copy, and the session ends. A client
/// that may lose the response sends a `retry_key`.
#[operation(tag = "accounts", responses((status = 200, description = "The new tokens.", body = SignedIn)))]
pub async fn refresh(
    _: Writable,
    Client(client): Client,
    Extension(trace): Extension<Trace>,
    Json(body): Json<Refresh>,
) -> Result<Response, Problem> {
    let signed_in = call(auth::sessions::refresh(body.refresh_token, body.retry_key, client)).await?;
    Ok(respond(StatusCode::OK, &trace, signed_in))
}

/// Ends the session of the refresh token in the body, or without a body that of the access token. A refresh token whose
/// session has ended is no error.
#[operation(tag = "accounts", responses((status = 204, description = "The session has ended.")))]
pub async fn logout(
    _: Writable,
    // With a refresh token in the body, the access token may have expired.
    caller: Result<MaybeCaller, Problem>,
    OptionalJson(body): OptionalJson<RefreshToken>,
) -> Result<StatusCode, Problem> {
    match (body, caller) {
        (Some(body), _) => call(auth::sessions::logout(body.refresh_token)).await?,
        (None, Err(problem)) => return Err(problem),
        (None, Ok(MaybeCaller(Some(caller)))) => {
            let session = caller.session_id.clone();
            match call(auth::sessions::revoke(caller, session)).await {
                // The token is genuine, so only its session can have ended already.
                Ok(()) | Err(Error::NotFound | Error::Unauthenticated) => {}
                Err(error) => return Err(error.into()),
            }
        }
        (None, Ok(MaybeCaller(None))) => {
            return Err(Problem::new(
                Code::Unauthenticated,
                "A refresh token in the body or an access token is required.",
            ));
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

/// The caller's active sessions, most recently used first.
#[operation(tag = "accounts", responses((status = 200, description = "The sessions.", body = Sessions)))]
pub async fn sessions(Caller(caller): Caller) -> Result<Response, Problem> {
    let sessions = call(auth::sessions::list_active(caller)).await?;
    Ok(reply::json(StatusCode::OK, &Sessions { items: sessions.into_iter().map(Session::from).collect() }))
}

/// Ends one of the caller's sessions. Its access token is refused within 10 seconds.
#[operation(tag = "accounts", responses((status = 204, description = "The session has ended.")))]
pub async fn revoke_session(
    _: Writable,
    Caller(caller): Caller,
    SessionId(id): SessionId,
) -> Result<StatusCode, Problem> {
    call(auth::sessions::revoke(caller, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<auth::sessions::Session> for Session {
    fn from(session: auth::sessions::Session) -> Self {
        let auth::sessions::Session { id, created_at, last_used_at, expires_at, client, current } = session;
        let auth::types::Client { address, user_agent } = client;
        Self { id, created_at, last_used_at, expires_at, address, user_agent, current }
    }
}
