//! `GET /releases/{id}`, and the two routes for prices.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, RawQuery, State},
    response::Response,
};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{Credentials, DiscogsState, Pressing, json_response, not_found, problem, search::parameters};
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

pub async fn release(
    State(state): State<Arc<DiscogsState>>,
    Extension(credentials): Extension<Credentials>,
    id: Path<String>,
) -> Response {
    match state.pressing(&id) {
        Some(pressing) => json_response(&document(&state, pressing, credentials)),
        None => not_found(),
    }
}

fn track(position: &str, title: &str, duration: &str) -> Value {
    json!({"position": position, "type_": "track", "title": title, "duration": duration})
}

fn document(state: &DiscogsState, pressing: &Pressing, credentials: Credentials) -> Value {
    let artist =
        json!({"name": pressing.artist, "anv": "", "join": "", "role": "", "tracks": "", "id": pressing.master_id * 3});
    let mut identifiers = vec![json!({"type": "Matrix / Runout", "value": pressing.runout()})];
    identifiers.extend(pressing.printed_barcode().map(|code| json!({"type": "Barcode", "value": code})));
    let mut release = json!({
        "id": pressing.id, "title": pressing.title, "year": pressing.year, "status": "Accepted",
        "country": pressing.country,
        "released": if pressing.year == 0 { String::new() } else { format!("{}-00-00", pressing.year) },
        "released_formatted": pressing.year.to_string(), "notes": "A release of the stand-in.", "artists": [artist],
        "extraartists": [], "companies": [],
        "labels": [{"name": pressing.label, "catno": pressing.catno, "id": pressing.master_id * 7}],
        "formats": [{"name": pressing.format, "qty": "1", "descriptions": pressing.descriptions}],
        "genres": [pressing.genre], "styles": pressing.styles,
        "tracklist": [
            json!({"position": "", "type_": "heading", "title": "Side one", "duration": ""}),
            track("A1", "Overture", "3:12"), track("A2", &format!("{} (Part One)", pressing.title), "5:01"),
            track("B1", &format!("{} (Part Two)", pressing.title), "4:44"), track("B2", "Finale", ""),
        ],
        "identifiers": identifiers, "videos": [], "uri": format!("https://www.discogs.com/release/{}", pressing.id),
        "community": {"have": pressing.id % 900, "want": pressing.id % 500, "rating": {"average": 4.31, "count": 87}},
        "master_id": pressing.master_id, "thumb": "", "date_added": "2014-05-14T10:32:01-07:00",
        "date_changed": "2024-01-01T00:00:00-07:00", "num_for_sale": 3, "lowest_price": 9.99,
        "blocked_from_sale": pressing.is_blocked(),
    });
    if pressing.has_image() {
        let image = |size| if credentials == Credentials::None { String::new() } else { state.image(pressing, size) };
        let image_document = |kind: &str, size: u32| {
            json!({"type": kind, "uri": image(size), "uri150": image(150), "resource_url": image(size),
                "width": size, "height": size})
        };
        release["images"] = json!([image_document("secondary", 500), image_document("primary", 600)]);
        release["thumb"] = image(150).into();
    }
    release
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
