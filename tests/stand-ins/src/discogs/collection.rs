//! `/users/{name}/collection`: the copies in it.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Extension,
    extract::{Path, RawQuery, State},
    response::{IntoResponse as _, Response},
};
use http::StatusCode;
use serde_json::{Value, json};

use super::{
    Addition, Credentials, DiscogsState, OwnedCopy,
    account::{ALL, NOTES},
    credentials::Token,
    json_response,
    page::{page, parameters},
    parts,
    user::Refusal,
};
use crate::server::lock;

const NOT_FOUND: Refusal = Refusal(StatusCode::NOT_FOUND, "The requested resource was not found.");

pub async fn copies(
    State(state): State<Arc<DiscogsState>>,
    Extension(credentials): Extension<Credentials>,
    Extension(token): Extension<Token>,
    Path((name, folder)): Path<(String, u64)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let seen = state.see(&name, &token, folder != ALL)?;
    let Some(mut copies) = seen.account.in_folder(folder) else { return Err(NOT_FOUND) };
    let asked = parameters(query.as_deref());
    sort(&mut copies, &asked, &state);
    let path = format!("/users/{}/collection/folders/{folder}/releases", seen.account.username);
    let (rows, pagination) = page(&copies, &asked, &path);
    let rows: Vec<Value> = rows.iter().filter_map(|copy| row(&state, copy, credentials, seen.is_owner)).collect();
    Ok(json_response(&json!({"pagination": pagination, "releases": rows})))
}

/// By `added`, `artist`, `title`, `year` or `rating`; without a word, as they were added.
fn sort(copies: &mut [&OwnedCopy], asked: &HashMap<String, String>, state: &DiscogsState) {
    let key = |copy: &OwnedCopy| {
        let pressing = state.pressing_by_id(copy.release_id);
        match asked.get("sort").map(String::as_str) {
            Some("artist") => pressing.map_or("", |pressing| pressing.artist).to_lowercase(),
            Some("title") => pressing.map_or("", |pressing| pressing.title).to_lowercase(),
            Some("year") => pressing.map_or(0, |pressing| pressing.year).to_string(),
            Some("rating") => copy.rating.to_string(),
            Some("added") => copy.date_added.clone(),
            _ => String::new(),
        }
    };
    copies.sort_by_cached_key(|copy| (key(copy), copy.instance_id));
    if asked.get("sort_order").is_some_and(|order| order == "desc") {
        copies.reverse();
    }
}

/// `None` if the catalogue has no such release. A copy of a merged release is one of the release it was merged into.
fn row(state: &DiscogsState, copy: &OwnedCopy, credentials: Credentials, is_owner: bool) -> Option<Value> {
    let merged = lock(&state.moved).get(&copy.release_id).copied().flatten();
    let pressing = state.pressing_by_id(merged.unwrap_or(copy.release_id))?;
    let mut row = json!({
        "id": pressing.id, "instance_id": copy.instance_id, "folder_id": copy.folder_id, "rating": copy.rating,
        "date_added": copy.date_added, "basic_information": parts::basic_information(state, pressing, credentials),
    });
    let notes: Vec<Value> = copy
        .notes
        .iter()
        .filter(|(number, _)| is_owner || *number < NOTES)
        .map(|(number, value)| json!({"field_id": number, "value": value}))
        .collect();
    if !notes.is_empty() {
        row["notes"] = notes.into();
    }
    Some(row)
}

/// The copies of one release.
pub async fn copies_of_release(
    State(state): State<Arc<DiscogsState>>,
    Extension(credentials): Extension<Credentials>,
    Extension(token): Extension<Token>,
    Path((name, release)): Path<(String, u64)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let seen = state.see(&name, &token, false)?;
    let copies: Vec<_> = seen.account.copies.iter().filter(|copy| copy.release_id == release).collect();
    let path = format!("/users/{}/collection/releases/{release}", seen.account.username);
    let (rows, pagination) = page(&copies, &parameters(query.as_deref()), &path);
    let rows: Vec<Value> = rows.iter().filter_map(|copy| row(&state, copy, credentials, seen.is_owner)).collect();
    Ok(json_response(&json!({"pagination": pagination, "releases": rows})))
}

/// Adds a copy to a folder other than "All", and logs it.
pub async fn add(
    State(state): State<Arc<DiscogsState>>,
    Extension(token): Extension<Token>,
    Path((name, folder, release)): Path<(String, u64, u64)>,
) -> Result<Response, Refusal> {
    let seen = state.see(&name, &token, true)?;
    let exists = folder != ALL && seen.account.in_folder(folder).is_some();
    if !exists || state.pressing(&Path(release.to_string())).is_none() {
        return Err(NOT_FOUND);
    }
    let username = seen.account.username;
    let instance_id = match lock(&state.accounts).get_mut(&username.to_lowercase()) {
        Some(account) => account.add(release, folder).instance_id,
        None => return Err(NOT_FOUND),
    };
    let copies = format!("https://api.discogs.com/users/{username}/collection/folders/{folder}/releases/{release}");
    let url = format!("{copies}/instances/{instance_id}");
    lock(&state.additions).push(Addition { username, folder_id: folder, release_id: release, instance_id });
    let answer = json_response(&json!({"instance_id": instance_id, "resource_url": url}));
    Ok((StatusCode::CREATED, answer).into_response())
}
