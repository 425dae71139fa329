//! `/api/auth`: accounts, sessions, tokens.

use axum::{
    extract::{FromRequestParts, Path},
    response::Response,
};
use http::{StatusCode, request::Parts};
use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    body::{Json, Optional},
    headers::Client,
    identity::{Caller, MaybeCaller},
    problem::{Code, Problem},
    reply,
    schema::Writable,
    services::{accounts, call},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    email: String,
    password: String,
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    email: String,
    password: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefreshToken {
    refresh_token: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileChange {
    #[serde(default, deserialize_with = "present")]
    name: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    email: Option<String>,
    #[serde(default, deserialize_with = "present")]
    current_password: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Farewell {
    password: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    current_password: String,
    new_password: String,
}

/// Tells a field that is absent from one that is `null`.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[derive(Serialize)]
pub struct User {
    id: i64,
    email: String,
    name: Option<String>,
    role: Role,
    created_at: String,
    updated_at: String,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Member,
    SuperAdmin,
}

#[derive(Serialize)]
pub struct SignedIn {
    access_token: String,
    token_type: &'static str,
    expires_in: u32,
    refresh_token: String,
    user: User,
}

#[derive(Serialize)]
pub struct Session {
    id: String,
    created_at: String,
    last_used_at: String,
    expires_at: String,
    address: String,
    user_agent: String,
    current: bool,
}

#[derive(Serialize)]
pub struct Sessions {
    items: Vec<Session>,
}

pub async fn register(
    _: Writable,
    Client(client): Client,
    Json(body): Json<Registration>,
) -> Result<Response, Problem> {
    let registration = accounts::Registration { email: body.email, password: body.password, name: body.name };
    let signed_in = call(accounts::register(registration, client)).await?;
    Ok(reply::located(reply::json(StatusCode::CREATED, &SignedIn::from(signed_in)), "/api/auth/me".to_owned()))
}

pub async fn login(_: Writable, Client(client): Client, Json(body): Json<Login>) -> Result<Response, Problem> {
    let signed_in = call(accounts::login(body.email, body.password, client)).await?;
    Ok(reply::json(StatusCode::OK, &SignedIn::from(signed_in)))
}

pub async fn refresh(_: Writable, Client(client): Client, Json(body): Json<RefreshToken>) -> Result<Response, Problem> {
    let signed_in = call(accounts::refresh(body.refresh_token, client)).await?;
    Ok(reply::json(StatusCode::OK, &SignedIn::from(signed_in)))
}

/// Ends the session of the refresh token, or without one that of the access token. Ending it twice is no error.
pub async fn logout(
    _: Writable,
    MaybeCaller(caller): MaybeCaller,
    Optional(body): Optional<RefreshToken>,
) -> Result<StatusCode, Problem> {
    match (body, caller) {
        (Some(body), _) => call(accounts::logout(body.refresh_token)).await?,
        (None, Some(caller)) => {
            let session = caller.session_id.clone();
            match call(accounts::revoke_session(caller, session)).await {
                Ok(()) | Err(accounts::Error::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
        (None, None) => {
            return Err(Problem::new(
                Code::Unauthenticated,
                "This needs a refresh token in the body, or an access token.",
            ));
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

pub async fn me(Caller(caller): Caller) -> Result<Response, Problem> {
    let user = call(accounts::me(caller)).await?;
    Ok(reply::json(StatusCode::OK, &User::from(user)))
}

pub async fn update_me(
    _: Writable,
    Caller(caller): Caller,
    Json(body): Json<ProfileChange>,
) -> Result<Response, Problem> {
    let ProfileChange { name, email, current_password } = body;
    let user = call(accounts::update_me(caller, accounts::ProfileChange { name, email, current_password })).await?;
    Ok(reply::json(StatusCode::OK, &User::from(user)))
}

pub async fn delete_me(_: Writable, Caller(caller): Caller, Json(body): Json<Farewell>) -> Result<StatusCode, Problem> {
    call(accounts::delete_me(caller, body.password)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub async fn change_password(
    _: Writable,
    Caller(caller): Caller,
    Json(body): Json<PasswordChange>,
) -> Result<StatusCode, Problem> {
    call(accounts::change_password(caller, body.current_password, body.new_password)).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub async fn sessions(Caller(caller): Caller) -> Result<Response, Problem> {
    let sessions = call(accounts::sessions(caller)).await?;
    Ok(reply::json(StatusCode::OK, &Sessions { items: sessions.into_iter().map(Session::from).collect() }))
}

pub async fn revoke_session(
    _: Writable,
    Caller(caller): Caller,
    SessionId(id): SessionId,
) -> Result<StatusCode, Problem> {
    call(accounts::revoke_session(caller, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A session's id in the path; the service knows which there are.
pub struct SessionId(String);

impl<S: Send + Sync> FromRequestParts<S> for SessionId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let id = Path::<String>::from_request_parts(parts, state).await;
        id.map(|Path(id)| Self(id)).map_err(|_| Problem::not_found())
    }
}

impl From<accounts::SignedIn> for SignedIn {
    fn from(accounts::SignedIn { tokens, user }: accounts::SignedIn) -> Self {
        Self {
            access_token: tokens.access_token,
            token_type: "bearer",
            expires_in: tokens.expires_in,
            refresh_token: tokens.refresh_token,
            user: user.into(),
        }
    }
}

impl From<accounts::User> for User {
    fn from(user: accounts::User) -> Self {
        let accounts::User { id, email, name, role, created_at, updated_at } = user;
        let role = match role {
            accounts::Role::Member => Role::Member,
            accounts::Role::SuperAdmin => Role::SuperAdmin,
        };
        Self { id, email, name, role, created_at, updated_at }
    }
}

impl From<accounts::Session> for Session {
    fn from(session: accounts::Session) -> Self {
        let accounts::Session { id, created_at, last_used_at, expires_at, client, current } = session;
        let accounts::Client { address, user_agent } = client;
        Self { id, created_at, last_used_at, expires_at, address, user_agent, current }
    }
}
