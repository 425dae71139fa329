//! `/api/auth/register`, `me` and `password`: accounts.

use axum::{Extension, response::Response};
use gateway_macros::operation;
use http::StatusCode;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

#[cfg(test)]
use crate::schema::registration::RegistrationState;
use crate::{
    extract::{
        body::Json,
        caller::Caller,
        client::Client,
        database::{Readable, Writable},
    },
    problem::Problem,
    reply,
    services::{
        auth::{accounts, types},
        call,
    },
    trace::Trace,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// Compared without regard to case.
    #[schema(format = Email, max_length = 254)]
    email: String,
    /// At least 8 characters, at most 1024 bytes in UTF-8. Refused: the 10,000 most common passwords, the email
    /// address, and the name of the service.
    #[schema(format = Password, min_length = 8, max_length = 1024)]
    password: String,
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    /// The code of an invitation. Required if `GET /api/auth/registration` has the mode `invite`, and ignored if it is
    /// not needed.
    #[schema(nullable = false)]
    #[serde(default, deserialize_with = "present")]
    invitation: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileChange {
    /// `null` removes the name.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    #[serde(default, deserialize_with = "present")]
    name: Option<Option<String>>,
    /// Requires `current_password`.
    #[schema(nullable = false, format = Email, max_length = 254)]
    #[serde(default, deserialize_with = "present")]
    email: Option<String>,
    #[schema(nullable = false, format = Password)]
    #[serde(default, deserialize_with = "present")]
    current_password: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteAccount {
    #[schema(format = Password)]
    password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    #[schema(format = Password)]
    current_password: String,
    /// At least 8 characters, at most 1024 bytes in UTF-8. Refused: the 10,000 most common passwords, the email
    /// address, and the name of the service.
    #[schema(format = Password, min_length = 8, max_length = 1024)]
    new_password: String,
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
    /// Can be used once, for `/api/auth/refresh`.
    refresh_token: String,
    user: User,
}

/// Who may create an account. Needs no account itself.
#[operation(tag = "accounts", responses((status = 200, description = "Who may register.", body = RegistrationState)))]
pub async fn registration(_: Readable) -> Result<Response, Problem> {
    let state = call(accounts::registration_state()).await?;
    Ok(reply::private_document(StatusCode::OK, state))
}

/// Creates an account and signs it in. The first account of an installation becomes its super admin, unless the
/// variable `admin_email` is set.
#[operation(tag = "accounts", responses(
    (status = 201, description = "The account was created.", body = SignedIn, headers(("location" = String))),
))]
pub async fn register(
    _: Writable,
    Client(client): Client,
    Extension(trace): Extension<Trace>,
    Json(body): Json<Registration>,
) -> Result<Response, Problem> {
    trace.note_email(&body.email);
    let Registration { email, password, name, invitation } = body;
    let registration = accounts::Registration { email, password, name, invitation };
    let signed_in = call(accounts::register(registration, client)).await?;
    let response = respond(StatusCode::CREATED, &trace, signed_in);
    Ok(reply::with_location(response, "/api/auth/me".to_owned()))
}

/// The caller's account.
#[operation(tag = "accounts", responses((status = 200, description = "The account.", body = User)))]
pub async fn me(Caller(caller): Caller) -> Result<Response, Problem> {
    let user = call(accounts::me(caller)).await?;
    Ok(respond_user(user))
}

/// Changes the given fields of the caller's account. A new email address ends every other session.
#[operation(tag = "accounts", responses((status = 200, description = "The account.", body = User)))]
pub async fn update_me(
    _: Writable,
    Caller(caller): Caller,
    Client(client): Client,
    Json(body): Json<ProfileChange>,
) -> Result<Response, Problem> {
    let ProfileChange { name, email, current_password } = body;
    let change = accounts::ProfileChange { name, email, current_password };
    let user = call(accounts::update_me(caller, change, client)).await?;
    Ok(respond_user(user))
}

/// Permanently deletes the caller's account and all its data.
#[operation(tag = "accounts", responses((status = 204, description = "The account was deleted.")))]
pub async fn delete_me(
    _: Writable,
    Caller(caller): Caller,
    Client(client): Client,
    Json(body): Json<DeleteAccount>,
) -> Result<StatusCode, Problem> {
    call(accounts::delete_me(caller, body.password, client)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes the caller's password and ends every other session.
#[operation(tag = "accounts", responses((status = 204, description = "The password was changed.")))]
pub async fn change_password(
    _: Writable,
    Caller(caller): Caller,
    Client(client): Client,
    Json(body): Json<PasswordChange>,
) -> Result<StatusCode, Problem> {
    call(accounts::change_password(caller, body.current_password, body.new_password, client)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The response to a sign-in. Notes the account for the log.
#[inline(never)]
pub fn respond(status: StatusCode, trace: &Trace, signed_in: types::SignedIn) -> Response {
    trace.note_user(signed_in.user.id);
    reply::json(status, &SignedIn::from(signed_in))
}

#[inline(never)]
fn respond_user(user: types::User) -> Response {
    reply::json(StatusCode::OK, &User::from(user))
}

/// Makes an absent field `None`, and `null` the value that `T` makes of it (an error unless `T` is an `Option`).
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
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
