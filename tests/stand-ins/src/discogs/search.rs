//! `GET /database/search`.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Extension,
    extract::{RawQuery, State},
    response::Response,
};
use serde_json::{Value, json};

use super::{
    Credentials, DiscogsState, Pressing, json_response,
    page::{page, parameters},
    parts,
};
use crate::server::lock;

pub async fn search(
    State(state): State<Arc<DiscogsState>>,
    Extension(credentials): Extension<Credentials>,
    RawQuery(query): RawQuery,
) -> Response {
    let asked = parameters(query.as_deref());
    let moved = lock(&state.moved).clone();
    let all = state.pressings.iter().filter(|pressing| !moved.contains_key(&pressing.id));
    let found: Vec<&Pressing> = all.filter(|pressing| matches(pressing, &asked)).collect();
    let (rows, pagination) = page(&found, &asked, "/database/search");
    let rows: Vec<_> = rows.iter().map(|pressing| row(&state, pressing, credentials)).collect();
    json_response(&json!({"pagination": pagination, "results": rows}))
}

/// Whether a pressing matches every parameter that is given.
fn matches(pressing: &Pressing, asked: &HashMap<String, String>) -> bool {
    asked.iter().all(|(name, value)| match name.as_str() {
        "q" => has_words(value, &format!("{} {} {}", pressing.name(), pressing.label, pressing.catno)),
        "artist" => has_words(value, pressing.artist),
        "release_title" => has_words(value, pressing.title),
        "title" => has_words(value, &pressing.name()),
        "label" => has_words(value, pressing.label),
        "genre" => pressing.genres.iter().any(|genre| genre.eq_ignore_ascii_case(value)),
        "style" => pressing.styles.iter().any(|style| style.eq_ignore_ascii_case(value)),
        "format" => pressing.format.eq_ignore_ascii_case(value),
        "country" => pressing.country.eq_ignore_ascii_case(value),
        "year" => pressing.year.to_string() == *value,
        "type" => value == "release",
        "barcode" => {
            pressing.barcode.as_deref().is_some_and(|digits| digits.trim_start_matches('0') == digits_of(value))
        }
        "catno" => {
            let others = pressing.other_labels.iter().map(|(_, catno)| catno);
            std::iter::once(&pressing.catno).chain(others).any(|catno| plain(catno) == plain(value))
        }
        _ => true,
    })
}

/// Whether each word of `asked` is the beginning of a word of `text`.
pub fn has_words(asked: &str, text: &str) -> bool {
    let text = text.to_lowercase();
    let mut words = asked.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).peekable();
    words.peek().is_some() && words.all(|word| has_word(&word.to_lowercase(), &text))
}

fn has_word(word: &str, text: &str) -> bool {
    text.match_indices(word).any(|(position, _)| !text[..position].ends_with(char::is_alphanumeric))
}

fn digits_of(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.trim_start_matches('0').to_owned()
}

pub fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn row(state: &DiscogsState, pressing: &Pressing, credentials: Credentials) -> Value {
    let mut barcodes: Vec<String> = pressing.printed_barcode().into_iter().collect();
    barcodes.extend([pressing.runout(), "LC 00162".to_owned()]);
    let mut format = vec![pressing.format];
    format.extend(pressing.descriptions);
    format.extend(pressing.second_format);
    // As at Discogs: the label is listed twice, for the record and for the sleeve.
    let mut labels = vec![pressing.label, pressing.label];
    labels.extend(pressing.other_labels.iter().map(|(label, _)| *label));
    let mut row = json!({
        "id": pressing.id, "type": "release", "title": pressing.name(), "country": pressing.country, "format": format,
        "label": labels, "catno": pressing.catno, "genre": pressing.genres, "style": pressing.styles,
        "barcode": barcodes, "master_id": pressing.master_id,
        "master_url": (pressing.master_id != 0).then(|| parts::master_url(pressing)),
        "uri": format!("/release/{}", pressing.id), "resource_url": parts::resource_url(pressing),
        "thumb": state.shown_image(pressing, 150, credentials),
        "cover_image": state.shown_image(pressing, 600, credentials), "community": parts::community(pressing),
        "user_data": {"in_wantlist": false, "in_collection": false}, "format_quantity": pressing.quantity,
        "formats": parts::formats(pressing),
    });
    if pressing.year != 0 {
        row["year"] = pressing.year.to_string().into();
    }
    row
}
