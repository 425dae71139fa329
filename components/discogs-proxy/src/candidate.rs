//! A pressing, as documents describe it: a row of a search, or a release.

use serde::{Deserialize, Serialize};

use crate::{
    barcode::{self, Barcode},
    cover_source::CoverSources,
    discogs::{SearchRow, Year},
    image,
};

/// Limits of the fields of an album (`vinyl:collection`), in characters.
const MAX_FORMAT: usize = 200;
const MAX_LABEL: usize = 500;
/// A release with more labels than this is a compilation that lists the companies of its tracks.
const MAX_LABELS: usize = 3;

/// The collection's limit for the characters of genres and of styles.
pub const MAX_VALUES: usize = 200;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Candidate {
    /// The release's id at Discogs.
    pub id: i64,
    /// `Artist - Album`.
    pub title: String,
    pub artist: String,
    pub album: String,
    pub year: Option<i64>,
    /// An address at Discogs until `replace_addresses`, then one of ours.
    pub cover: Option<String>,
    /// As `cover`; the small version.
    pub thumb: Option<String>,
    /// Always null: a price needs a lookup of its own. The documents promise the member.
    pub price: Option<()>,
    pub format: Option<String>,
    pub formats: Vec<String>,
    pub label: Option<String>,
    pub catno: Option<String>,
    pub country: Option<String>,
    pub genre: Option<String>,
    pub style: Option<String>,
    pub barcode: Option<String>,
    pub master_id: Option<i64>,
    /// The page at Discogs.
    pub uri: String,
    /// The numbers of Discogs' users that own it and that want it.
    pub have: i64,
    pub want: i64,
    /// In a search by barcode or catalogue number: whether the number is this pressing's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exact: Option<bool>,
    /// In a search by artist and album: how similar it is, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
}

impl Candidate {
    /// Replaces the addresses of the images by ours. In a search, they are the first image of the release.
    pub fn replace_addresses(&mut self, covers: &mut CoverSources<'_>) {
        covers.replace(&mut self.cover, self.id, 0, false);
        covers.replace(&mut self.thumb, self.id, 0, true);
    }
}

impl From<SearchRow> for Candidate {
    fn from(row: SearchRow) -> Self {
        let (artist, album) = split_title(&row.title);
        let (artist, album) = (names::display_artist(artist), album.to_owned());
        let barcodes = barcode::find_barcodes(row.barcode.iter().map(String::as_str));
        Self {
            id: row.id,
            artist,
            album,
            year: row.year.as_ref().and_then(Year::known),
            cover: row.cover_image.as_deref().and_then(image::check_address),
            thumb: row.thumb.as_deref().and_then(image::check_address),
            price: None,
            format: describe_format(&row.format),
            label: join_labels(row.label.iter().map(String::as_str)),
            catno: row.catno.filter(|catno| is_catno(catno)),
            country: row.country.filter(|country| !country.is_empty()),
            genre: join_values(&row.genre),
            style: join_values(&row.style),
            barcode: barcodes.first().map(Barcode::printed).map(str::to_owned),
            master_id: row.master_id.filter(|id| *id > 0),
            uri: release_page(row.id),
            have: row.community.have,
            want: row.community.want,
            formats: row.format,
            title: row.title,
            exact: None,
            score: None,
        }
    }
}

/// The address of a release's page for people.
pub fn release_page(id: i64) -> String {
    format!("https://www.discogs.com/release/{id}")
}

/// Returns artist and album. Splits at the first dash, because dashes are rarer in artists' names than in albums'.
fn split_title(title: &str) -> (&str, &str) {
    title.split_once(" - ").map_or(("", title), |(artist, album)| (artist.trim(), album.trim()))
}

/// Discogs writes "none" for a release without a catalogue number.
pub fn is_catno(text: &str) -> bool {
    !text.is_empty() && !text.eq_ignore_ascii_case("none")
}

