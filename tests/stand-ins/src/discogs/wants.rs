//! `/users/{name}/wants`.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, RawQuery, State},
    response::Response,
};
use serde_json::{Value, json};

use super::{
    Credentials, DiscogsState, Want,
    credentials::Token,
    json_response,
    page::{page, parameters},
    parts,
    user::Refusal,
};

/// The wants; their notes are for the owner alone.
pub async fn wants(
    State(state): State<Arc<DiscogsState>>,
    Extension(credentials): Extension<Credentials>,
    Extension(token): Extension<Token>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let seen = state.see(&name, &token, false)?;
    let path = format!("/users/{}/wants", seen.account.username);
    let (rows, pagination) = page(&seen.account.wants, &parameters(query.as_deref()), &path);
    let row = |want: &Want| {
        let pressing = state.pressing_by_id(want.release_id)?;
        let mut row = json!({
            "id": want.release_id, "rating": want.rating, "date_added": want.date_added,
            "resource_url": format!("https://api.discogs.com/users/{name}/wants/{}", want.release_id),
            "basic_information": parts::basic_information(&state, pressing, credentials),
        });
        if seen.is_owner {
            row["notes"] = want.notes.clone().into();
        }
        Some(row)
    };
    let rows: Vec<Value> = rows.iter().filter_map(row).collect();
    Ok(json_response(&json!({"pagination": pagination, "wants": rows})))
}
