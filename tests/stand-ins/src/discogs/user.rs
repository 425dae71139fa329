//! `/oauth/identity` and `/users/{name}`, and who may see a user's records.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::StatusCode;
use serde_json::json;

use super::{
    Account, Credentials, DiscogsState,
    credentials::{AUTHENTICATE, Token},
    json_response, problem,
};
use crate::server::lock;

/// Why a request gets no answer.
#[derive(Debug)]
pub struct Refusal(pub StatusCode, pub &'static str);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        problem(self.0, self.1)
    }
}

const NO_USER: Refusal = Refusal(StatusCode::NOT_FOUND, "User does not exist or may have been deleted.");

/// An account as a request may see it.
pub struct Seen {
    pub account: Account,
    pub is_owner: bool,
}

impl DiscogsState {
    /// Looks an account up by name. `is_secret`: whether only the owner may see what is asked for.
    pub fn see(&self, name: &str, token: &Token, is_secret: bool) -> Result<Seen, Refusal> {
        let account = lock(&self.accounts).get(&name.to_lowercase()).cloned().ok_or(NO_USER)?;
        let is_owner = account.token.as_ref() == Some(&token.0);
        if is_owner || !is_secret && !account.is_private {
            return Ok(Seen { account, is_owner });
        }
        Err(Refusal(StatusCode::FORBIDDEN, "You don't have permission to access this resource."))
    }
}

/// The owner of the token. A token that no account has is that of a user without records.
pub async fn identity(
    State(state): State<Arc<DiscogsState>>,
    Extension(credentials): Extension<Credentials>,
    Extension(token): Extension<Token>,
) -> Response {
    if credentials != Credentials::Token {
        return problem(StatusCode::UNAUTHORIZED, AUTHENTICATE);
    }
    let accounts = lock(&state.accounts);
    let owner = accounts.values().find(|account| account.token.as_ref() == Some(&token.0));
    let name = owner.map_or("stand-in", |account| &account.username);
    json_response(&json!({
        "id": 1, "username": name, "resource_url": format!("https://api.discogs.com/users/{name}"),
        "consumer_name": "",
    }))
}

/// The profile of a user is public. If the collection is private, the profile does not count its records.
pub async fn profile(
    State(state): State<Arc<DiscogsState>>,
    Extension(token): Extension<Token>,
    Path(name): Path<String>,
) -> Result<Response, Refusal> {
    let account = lock(&state.accounts).get(&name.to_lowercase()).cloned().ok_or(NO_USER)?;
    let url = format!("https://api.discogs.com/users/{}", account.username);
    let mut profile = json!({
        "id": 1, "username": account.username, "name": "", "profile": "", "location": "", "resource_url": url,
        "uri": format!("https://www.discogs.com/user/{}", account.username),
        "collection_folders_url": format!("{url}/collection/folders"),
        "collection_fields_url": format!("{url}/collection/fields"), "wantlist_url": format!("{url}/wants"),
    });
    if !account.is_private || account.token.as_ref() == Some(&token.0) {
        profile["num_collection"] = account.copies.len().into();
        profile["num_wantlist"] = account.wants.len().into();
    }
    Ok(json_response(&profile))
}
