//! Accounts, with as many PBKDF2 iterations as in our application.

use std::sync::Arc;

use axum::{Json, response::Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::{Server, ServerState, internal, json};

const ITERATIONS: u32 = 600_000;
/// The salt for an unknown user: hashing takes the same time, so the time does not reveal which users exist.
const UNKNOWN_USER_SALT: [u8; 16] = [0; 16];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    email: String,
    password: String,
}

#[derive(Serialize)]
struct SignedIn {
    access_token: String,
    token_type: &'static str,
}

pub async fn register(
    state: ServerState,
    Json(credentials): Json<Credentials>,
) -> Result<(StatusCode, Response), StatusCode> {
    let server = Arc::clone(&state);
    let user = blocking(move || {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(internal)?;
        let hash = hash(&credentials.password, &salt);
        server.store.write().register(&credentials.email, &salt, &hash).map_err(|_| StatusCode::CONFLICT)
    });
    Ok((StatusCode::CREATED, signed_in(&state, user.await?)?))
}

pub async fn login(state: ServerState, Json(credentials): Json<Credentials>) -> Result<Response, StatusCode> {
    let server = Arc::clone(&state);
    let user = blocking(move || {
        let found = server.store.read(|database| database.password(&credentials.email)).map_err(internal)?;
        let (user, salt, expected) = found.unwrap_or((0, UNKNOWN_USER_SALT, [0; 32]));
        let is_right = bool::from(hash(&credentials.password, &salt).ct_eq(&expected));
        if is_right && user > 0 { Ok(user) } else { Err(StatusCode::UNAUTHORIZED) }
    });
    signed_in(&state, user.await?)
}

/// Hashing takes a tenth of a second, so it runs on a thread where it delays no other requests.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StatusCode> + Send + 'static,
) -> Result<T, StatusCode> {
    tokio::task::spawn_blocking(work).await.map_err(internal)?
}

fn signed_in(server: &Server, user: i64) -> Result<Response, StatusCode> {
    let access_token = server.key.issue(user).map_err(internal)?;
    serde_json::to_vec(&SignedIn { access_token, token_type: "bearer" }).map(json).map_err(internal)
}

fn hash(password: &str, salt: &[u8; 16]) -> [u8; 32] {
    pbkdf2::pbkdf2_hmac_array::<sha2::Sha256, 32>(password.as_bytes(), salt, ITERATIONS)
}
