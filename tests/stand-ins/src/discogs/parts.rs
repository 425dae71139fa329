//! The parts that a release, a search result and a copy in a collection have in common.

use serde_json::{Value, json};

use super::{Credentials, DiscogsState, Pressing};

/// `name, anv, join, role, tracks, id` of each artist. A name of two artists with `/` between them is two artists.
pub fn artists(pressing: &Pressing) -> Value {
    let names: Vec<&str> = pressing.artist.split(" / ").collect();
    let artist = |(index, name): (usize, &&str)| {
        let join = if index + 1 < names.len() { "/" } else { "" };
        let id = artist_id(name);
        json!({"name": name, "anv": "", "join": join, "role": "", "tracks": "", "id": id,
            "resource_url": format!("https://api.discogs.com/artists/{id}")})
    };
    names.iter().enumerate().map(artist).collect()
}

/// Equal for all records of an artist. "Various" has this id at Discogs.
fn artist_id(name: &str) -> u64 {
    if name == "Various" { 194 } else { name.bytes().fold(7, |id, byte| (id * 31 + u64::from(byte)) % 9_000_011) }
}

pub fn labels(pressing: &Pressing) -> Value {
    let first = std::iter::once((pressing.label, pressing.catno.as_str()));
    let others = pressing.other_labels.iter().map(|(name, catno)| (*name, catno.as_str()));
    let label = |(name, catno): (&str, &str)| {
        let id = artist_id(name);
        json!({"name": name, "catno": catno, "id": id, "entity_type": "1", "entity_type_name": "Label",
            "resource_url": format!("https://api.discogs.com/labels/{id}")})
    };
    first.chain(others).map(label).collect()
}

/// `name, qty, descriptions` of each carrier; `qty` is a text.
pub fn formats(pressing: &Pressing) -> Value {
    let mut formats = vec![json!({
        "name": pressing.format, "qty": pressing.quantity.to_string(), "descriptions": pressing.descriptions,
    })];
    formats.extend(pressing.second_format.map(|name| json!({"name": name, "qty": "1", "descriptions": ["Album"]})));
    formats.into()
}

pub fn community(pressing: &Pressing) -> Value {
    json!({"want": pressing.id % 500, "have": pressing.id % 900})
}

/// What a list of a user's records says of each release.
pub fn basic_information(state: &DiscogsState, pressing: &Pressing, credentials: Credentials) -> Value {
    json!({
        "id": pressing.id, "master_id": pressing.master_id,
        "master_url": (pressing.master_id != 0).then(|| master_url(pressing)),
        "resource_url": resource_url(pressing),
        "title": pressing.title, "year": pressing.year,
        "thumb": state.shown_image(pressing, 150, credentials),
        "cover_image": state.shown_image(pressing, 600, credentials),
        "artists": artists(pressing), "labels": labels(pressing), "formats": formats(pressing),
        "genres": pressing.genres, "styles": pressing.styles,
    })
}

pub fn master_url(pressing: &Pressing) -> String {
    format!("https://api.discogs.com/masters/{}", pressing.master_id)
}

pub fn resource_url(pressing: &Pressing) -> String {
    format!("https://api.discogs.com/releases/{}", pressing.id)
}
