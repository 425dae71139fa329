//! The documents of MusicBrainz.

use serde_json::{Map, Value, json};

use super::{Twin, twin::mbid};
use crate::discogs::{Pressing, tracks};

/// The name of the carrier at MusicBrainz.
pub fn medium_name(pressing: &Pressing) -> String {
    let is_single = pressing.descriptions.contains(&"7\"");
    match pressing.format {
        "Vinyl" if is_single => "7\" Vinyl".to_owned(),
        "Vinyl" => "12\" Vinyl".to_owned(),
        other => other.to_owned(),
    }
}

/// ISO 3166-1, with MusicBrainz' own codes for Europe and the former Soviet Union.
pub fn country(name: &str) -> &'static str {
    match name {
        "US" => "US",
        "UK" => "GB",
        "Germany" => "DE",
        "France" => "FR",
        "Japan" => "JP",
        "Italy" => "IT",
        "Netherlands" => "NL",
        "Greece" => "GR",
        "USSR" => "SU",
        _ => "XE",
    }
}

/// What a search result and a release have in common.
fn common(twin: &Twin) -> Map<String, Value> {
    let pressing = &twin.pressing;
    let mut release = Map::new();
    let mut put = |name: &str, value: Value| release.insert(name.to_owned(), value);
    put("id", twin.mbid.clone().into());
    put("title", pressing.title.into());
    put("status", "Official".into());
    put("country", country(pressing.country).into());
    put("barcode", pressing.barcode.clone().unwrap_or_default().into());
    put("text-representation", json!({"language": "eng", "script": "Latn"}));
    if pressing.year != 0 {
        put(
            "date",
            if pressing.year.is_multiple_of(2) { format!("{}-05", pressing.year) } else { pressing.year.to_string() }
                .into(),
        );
    }
    release
}

/// The artists, without Discogs' numbers: MusicBrainz tells namesakes apart by ids.
fn artist_credit(pressing: &Pressing) -> Value {
    let names: Vec<&str> = pressing.artist.split(" / ").collect();
    let credit = |(index, name): (usize, &&str)| {
        let plain = if *name == "Various" { "Various Artists" } else { name.split(" (").next().unwrap_or_default() };
        let id = mbid(name.bytes().fold(1 << 40, |id, byte| id * 3 + u64::from(byte)));
        let joint = if index + 1 < names.len() { " / " } else { "" };
        json!({"name": plain, "joinphrase": joint, "artist": {"id": id, "name": plain, "sort-name": plain}})
    };
    names.iter().enumerate().map(credit).collect()
}

fn label_info(pressing: &Pressing) -> Value {
    let first = std::iter::once((pressing.label, pressing.catno.as_str()));
    let others = pressing.other_labels.iter().map(|(name, catno)| (*name, catno.as_str()));
    let label = |(name, catno): (&str, &str)| {
        let id = mbid(name.bytes().fold(1 << 41, |id, byte| id * 3 + u64::from(byte)));
        json!({"catalog-number": catno, "label": {"id": id, "name": name}})
    };
    first.chain(others).map(label).collect()
}

fn release_group(twin: &Twin) -> Value {
    let kind = if twin.pressing.descriptions.contains(&"Single") { "Single" } else { "Album" };
    json!({"id": twin.group, "title": twin.pressing.title, "primary-type": kind, "secondary-types": []})
}

pub fn search_result(twin: &Twin, score: usize) -> Value {
    let count = tracks(&twin.pressing).len();
    let mut release = common(twin);
    let media = json!([{"format": medium_name(&twin.pressing), "disc-count": 0, "track-count": count}]);
    release.extend([
        ("score".to_owned(), score.into()),
        ("artist-credit".to_owned(), artist_credit(&twin.pressing)),
        ("label-info".to_owned(), label_info(&twin.pressing)),
        ("release-group".to_owned(), release_group(twin)),
        ("track-count".to_owned(), count.into()),
        ("media".to_owned(), media),
    ]);
    release.into()
}

pub fn release(twin: &Twin, parts: &[&str]) -> Value {
    let mut release = common(twin);
    let front = twin.has_front();
    release.insert(
        "cover-art-archive".to_owned(),
        json!({"artwork": front, "count": u8::from(front), "front": front, "back": false, "darkened": false}),
    );
    for part in parts {
        let (name, value) = match *part {
            "artist-credits" | "artists" => ("artist-credit", artist_credit(&twin.pressing)),
            "labels" => ("label-info", label_info(&twin.pressing)),
            "release-groups" => ("release-group", release_group(twin)),
            "genres" => ("genres", genres(&twin.pressing)),
            "media" => ("media", media(&twin.pressing, false)),
            "recordings" => ("media", media(&twin.pressing, true)),
            "url-rels" => ("relations", json!([])),
            _ => continue,
        };
        release.insert(name.to_owned(), value);
    }
    release.into()
}

/// In lower case, the styles of Discogs among them.
fn genres(pressing: &Pressing) -> Value {
    let all = pressing.genres.iter().chain(&pressing.styles);
    all.map(|genre| json!({"id": mbid(genre.len() as u64), "name": genre.to_lowercase(), "count": 1})).collect()
}

fn media(pressing: &Pressing, with_tracks: bool) -> Value {
    let tracks = tracks(pressing);
    let mut medium = json!({
        "position": 1, "title": "", "format": medium_name(pressing), "track-count": tracks.len(), "track-offset": 0,
    });
    if with_tracks {
        let tracks = tracks.iter().zip(1u64..).map(|(track, position)| {
            let length = track.seconds.map(|seconds| seconds * 1_000 + 417);
            let recording = mbid((pressing.id << 16) + position);
            json!({
                "id": mbid((pressing.id << 20) + position), "position": position, "number": track.position,
                "title": track.title, "length": length,
                "recording": {"id": recording, "title": track.title, "length": length, "video": false},
            })
        });
        medium["tracks"] = tracks.collect();
    }
    json!([medium])
}

/// What is linked to an address at Discogs.
pub fn link(twin: &Twin, resource: &str, is_release: bool) -> Value {
    let (kind, target) = if is_release {
        ("release", json!({"id": twin.mbid, "title": twin.pressing.title}))
    } else {
        ("release_group", json!({"id": twin.group, "title": twin.pressing.title}))
    };
    let mut relation = json!({"type": "discogs", "target-type": kind, "direction": "backward", "ended": false});
    relation[kind] = target;
    json!({"id": mbid(twin.pressing.id << 4), "resource": resource, "relations": [relation]})
}
