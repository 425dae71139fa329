//! `GET /ws/2/release/{mbid}`: one release.

use serde::Deserialize;

use super::Client;
use crate::error::Result;

const PARTS: &str = "artist-credits labels recordings genres release-groups";

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Release {
    /// The MBID. That of another release if the one that was asked for was merged into it.
    pub id: String,
    pub title: String,
    /// `1975-09-12`, `1975-09`, `1975` or an empty text.
    pub date: Option<String>,
    /// ISO 3166-1, or a code of MusicBrainz' own such as XE for Europe.
    pub country: Option<String>,
    pub barcode: Option<String>,
    pub artist_credit: Vec<Artist>,
    pub label_info: Vec<LabelInfo>,
    pub media: Vec<Medium>,
    pub genres: Vec<Genre>,
    pub cover_art_archive: CoverArt,
}

/// One name in the credit of a release.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Artist {
    pub name: String,
    /// The text between this name and the next one: ` & `.
    pub joinphrase: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct LabelInfo {
    pub catalog_number: Option<String>,
    pub label: Option<Label>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Label {
    pub name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Medium {
    /// `12" Vinyl`, `CD`.
    pub format: Option<String>,
    pub tracks: Vec<Track>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Track {
    /// As it is printed: A1.
    pub number: String,
    pub title: String,
    /// In milliseconds.
    pub length: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Genre {
    /// In lower case.
    pub name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CoverArt {
    pub front: bool,
}

impl Client<'_> {
    pub async fn release(&self, mbid: &str) -> Result<Option<Release>> {
        self.get_json(&format!("/ws/2/release/{mbid}"), &[("inc", PARTS)]).await
    }
}

/// The names of several artists as one text.
pub fn join_artists(artists: &[Artist]) -> String {
    artists.iter().flat_map(|artist| [artist.name.as_str(), artist.joinphrase.as_str()]).collect()
}

impl Medium {
    pub fn is_vinyl(&self) -> bool {
        self.format.as_deref().is_some_and(|format| format.contains("Vinyl"))
    }
}

/// The year at the beginning of a date.
pub fn year(date: Option<&str>) -> Option<i64> {
    date?.get(..4)?.parse().ok().filter(|year| (1860..=2100).contains(year))
}
