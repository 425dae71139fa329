//! The routes below `/ws/2`.

use std::{collections::HashMap, sync::Arc};

use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use http::StatusCode;
use serde_json::{Value, json};

use super::{MusicBrainzState, Twin, document, problem, query::Query, twin::is_linked};
use crate::discogs::{json_response, parameters};

const NO_XML: &str = "The stand-in has no XML; send fmt=json.";

/// The parts of a release that `inc` may name.
const INC: [&str; 9] =
    ["artist-credits", "artists", "genres", "labels", "media", "recordings", "release-groups", "tags", "url-rels"];

pub async fn search(State(state): State<Arc<MusicBrainzState>>, RawQuery(query): RawQuery) -> Response {
    let asked = parameters(query.as_deref());
    if !wants_json(&asked) {
        return problem(StatusCode::NOT_ACCEPTABLE, NO_XML);
    }
    let Some(query) = asked.get("query").and_then(|text| Query::parse(text)) else {
        return problem(StatusCode::BAD_REQUEST, "Unable to parse search: the query is missing or not valid.");
    };
    let number = |name: &str, or: usize| asked.get(name).and_then(|text| text.parse().ok()).unwrap_or(or);
    let (limit, offset) = (number("limit", 25).clamp(1, 100), number("offset", 0));
    let all = state.twins.iter().filter(|twin| !state.is_removed(twin));
    let mut found: Vec<(usize, &Twin)> = all.filter_map(|twin| Some((query.score(twin)?, twin))).collect();
    found.sort_by_key(|(score, twin)| (std::cmp::Reverse(*score), twin.pressing.id));
    let rows: Vec<Value> =
        found.iter().skip(offset).take(limit).map(|(score, twin)| document::search_result(twin, *score)).collect();
    json_response(&json!({
        "created": "2026-08-01T00:00:00.000Z", "count": found.len(), "offset": offset, "releases": rows,
    }))
}

pub async fn release(
    State(state): State<Arc<MusicBrainzState>>,
    Path(mbid): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let asked = parameters(query.as_deref());
    if !wants_json(&asked) {
        return problem(StatusCode::NOT_ACCEPTABLE, NO_XML);
    }
    if !is_uuid(&mbid) {
        return problem(StatusCode::BAD_REQUEST, "Invalid mbid.");
    }
    // A `+` between the parts is a space in a query string.
    let parts: Vec<&str> = asked.get("inc").map(|inc| inc.split([' ', '+']).collect()).unwrap_or_default();
    if let Some(unknown) = parts.iter().find(|part| !part.is_empty() && !INC.contains(part)) {
        let message = format!("{unknown} is not a valid inc parameter for the release resource.");
        return problem(StatusCode::BAD_REQUEST, &message);
    }
    match state.twin(&mbid) {
        Some(twin) => json_response(&document::release(twin, &parts)),
        None => problem(StatusCode::NOT_FOUND, "Not Found"),
    }
}

/// The release that is linked to `https://www.discogs.com/release/{id}`, or the album that is linked to a master.
pub async fn url(State(state): State<Arc<MusicBrainzState>>, RawQuery(query): RawQuery) -> Response {
    let asked = parameters(query.as_deref());
    if !wants_json(&asked) {
        return problem(StatusCode::NOT_ACCEPTABLE, NO_XML);
    }
    let Some(resource) = asked.get("resource") else {
        return problem(StatusCode::BAD_REQUEST, "Must provide a resource.");
    };
    let id = |kind: &str| resource.strip_prefix(&format!("https://www.discogs.com/{kind}/"))?.parse::<u64>().ok();
    let (release, master) = (id("release"), id("master"));
    let is_asked_for = |twin: &&Twin| {
        Some(twin.pressing.id) == release && is_linked(twin.pressing.id)
            || twin.pressing.master_id != 0 && Some(twin.pressing.master_id) == master
    };
    let found = state.twins.iter().filter(|twin| !state.is_removed(twin)).find(is_asked_for);
    match found {
        Some(twin) => json_response(&document::link(twin, resource, release.is_some())),
        None => problem(StatusCode::NOT_FOUND, "Not Found"),
    }
}

/// Without `fmt=json` MusicBrainz answers in XML.
fn wants_json(asked: &HashMap<String, String>) -> bool {
    asked.get("fmt").is_some_and(|format| format == "json")
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}
