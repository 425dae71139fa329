//! `/api/auth`: accounts, sessions, tokens.

use axum::{
    extract::{FromRequestParts, Path},
    response::Response,
};
use http::{StatusCode, request::Parts};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::{
    body::{Json, Optional},
    headers::Client,
    identity::{Caller, MaybeCaller},
    problem::{Code, Problem},
    reply,
    schema::Writable,
    services::{
        auth::{accounts, sessions as service, types},
        call,
    },
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// Compared without regard to case.
    #[schema(format = Email, max_length = 254)]
    email: String,
    /// 8 to 1024 bytes.
    #[schema(format = Password, min_length = 8, max_length = 1024)]
    password: String,
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
}

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
    /// Fresh, secret, and the same when the same refresh is asked for again: for ten minutes the answer can be had anew, as long as
    /// nobody has used the new tokens.
    #[schema(nullable = false, min_length = 16, max_length = 200)]
    #[serde(default, deserialize_with = "present")]
    retry_key: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileChange {
    /// `null` removes it.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    #[serde(default, deserialize_with = "present")]
    name: Option<Option<String>>,
    /// Needs `current_password`.
    #[schema(nullable = false, format = Email, max_length = 254)]
    #[serde(default, deserialize_with = "present")]
    email: Option<String>,
    #[schema(nullable = false, format = Password)]
    #[serde(default, deserialize_with = "present")]
    current_password: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Farewell {
    #[schema(format = Password)]
    password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    #[schema(format = Password)]
    current_password: String,
    /// 8 to 1024 bytes.
    #[schema(format = Password, min_length = 8, max_length = 1024)]
    new_password: String,
}

/// Tells a field that is absent from one that is `null`.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[derive(Serialize, ToSchema)]
pub struct User {
    id: i64,
    email: String,
    name: Option<String>,
    role: Role,
    created_at: String,
    updated_at: String,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Member,
    SuperAdmin,
}

#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    /// For the header `Authorization: Bearer …`.
    access_token: String,
    /// `bearer`.
    token_type: &'static str,
    /// Seconds until the access token expires.
    expires_in: u32,
    /// Valid once, for `/api/auth/refresh`.
    refresh_token: String,
    user: User,
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
    /// Whether this is the session that asks.
    current: bool,
}

#[derive(Serialize, ToSchema)]
pub struct Sessions {
    items: Vec<Session>,
}

/// Creates an account and signs it in.
#[utoipa::path(post, path = "/api/auth/register", tag = "accounts", request_body = Registration,
    responses((status = 201, description = "Created", body = SignedIn, headers(("location" = String)))))]
pub async fn register(
    _: Writable,
    Client(client): Client,
    Json(body): Json<Registration>,
) -> Result<Response, Problem> {
    let registration = accounts::Registration { email: body.email, password: body.password, name: body.name };
    let signed_in = call(accounts::register(registration, client)).await?;
    Ok(reply::located(reply::json(StatusCode::CREATED, &SignedIn::from(signed_in)), "/api/auth/me".to_owned()))
}

/// Signs in.
#[utoipa::path(post, path = "/api/auth/login", tag = "accounts", request_body = Login,
    responses((status = 200, description = "Signed in", body = SignedIn)))]
pub async fn login(_: Writable, Client(client): Client, Json(body): Json<Login>) -> Result<Response, Problem> {
    let signed_in = call(service::login(body.email, body.password, client)).await?;
    Ok(reply::json(StatusCode::OK, &SignedIn::from(signed_in)))
}

/// Exchanges a refresh token for a new pair.
///
/// Each is valid once: if one comes again, somebody else holds a copy, and the whole session ends. Where answers get lost, send a
/// `retry_key`.
#[utoipa::path(post, path = "/api/auth/refresh", tag = "accounts", request_body = Refresh,
    responses((status = 200, description = "Signed in", body = SignedIn)))]
pub async fn refresh(_: Writable, Client(client): Client, Json(body): Json<Refresh>) -> Result<Response, Problem> {
    let signed_in = match body.retry_key {
        Some(key) => call(service::refresh_with_key(body.refresh_token, key, client)).await?,
        None => call(service::refresh(body.refresh_token, client)).await?,
    };
    Ok(reply::json(StatusCode::OK, &SignedIn::from(signed_in)))
}

/// Ends the session of the refresh token, or without one that of the access token. Ending it twice is no error.
#[utoipa::path(post, path = "/api/auth/logout", tag = "accounts", security((), ("token" = [])), request_body = Option<RefreshToken>,
    responses((status = 204, description = "Done")))]
