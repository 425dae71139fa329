//! `/api/chat/key`: the caller's own key for a language-model provider.

use axum::response::Response;
use gateway_macros::operation;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    extract::{body::Json, caller::FreshCaller, database::Writable},
    problem::Problem,
    reply,
    services::{call, chat::keys},
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// `together`, `openai` or `anthropic`.
    #[schema(pattern = "^(together|openai|anthropic)$")]
    provider: String,
    /// Visible ASCII characters.
    #[schema(format = Password, min_length = 8, max_length = 500, pattern = "^[!-~]*$")]
    key: String,
    /// Visible ASCII characters. Absent: a small model of the provider.
    #[schema(min_length = 1, max_length = 200, pattern = "^[!-~]*$")]
    model: Option<String>,
}

/// A stored key. The key itself is never returned.
#[derive(Serialize, ToSchema)]
pub struct StoredKey {
    provider: String,
    /// The last four characters of the key, or fewer.
    last4: String,
    #[schema(nullable = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    created_at: String,
}

/// Stores the caller's own key for a provider, encrypted, in place of an earlier one.
#[operation(tag = "chat", responses((status = 200, description = "The stored key.", body = StoredKey)))]
pub async fn store_key(
    _: Writable,
    FreshCaller(caller): FreshCaller,
    Json(new): Json<NewKey>,
) -> Result<Response, Problem> {
    let stored = call(keys::store(caller.user_id, new.provider, new.key, new.model)).await?;
    Ok(reply::json(StatusCode::OK, &StoredKey::from(stored)))
}

/// Describes the caller's stored key.
#[operation(tag = "chat", responses((status = 200, description = "The stored key.", body = StoredKey)))]
pub async fn key(FreshCaller(caller): FreshCaller) -> Result<Response, Problem> {
    let stored = call(keys::get(caller.user_id)).await?;
    Ok(reply::json(StatusCode::OK, &StoredKey::from(stored)))
}

/// Deletes the caller's key.
#[operation(tag = "chat", responses((status = 204, description = "The key was deleted.")))]
pub async fn delete_key(_: Writable, FreshCaller(caller): FreshCaller) -> Result<StatusCode, Problem> {
    call(keys::delete(caller.user_id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<keys::StoredKey> for StoredKey {
    fn from(keys::StoredKey { provider, last4, model, created_at }: keys::StoredKey) -> Self {
        Self { provider, last4, model, created_at }
    }
}
