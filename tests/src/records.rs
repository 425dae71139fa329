//! Albums for the tests.

use serde_json::{Value, json};

pub fn album(artist: &str, album: &str) -> Value {
    json!({"artist": artist, "album": album})
}

/// An album with every field that a client can set.
pub fn full() -> Value {
    json!({
        "artist": "Sigur Rós", "album": "Ágætis byrjun \"2LP\" <&> 日本盤 🎧", "genre": "Rock", "style": "Post Rock",
        "year": 1999, "country": "Iceland", "label": "Smekkleysa", "catno": "SM 79", "format": "2xLP, Album",
        "barcode": "5 690351 107920", "discogs_id": 249504, "master_id": 27048,
        "media_condition": "Near Mint (NM or M-)", "sleeve_condition": "Not Graded", "rating": 5,
        "notes": "First line\nsecond line\twith a tab", "tags": ["rainy day", "to clean"],
        "crate": "0190163d-8694-739b-aea5-966c26f8adaa",
        "quantity": 2, "purchase_price": 24.5, "purchase_currency": "EUR", "purchased_at": "2020-05-14",
        "price": 61.99, "price_currency": "EUR", "price_at": "2026-11-20T10:00:00Z", "price_source": "discogs",
        "cover": "https://example.org/cover.jpg", "custom": {"shelf": 7, "$.doc": "'; DROP TABLE albums; --"}
    })
}

/// `count` different albums.
pub fn many(count: usize) -> Vec<Value> {
    let genres = ["Rock", "Jazz", "Soul", "Electronic", "Folk"];
    (0..count)
        .map(|n| {
            json!({
                "artist": format!("Artist {:04}", n % 250), "album": format!("Album {n:05}"),
                "genre": genres[n % genres.len()], "year": 1950 + n % 70, "label": format!("Label {}", n % 40),
                "catno": format!("CAT-{n:05}"), "format": "LP, Album", "country": "UK", "rating": n % 6,
                "media_condition": "Very Good Plus (VG+)", "purchase_price": 12.5, "purchase_currency": "EUR"
            })
        })
        .collect()
}
