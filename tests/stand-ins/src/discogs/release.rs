//! `GET /releases/{id}`, and the two routes for prices.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, RawQuery, State},
    response::{IntoResponse as _, Response},
};
use http::{StatusCode, header};
use serde_json::{Map, Value, json};

use super::{Credentials, DiscogsState, Pressing, json_response, not_found, page::parameters, parts, problem, tracks};
use crate::server::lock;

const CURRENCIES: [&str; 12] = ["USD", "GBP", "EUR", "CAD", "AUD", "JPY", "CHF", "MXN", "BRL", "NZD", "SEK", "ZAR"];
const GRADES: [(&str, u64); 8] = [
    ("Mint (M)", 100),
    ("Near Mint (NM or M-)", 90),
    ("Very Good Plus (VG+)", 70),
    ("Very Good (VG)", 50),
    ("Good Plus (G+)", 30),
    ("Good (G)", 20),
    ("Fair (F)", 10),
    ("Poor (P)", 5),
];

/// A release that was merged into another one redirects to it.
pub async fn release(
    State(state): State<Arc<DiscogsState>>,
    Extension(credentials): Extension<Credentials>,
    id: Path<String>,
) -> Response {
    if let Some(pressing) = state.pressing(&id) {
        return json_response(&document(&state, pressing, credentials));
    }
    let into = id.parse().ok().and_then(|id: u64| lock(&state.moved).get(&id).copied().flatten());
    match into {
        Some(into) => {
            let address = format!("{}/releases/{into}", lock(&state.url));
            (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, address)]).into_response()
        }
        None => not_found(),
    }
}

fn document(state: &DiscogsState, pressing: &Pressing, credentials: Credentials) -> Value {
    let mut identifiers = vec![json!({"type": "Matrix / Runout", "value": pressing.runout()})];
    identifiers.extend(pressing.printed_barcode().map(|code| json!({"type": "Barcode", "value": code})));
    let mut community = parts::community(pressing);
    community["rating"] = json!({"average": 4.31, "count": 87});
    let mut release = json!({
        "id": pressing.id, "title": pressing.title, "year": pressing.year, "status": "Accepted",
        "country": pressing.country,
        "released": if pressing.year == 0 { String::new() } else { format!("{}-00-00", pressing.year) },
        "released_formatted": pressing.year.to_string(), "notes": "A release of the stand-in.",
        "artists": parts::artists(pressing), "extraartists": [], "companies": [],
        "labels": parts::labels(pressing), "formats": parts::formats(pressing),
        "genres": pressing.genres, "styles": pressing.styles, "tracklist": tracks::document(pressing),
        "identifiers": identifiers, "videos": [], "uri": format!("https://www.discogs.com/release/{}", pressing.id),
        "community": community, "thumb": "", "date_added": "2014-05-14T10:32:01-07:00",
        "date_changed": "2024-01-01T00:00:00-07:00", "num_for_sale": 3, "lowest_price": 9.99,
        "blocked_from_sale": pressing.is_blocked(), "resource_url": parts::resource_url(pressing),
    });
    if pressing.master_id != 0 {
        release["master_id"] = pressing.master_id.into();
        release["master_url"] = parts::master_url(pressing).into();
    }
    if pressing.has_image() {
        release["images"] = images(state, pressing, credentials);
        release["thumb"] = state.shown_image(pressing, 150, credentials).into();
    }
    release
}

/// The back of the sleeve precedes the front, as it may at Discogs.
pub fn images(state: &DiscogsState, pressing: &Pressing, credentials: Credentials) -> Value {
    let image = |size| state.shown_image(pressing, size, credentials);
    let image_document = |kind: &str, size: u32| {
        json!({"type": kind, "uri": image(size), "uri150": image(150), "resource_url": image(size),
            "width": size, "height": size})
    };
    json!([image_document("secondary", 500), image_document("primary", 600)])
}

pub async fn stats(State(state): State<Arc<DiscogsState>>, id: Path<String>, RawQuery(query): RawQuery) -> Response {
    let asked = parameters(query.as_deref());
    let Some(pressing) = state.pressing(&id) else { return not_found() };
    let currency = asked.get("curr_abbr").map_or("USD", String::as_str);
    if !CURRENCIES.contains(&currency) {
        return problem(StatusCode::UNPROCESSABLE_ENTITY, "Invalid currency.");
    }
    let price = pressing.lowest_price().filter(|_| !pressing.is_blocked());
    json_response(&json!({
        "num_for_sale": price.map(|_| pressing.id % 40 + 1),
        "lowest_price": price.map(|cents| json!({"currency": currency, "value": money(cents)})),
        "blocked_from_sale": pressing.is_blocked(),
    }))
}

pub async fn suggestions(
    State(state): State<Arc<DiscogsState>>,
    Extension(credentials): Extension<Credentials>,
    id: Path<String>,
) -> Response {
    if credentials != Credentials::Token {
        return problem(StatusCode::UNAUTHORIZED, "You must authenticate to access this resource.");
    }
    let Some(pressing) = state.pressing(&id) else { return not_found() };
    if !*lock(&state.seller_settings) {
        return problem(StatusCode::NOT_FOUND, "You must fill out your seller settings first.");
    }
    let cents = pressing.lowest_price().unwrap_or_default();
    let price = |percent: u64| json!({"currency": "USD", "value": money(cents * percent / 50)});
    let suggestions: Map<String, Value> =
        GRADES.iter().filter(|_| cents > 0).map(|(grade, percent)| ((*grade).to_owned(), price(*percent))).collect();
    json_response(&Value::Object(suggestions))
}

fn money(cents: u64) -> f64 {
    cents as f64 / 100.0
}
