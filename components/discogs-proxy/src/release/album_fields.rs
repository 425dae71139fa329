//! The fields of an album (`vinyl:collection`) that a release gives.

use serde::Serialize;

use crate::candidate::{Candidate, truncate};

/// A field that the release does not give is left out.
#[derive(Debug, Serialize)]
pub struct AlbumFields {
    discogs_id: i64,
    artist: String,
    album: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    year: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    catno: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    genre: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    style: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    barcode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    master_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cover: Option<String>,
}

/// Cuts each text at the limit of the collection's field.
impl From<Candidate> for AlbumFields {
    fn from(release: Candidate) -> Self {
        let line = |text: Option<String>, max| text.map(|text| single_line(&text, max));
        Self {
            discogs_id: release.id,
            artist: single_line(&release.artist, 500),
            album: single_line(&release.album, 500),
            year: release.year,
            country: line(release.country, 100),
            label: line(release.label, 500),
            catno: line(release.catno, 200),
            format: line(release.format, 200),
            genre: line(release.genre, 200),
            style: line(release.style, 200),
            barcode: line(release.barcode, 100),
            master_id: release.master_id,
            cover: line(release.cover, 2_000),
        }
    }
}

/// The collection refuses control characters, line breaks included.
fn single_line(text: &str, max: usize) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    truncate(line.trim().to_owned(), max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_and_missing_fields_are_left_out() {
        let release = Candidate {
            id: 7,
            artist: "x".repeat(600),
            album: "A\nB".to_owned(),
            genre: Some("Jazz".to_owned()),
            ..Candidate::default()
        };
        let fields = AlbumFields::from(release);
        assert_eq!(fields.artist.len(), 500);
        let json = serde_json::to_string(&AlbumFields { artist: "A".to_owned(), ..fields }).unwrap();
        assert_eq!(json, r#"{"discogs_id":7,"artist":"A","album":"A B","genre":"Jazz"}"#);
    }
}