/// Returns `2xLP, Album` instead of `Vinyl, 2xLP, Album`: the word "Vinyl" is left out if another part implies it.
pub fn describe_format(parts: &[String]) -> Option<String> {
    let implies_vinyl =
        |part: &String| ["LP", "EP", "\""].iter().any(|end| part.ends_with(end)) || part == "Mini-Album";
    let starts_with_vinyl = parts.first().is_some_and(|first| first == "Vinyl");
    let skip = usize::from(starts_with_vinyl && parts.iter().any(implies_vinyl));
    let text = parts.iter().skip(skip).map(String::as_str).collect::<Vec<_>>().join(", ");
    (!text.is_empty()).then(|| truncate(text, MAX_FORMAT))
}

/// Returns the labels as one text, each of them once.
pub fn join_labels<'a>(labels: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let text = distinct_labels(labels).join(", ");
    (!text.is_empty()).then(|| truncate(text, MAX_LABEL))
}

/// Returns the first labels, each of them once.
pub fn distinct_labels<'a>(labels: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut distinct: Vec<&str> = Vec::new();
    for label in labels.into_iter().map(str::trim).filter(|label| !label.is_empty()) {
        if !distinct.contains(&label) {
            distinct.push(label);
        }
    }
    distinct.truncate(MAX_LABELS);
    distinct
}

/// Returns genres or styles as the one text that a record has: as many as fit.
pub fn join_values(values: &[String]) -> Option<String> {
    let text = fitting_values(values.iter().map(String::as_str), MAX_VALUES).join(", ");
    (!text.is_empty()).then_some(text)
}

/// Returns the first values, as many as have together, joined by `, `, at most `max` characters.
pub fn fitting_values<'a>(values: impl IntoIterator<Item = &'a str>, max: usize) -> Vec<&'a str> {
    let mut left = max + 2;
    let is_fitting = |value: &&str| {
        let fits = left.checked_sub(value.chars().count() + 2);
        left = fits.unwrap_or_default();
        fits.is_some()
    };
    values.into_iter().map(str::trim).filter(|value| !value.is_empty()).take_while(is_fitting).collect()
}

/// Cuts a text after `max` characters.
pub fn truncate(text: String, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(json: &str) -> Candidate {
        serde_json::from_str::<SearchRow>(json).unwrap().into()
    }

    #[test]
    fn a_row_of_a_search_becomes_a_candidate() {
        let candidate = candidate(
            r#"{
                "id": 1, "type": "release", "title": "Nirvana - Nevermind", "year": "1991", "country": "US",
                "format": ["Vinyl", "LP", "Album"], "label": ["DGC", "DGC", "Sub Pop"], "catno": "DGC-24425",
                "genre": ["Rock"], "style": ["Grunge"], "master_id": 13814,
                "barcode": ["DGC-24425-A STERLING", "7 2064 24425 1 7"],
                "cover_image": "https://i.discogs.com/a/b.jpeg", "thumb": "", "community": {"want": 1, "have": 5}
            }"#,
        );
        assert_eq!((candidate.artist.as_str(), candidate.album.as_str()), ("Nirvana", "Nevermind"));
        assert_eq!(candidate.year, Some(1991));
        assert_eq!(candidate.label.as_deref(), Some("DGC, Sub Pop"));
        assert_eq!(candidate.barcode.as_deref(), Some("720642442517"));
        assert_eq!(candidate.format.as_deref(), Some("LP, Album"));
        assert_eq!((candidate.cover.is_some(), candidate.thumb.is_some()), (true, false));
    }

    #[test]
    fn what_discogs_does_not_state_is_null() {
        let candidate = candidate(
            r#"{"id": 2, "title": "Untitled", "cover_image": "https://st.discogs.com/x/spacer.gif", "master_id": 0}"#,
        );
        assert_eq!((candidate.year, candidate.cover, candidate.label), (None, None, None));
        assert_eq!((candidate.master_id, candidate.barcode, candidate.format), (None, None, None));
        assert_eq!((candidate.artist.as_str(), candidate.album.as_str()), ("", "Untitled"));
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(truncate("äöü".to_owned(), 2), "äö");
        assert_eq!(truncate("äöü".to_owned(), 3), "äöü");
    }
}
