//! The tracks of a release.

use serde_json::{Value, json};

use super::{
    Pressing,
    generated::{self, Random},
};

/// A track with its position on the disc.
#[derive(Debug)]
pub struct Track {
    pub position: String,
    pub title: String,
    /// In seconds; `None` if the sleeve does not state it.
    pub seconds: Option<u64>,
}

/// The tracks of a release, without headings.
pub fn tracks(pressing: &Pressing) -> Vec<Track> {
    if !generated::is_generated(pressing) {
        let track = |position: &str, title: String, seconds| Track { position: position.to_owned(), title, seconds };
        return vec![
            track("A1", "Overture".to_owned(), Some(192)),
            track("A2", format!("{} (Part One)", pressing.title), Some(301)),
            track("B1", format!("{} (Part Two)", pressing.title), Some(284)),
            track("B2", "Finale".to_owned(), None),
        ];
    }
    // All pressings of an album have the same tracks.
    let mut random = Random::new(if pressing.master_id == 0 { pressing.id } else { pressing.master_id });
    let is_single = pressing.descriptions.contains(&"Single");
    let sides = if pressing.format == "CD" { 1 } else { u64::from(pressing.quantity) * 2 };
    let count = if is_single { 2 } else { random.below(9) + 6 };
    (0..count)
        .map(|index| Track {
            position: position(index, count.div_ceil(sides), sides),
            title: generated::track_title(&mut random),
            seconds: (!random.one_in(12)).then(|| 90 + random.below(420)),
        })
        .collect()
}

/// `B2` on vinyl and cassettes, `7` on a CD.
fn position(index: u64, per_side: u64, sides: u64) -> String {
    if sides == 1 {
        return (index + 1).to_string();
    }
    let side = u8::try_from(index / per_side).unwrap_or_default();
    format!("{}{}", char::from(b'A' + side), index % per_side + 1)
}

/// As Discogs lists them: a heading first, and the durations as texts.
pub fn document(pressing: &Pressing) -> Value {
    let heading = json!({"position": "", "type_": "heading", "title": "Side one", "duration": ""});
    let tracks = tracks(pressing).into_iter().map(|track| {
        let duration = track.seconds.map(|seconds| format!("{}:{:02}", seconds / 60, seconds % 60)).unwrap_or_default();
        json!({"position": track.position, "type_": "track", "title": track.title, "duration": duration})
    });
    std::iter::once(heading).chain(tracks).collect()
}