pub async fn logout(
    _: Writable,
    // An access token that expired meanwhile is no hindrance to who brings the refresh token.
    caller: Result<MaybeCaller, Problem>,
    Optional(body): Optional<RefreshToken>,
) -> Result<StatusCode, Problem> {
    match (body, caller) {
        (Some(body), _) => call(service::logout(body.refresh_token)).await?,
        (None, Err(problem)) => return Err(problem),
        (None, Ok(MaybeCaller(Some(caller)))) => {
            let session = caller.session_id.clone();
            match call(service::revoke(caller, session)).await {
                // The token is genuine, so that only its session can be what is gone.
                Ok(()) | Err(types::Error::NotFound | types::Error::Unauthenticated) => {}
                Err(error) => return Err(error.into()),
            }
        }
        (None, Ok(MaybeCaller(None))) => {
            return Err(Problem::new(
                Code::Unauthenticated,
                "This needs a refresh token in the body, or an access token.",
            ));
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

/// The caller's account.
#[utoipa::path(get, path = "/api/auth/me", tag = "accounts", security(("token" = [])),
    responses((status = 200, description = "The account", body = User)))]
pub async fn me(Caller(caller): Caller) -> Result<Response, Problem> {
    let user = call(accounts::me(caller)).await?;
    Ok(reply::json(StatusCode::OK, &User::from(user)))
}

/// Changes the caller's account: the fields that are named.
#[utoipa::path(patch, path = "/api/auth/me", tag = "accounts", security(("token" = [])), request_body = ProfileChange,
    responses((status = 200, description = "The account now", body = User)))]
pub async fn update_me(
    _: Writable,
    Caller(caller): Caller,
    Json(body): Json<ProfileChange>,
) -> Result<Response, Problem> {
    let ProfileChange { name, email, current_password } = body;
    let user = call(accounts::update_me(caller, accounts::ProfileChange { name, email, current_password })).await?;
    Ok(reply::json(StatusCode::OK, &User::from(user)))
}

/// Deletes the caller's account and all that belongs to it, for good.
#[utoipa::path(delete, path = "/api/auth/me", tag = "accounts", security(("token" = [])), request_body = Farewell,
    responses((status = 204, description = "Done")))]
pub async fn delete_me(_: Writable, Caller(caller): Caller, Json(body): Json<Farewell>) -> Result<StatusCode, Problem> {
    call(accounts::delete_me(caller, body.password)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes the caller's password and ends every other session.
#[utoipa::path(post, path = "/api/auth/password", tag = "accounts", security(("token" = [])), request_body = PasswordChange,
    responses((status = 204, description = "Done")))]
pub async fn change_password(
    _: Writable,
    Caller(caller): Caller,
    Json(body): Json<PasswordChange>,
) -> Result<StatusCode, Problem> {
    call(accounts::change_password(caller, body.current_password, body.new_password)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The caller's live sessions, latest used first.
#[utoipa::path(get, path = "/api/auth/sessions", tag = "accounts", security(("token" = [])),
    responses((status = 200, description = "The sessions", body = Sessions)))]
pub async fn sessions(Caller(caller): Caller) -> Result<Response, Problem> {
    let sessions = call(service::list_active(caller)).await?;
    Ok(reply::json(StatusCode::OK, &Sessions { items: sessions.into_iter().map(Session::from).collect() }))
}

/// Ends one of the caller's sessions; its access token dies with its expiry.
#[utoipa::path(delete, path = "/api/auth/sessions/{id}", tag = "accounts", security(("token" = [])), params(("id" = String, Path, description = "As the list of sessions told it")),
    responses((status = 204, description = "Done")))]
pub async fn revoke_session(
    _: Writable,
    Caller(caller): Caller,
    SessionId(id): SessionId,
) -> Result<StatusCode, Problem> {
    call(service::revoke(caller, id)).await?;
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

impl From<types::SignedIn> for SignedIn {
    fn from(types::SignedIn { tokens, user }: types::SignedIn) -> Self {
        Self {
            access_token: tokens.access_token,
            token_type: "bearer",
            expires_in: tokens.expires_in,
            refresh_token: tokens.refresh_token,
            user: user.into(),
        }
    }
}

impl From<types::User> for User {
    fn from(user: types::User) -> Self {
        let types::User { id, email, name, role, created_at, updated_at } = user;
        let role = match role {
            types::Role::Member => Role::Member,
            types::Role::SuperAdmin => Role::SuperAdmin,
        };
        Self { id, email, name, role, created_at, updated_at }
    }
}

impl From<service::Session> for Session {
    fn from(session: service::Session) -> Self {
        let service::Session { id, created_at, last_used_at, expires_at, client, current } = session;
        let types::Client { address, user_agent } = client;
        Self { id, created_at, last_used_at, expires_at, address, user_agent, current }
    }
}
