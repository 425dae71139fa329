//! `GET /masters/{id}` and the list of a master's releases.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, RawQuery, State},
    response::Response,
};
use http::StatusCode;
use serde_json::{Value, json};

use super::{
    Credentials, DiscogsState, Pressing, json_response,
    page::{page, parameters},
    parts, problem, release, tracks,
};

fn pressings(state: &DiscogsState, id: u64) -> Vec<&Pressing> {
    state.pressings.iter().filter(|pressing| id != 0 && pressing.master_id == id).collect()
}

fn not_found() -> Response {
    problem(StatusCode::NOT_FOUND, "Master Release not found.")
}

pub async fn master(
    State(state): State<Arc<DiscogsState>>,
    Extension(credentials): Extension<Credentials>,
    Path(id): Path<u64>,
) -> Response {
    let all = pressings(&state, id);
    let Some(main) = all.iter().min_by_key(|pressing| (pressing.year == 0, pressing.year)) else { return not_found() };
    json_response(&json!({
        "id": id, "main_release": main.id, "most_recent_release": all.last().map(|pressing| pressing.id),
        "main_release_url": parts::resource_url(main),
        "versions_url": format!("https://api.discogs.com/masters/{id}/versions"), "title": main.title,
        "artists": parts::artists(main), "genres": main.genres, "styles": main.styles, "year": main.year,
        "images": release::images(&state, main, credentials), "tracklist": tracks::document(main), "videos": [],
        "num_for_sale": 3, "lowest_price": 9.99, "data_quality": "Correct",
    }))
}

pub async fn versions(
    State(state): State<Arc<DiscogsState>>,
    Extension(credentials): Extension<Credentials>,
    Path(id): Path<u64>,
    RawQuery(query): RawQuery,
) -> Response {
    let all = pressings(&state, id);
    if all.is_empty() {
        return not_found();
    }
    let (rows, pagination) = page(&all, &parameters(query.as_deref()), &format!("/masters/{id}/versions"));
    let row = |pressing: &&Pressing| {
        json!({
            "id": pressing.id, "title": pressing.title, "label": pressing.label, "catno": pressing.catno,
            "country": pressing.country, "format": pressing.descriptions.join(", "),
            "major_formats": [pressing.format], "released": pressing.year.to_string(), "status": "Accepted",
            "resource_url": parts::resource_url(pressing), "thumb": state.shown_image(pressing, 150, credentials),
            "stats": {"community": {"in_wantlist": pressing.id % 500, "in_collection": pressing.id % 900}},
        })
    };
    let rows: Vec<Value> = rows.iter().map(row).collect();
    json_response(&json!({"pagination": pagination, "versions": rows}))
}
