//! The fields of an album (`vinyl:collection`) that a release gives.

use serde::{Deserialize, Serialize};

use crate::{
    candidate::{Candidate, MAX_VALUES, distinct_labels, fitting_values, truncate},
    discogs::Label,
};

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
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    labels: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    catno: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    genres: Vec<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    styles: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    barcode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    master_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cover: Option<String>,
}

/// The document of a release, as far as an album has fields for it.
#[derive(Debug, Default, Deserialize)]
pub struct Facts {
    #[serde(flatten)]
    pub release: Candidate,
    pub genres: Vec<String>,
    pub styles: Vec<String>,
    pub labels: Vec<Label>,
}

/// Cuts each text at the limit of the collection's field.
impl From<Facts> for AlbumFields {
    fn from(Facts { release, genres, styles, labels }: Facts) -> Self {
        let list = |values: Vec<&str>, max| {
            let lines: Vec<String> = values.into_iter().map(|value| single_line(value, max)).collect();
            fitting_values(lines.iter().map(String::as_str), max).into_iter().map(str::to_owned).collect()
        };
        let labels: Vec<String> = labels.iter().map(|label| names::display_artist(&label.name)).collect();
        let line = |text: Option<String>, max| text.map(|text| single_line(&text, max));
        Self {
            discogs_id: release.id,
            artist: single_line(&release.artist, 500),
            album: single_line(&release.album, 500),
            year: release.year,
            country: line(release.country, 100),
            labels: list(distinct_labels(labels.iter().map(String::as_str)), 500),
            catno: line(release.catno, 200),
            format: line(release.format, 200),
            genres: list(genres.iter().map(String::as_str).collect(), MAX_VALUES),
            styles: list(styles.iter().map(String::as_str).collect(), MAX_VALUES),
            barcode: line(release.barcode, 100),
            master_id: release.master_id,
            cover: line(release.cover, 2_000),
        }
    }
}

/// The collection refuses control characters, line breaks included.
pub fn single_line(text: &str, max: usize) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    truncate(line.trim().to_owned(), max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_and_missing_fields_are_left_out() {
        let release = Candidate { id: 7, artist: "x".repeat(600), album: "A\nB".to_owned(), ..Candidate::default() };
        let genres = vec!["Jazz".to_owned(), "Folk, World, & Country".to_owned(), "x".repeat(180)];
        let labels = ["Verve", "Verve", "MGM (2)"].map(|name| Label { name: name.to_owned(), ..Label::default() });
        let fields = AlbumFields::from(Facts { release, genres, labels: labels.into(), ..Facts::default() });
        assert_eq!(fields.artist.len(), 500);
        let json = serde_json::to_string(&AlbumFields { artist: "A".to_owned(), ..fields }).unwrap();
        assert_eq!(
            json,
            r#"{"discogs_id":7,"artist":"A","album":"A B","labels":["Verve","MGM"],"genres":["Jazz","Folk, World, & Country"]}"#
        );
    }
}
