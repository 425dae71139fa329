//! `/users/{name}/collection`: the folders and fields of a collection, and its value.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use http::StatusCode;
use serde_json::{Value, json};

use super::{
    Account, DiscogsState,
    account::{ALL, MEDIA_CONDITION, NOTES, SLEEVE_CONDITION},
    credentials::Token,
    json_response,
    user::Refusal,
};

const GRADES: [&str; 8] = [
    "Mint (M)",
    "Near Mint (NM or M-)",
    "Very Good Plus (VG+)",
    "Very Good (VG)",
    "Good Plus (G+)",
    "Good (G)",
    "Fair (F)",
    "Poor (P)",
];

pub async fn folders(
    State(state): State<Arc<DiscogsState>>,
    Extension(token): Extension<Token>,
    Path(name): Path<String>,
) -> Result<Response, Refusal> {
    let seen = state.see(&name, &token, false)?;
    let mut folders = vec![(ALL, "All".to_owned())];
    if seen.is_owner {
        folders.extend(seen.account.folders.clone());
    }
    let folders: Vec<Value> = folders.iter().map(|(id, name)| folder(&seen.account, *id, name)).collect();
    Ok(json_response(&json!({"folders": folders})))
}

fn folder(account: &Account, id: u64, name: &str) -> Value {
    let count = account.in_folder(id).unwrap_or_default().len();
    let url = format!("https://api.discogs.com/users/{}/collection/folders/{id}", account.username);
    json!({"id": id, "name": name, "count": count, "resource_url": url})
}

/// The fields, of which strangers see the public ones: not the notes.
pub async fn fields(
    State(state): State<Arc<DiscogsState>>,
    Extension(token): Extension<Token>,
    Path(name): Path<String>,
) -> Result<Response, Refusal> {
    let seen = state.see(&name, &token, false)?;
    let shown = seen.account.fields.iter().filter(|(number, _)| seen.is_owner || *number < NOTES);
    let fields: Vec<Value> = shown.map(|(number, name)| field(*number, name)).collect();
    Ok(json_response(&json!({"fields": fields})))
}

fn field(number: u64, name: &str) -> Value {
    match number {
        MEDIA_CONDITION | SLEEVE_CONDITION => {
            let more: &[&str] = if number == SLEEVE_CONDITION { &["Generic", "Not Graded", "No Cover"] } else { &[] };
            let options = [&GRADES, more].concat();
            json!({"id": number, "name": name, "position": number, "type": "dropdown", "public": true,
                "options": options})
        }
        _ => json!({"id": number, "name": name, "position": number, "type": "textarea", "public": false, "lines": 3}),
    }
}

/// A folder that is refused to strangers is refused before it is looked up.
pub async fn one_folder(
    State(state): State<Arc<DiscogsState>>,
    Extension(token): Extension<Token>,
    Path((name, id)): Path<(String, u64)>,
) -> Result<Response, Refusal> {
    let seen = state.see(&name, &token, id != ALL)?;
    let all = (ALL, "All".to_owned());
    match std::iter::once(&all).chain(&seen.account.folders).find(|(one, _)| *one == id) {
        Some((id, name)) => Ok(json_response(&folder(&seen.account, *id, name))),
        None => Err(Refusal(StatusCode::NOT_FOUND, "Folder not found.")),
    }
}

/// Sums as texts, for the owner alone.
pub async fn value(
    State(state): State<Arc<DiscogsState>>,
    Extension(token): Extension<Token>,
    Path(name): Path<String>,
) -> Result<Response, Refusal> {
    let seen = state.see(&name, &token, true)?;
    let prices = seen.account.copies.iter().filter_map(|copy| state.pressing_by_id(copy.release_id)?.lowest_price());
    let cents: u64 = prices.sum();
    let dollars = |cents: u64| {
        let whole = (cents / 100).to_string();
        let (head, tail) = whole.split_at(whole.len().saturating_sub(3));
        let comma = if head.is_empty() { "" } else { "," };
        format!("${head}{comma}{tail}.{:02}", cents % 100)
    };
    Ok(json_response(&json!({
        "minimum": dollars(cents), "median": dollars(cents * 2), "maximum": dollars(cents * 5),
    })))
}
