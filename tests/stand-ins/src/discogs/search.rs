//! `GET /database/search`.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Extension,
    extract::{RawQuery, State},
    response::Response,
};
use serde_json::{Value, json};

use super::{Credentials, DiscogsState, Pressing, json_response};

pub async fn search(
    State(state): State<Arc<DiscogsState>>,
    Extension(credentials): Extension<Credentials>,
    RawQuery(query): RawQuery,
) -> Response {
    let asked = parameters(query.as_deref());
    let found: Vec<&Pressing> = state.pressings.iter().filter(|pressing| matches(pressing, &asked)).collect();
    let number = |name: &str, or: usize| asked.get(name).and_then(|text| text.parse().ok()).unwrap_or(or).max(1);
    let (page, per_page) = (number("page", 1), number("per_page", 50).min(100));
    let pages = found.len().div_ceil(per_page).max(1);
    let rows: Vec<_> = found.iter().skip((page - 1) * per_page).take(per_page).collect();
    let rows: Vec<_> = rows.into_iter().map(|pressing| row(&state, pressing, credentials)).collect();
    json_response(&json!({
        "pagination": {"page": page, "pages": pages, "per_page": per_page, "items": found.len(), "urls": {}},
        "results": rows,
    }))
}

/// The parameters of a query string. Of a parameter that is given twice, the last value counts.
pub fn parameters(query: Option<&str>) -> HashMap<String, String> {
    form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect()
}

/// Whether a pressing matches every parameter that is given.
fn matches(pressing: &Pressing, asked: &HashMap<String, String>) -> bool {
    asked.iter().all(|(name, value)| match name.as_str() {
        "q" => has_words(value, &format!("{} {} {}", pressing.name(), pressing.label, pressing.catno)),
        "artist" => has_words(value, pressing.artist),
        "release_title" => has_words(value, pressing.title),
        "title" => has_words(value, &pressing.name()),
        "label" => has_words(value, pressing.label),
        "format" => pressing.format.eq_ignore_ascii_case(value),
        "country" => pressing.country.eq_ignore_ascii_case(value),
        "year" => pressing.year.to_string() == *value,
        "type" => value == "release",
        "barcode" => {
            pressing.barcode.as_deref().is_some_and(|digits| digits.trim_start_matches('0') == digits_of(value))
        }
        "catno" => plain(&pressing.catno) == plain(value),
        _ => true,
    })
}

/// Whether each word of `asked` is the beginning of a word of `text`.
fn has_words(asked: &str, text: &str) -> bool {
    let split = |text: &str| -> Vec<String> {
        text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
    };
    let (asked, text) = (split(asked), split(text));
    !asked.is_empty() && asked.iter().all(|word| text.iter().any(|t| t.starts_with(word.as_str())))
}

fn digits_of(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.trim_start_matches('0').to_owned()
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn row(state: &DiscogsState, pressing: &Pressing, credentials: Credentials) -> Value {
    let image = |size| if credentials == Credentials::None { String::new() } else { state.image(pressing, size) };
    let mut barcodes: Vec<String> = pressing.printed_barcode().into_iter().collect();
    barcodes.extend([pressing.runout(), "LC 00162".to_owned()]);
    let mut format = vec![pressing.format];
    format.extend(pressing.descriptions);
    let mut row = json!({
        "id": pressing.id, "type": "release", "title": pressing.name(), "country": pressing.country, "format": format,
        // As at Discogs: the label is listed twice, for the record and for the sleeve.
        "label": [pressing.label, pressing.label], "catno": pressing.catno, "genre": [pressing.genre],
        "style": pressing.styles,
        "barcode": barcodes, "master_id": pressing.master_id,
        "master_url": format!("https://api.discogs.com/masters/{}", pressing.master_id),
        "uri": format!("/release/{}", pressing.id),
        "resource_url": format!("https://api.discogs.com/releases/{}", pressing.id),
        "thumb": image(150), "cover_image": image(600),
        "community": {"want": pressing.id % 500, "have": pressing.id % 900},
        "user_data": {"in_wantlist": false, "in_collection": false}, "format_quantity": 1,
        "formats": [{"name": pressing.format, "qty": "1", "descriptions": pressing.descriptions}],
    });
    if pressing.year != 0 {
        row["year"] = pressing.year.to_string().into();
    }
    row
}
