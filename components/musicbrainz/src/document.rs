//! The answer: the fields of an album (`vinyl:collection`) that a release gives.

use serde::Serialize;

use crate::{
    api::{LabelInfo, Medium, Release, join_artists, year},
    cover_name::CoverName,
    error::Result,
    find::Way,
};

const MAX_TRACKS: usize = 500;
/// What MusicBrainz writes where a release has no label or no number.
const NONE: [&str; 2] = ["[no label]", "[none]"];

#[derive(Debug, Serialize)]
pub struct Answer {
    r#match: Option<Match>,
    source: Source,
}

#[derive(Debug, Serialize)]
struct Source {
    name: &'static str,
    url: String,
}

#[derive(Debug, Serialize)]
struct Match {
    mbid: String,
    by: Way,
    fields: Fields,
    tracklist: Vec<TrackDocument>,
}

/// A field that the release does not give is left out.
#[derive(Debug, Default, Serialize)]
struct Fields {
    artist: String,
    album: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cover: Option<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    styles: Vec<String>,
    #[serde(flatten)]
    pressing: Option<Pressing>,
}

/// What the pressings of an album do not have in common.
#[derive(Debug, Default, Serialize)]
struct Pressing {
    #[serde(skip_serializing_if = "Option::is_none")]
    year: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    labels: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    catno: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    barcode: Option<String>,
}

#[derive(Debug, Serialize)]
struct TrackDocument {
    position: String,
    title: String,
    /// `3:05`
    duration: Option<String>,
}

impl Answer {
    pub fn none() -> Self {
        Self { r#match: None, source: Source::of("https://musicbrainz.org/".to_owned()) }
    }

    pub async fn new(way: Way, release: Release) -> Result<Self> {
        let cover = match release.cover_art_archive.front {
            true => Some(CoverName::new(&release.id).address().await?),
            false => None,
        };
        Ok(Self::build(way, release, cover))
    }

    pub fn is_match(&self) -> bool {
        self.r#match.is_some()
    }

    fn build(way: Way, release: Release, cover: Option<String>) -> Self {
        let source = Source::of(format!("https://musicbrainz.org/release/{}", release.id));
        let fields = Fields {
            artist: single_line(&join_artists(&release.artist_credit), 500),
            album: single_line(&release.title, 500),
            cover,
            styles: distinct(release.genres.iter().map(|genre| capitalize(&genre.name)), 100),
            pressing: (way != Way::Names).then(|| Pressing::of(&release)),
        };
        Self { r#match: Some(Match { mbid: release.id, by: way, fields, tracklist: tracks(release.media) }), source }
    }
}

impl Source {
    fn of(url: String) -> Self {
        Self { name: "MusicBrainz", url }
    }
}

impl Pressing {
    fn of(release: &Release) -> Self {
        let infos = || release.label_info.iter();
        let label = |info: &LabelInfo| info.label.as_ref().map(|label| label.name.clone());
        Self {
            year: year(release.date.as_deref()),
            country: release.country.as_deref().and_then(country),
            labels: distinct(infos().filter_map(label), 500),
            catno: distinct(infos().filter_map(|info| info.catalog_number.clone()), 200).into_iter().next(),
            barcode: distinct(release.barcode.clone(), 100).into_iter().next(),
        }
    }
}

fn tracks(media: Vec<Medium>) -> Vec<TrackDocument> {
    let is_one = media.len() == 1;
    let numbered = media.into_iter().zip(1..).flat_map(|(medium, number)| {
        // A side has a letter; the tracks of other carriers begin with 1 on each.
        let prefix = if is_one || medium.is_vinyl() { String::new() } else { format!("{number}-") };
        medium.tracks.into_iter().map(move |track| (prefix.clone(), track))
    });
    let document = |(prefix, track): (String, crate::api::Track)| TrackDocument {
        position: single_line(&format!("{prefix}{}", track.number), 20),
        title: single_line(&track.title, 500),
        duration: track.length.filter(|length| *length > 0).map(duration),
    };
    numbered.take(MAX_TRACKS).map(document).collect()
}

/// Minutes and seconds, rounded.
fn duration(milliseconds: i64) -> String {
    let seconds = milliseconds.saturating_add(500) / 1_000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// Each text once, as one line; without empty texts and those that mean "none".
fn distinct(texts: impl IntoIterator<Item = String>, max: usize) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for text in texts {
        let line = single_line(&text, max);
        if !line.is_empty() && !NONE.contains(&line.as_str()) && !all.contains(&line) && all.len() < 20 {
            all.push(line);
        }
    }
    all
}

/// The collection refuses control characters.
fn single_line(text: &str, max: usize) -> String {
    let line: String = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).take(max).collect();
    line.trim_end().to_owned()
}

/// `hard bop` becomes `Hard Bop`, as Discogs writes its styles.
fn capitalize(name: &str) -> String {
    let mut at_start = true;
    let letters = name.chars().flat_map(|c| {
        let is_first = std::mem::replace(&mut at_start, !c.is_alphanumeric());
        let upper: Vec<char> = if is_first { c.to_uppercase().collect() } else { vec![c] };
        upper
    });
    letters.collect()
}

/// The name that Discogs gives to a country. `None` for a code that is rare among records.
fn country(code: &str) -> Option<String> {
    let name = match code {
        "AR" => "Argentina",
        "AT" => "Austria",
        "AU" => "Australia",
        "BE" => "Belgium",
        "BR" => "Brazil",
        "CA" => "Canada",
        "CH" => "Switzerland",
        "CZ" => "Czech Republic",
        "DE" => "Germany",
        "DK" => "Denmark",
        "ES" => "Spain",
        "FI" => "Finland",
        "FR" => "France",
        "GB" => "UK",
        "GR" => "Greece",
        "HU" => "Hungary",
        "IE" => "Ireland",
        "IL" => "Israel",
        "IN" => "India",
        "IT" => "Italy",
        "JM" => "Jamaica",
        "JP" => "Japan",
        "KR" => "South Korea",
        "MX" => "Mexico",
        "NL" => "Netherlands",
        "NO" => "Norway",
        "NZ" => "New Zealand",
        "PL" => "Poland",
        "PT" => "Portugal",
        "RU" => "Russia",
        "SE" => "Sweden",
        "SU" => "USSR",
        "TR" => "Turkey",
        "US" => "US",
        "XE" => "Europe",
        "XW" => "Worldwide",
        "YU" => "Yugoslavia",
        "ZA" => "South Africa",
        _ => return None,
    };
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn release() -> Release {
        serde_json::from_value(json!({
            "id": "11111111-1111-4111-8111-111111111111", "title": "Pastel\nBlues", "date": "1965-10", "country": "GB",
            "barcode": "", "genres": [{"name": "vocal jazz"}, {"name": "soul-jazz"}],
            "artist-credit": [{"name": "Nina Simone", "joinphrase": " & "}, {"name": "Hal", "joinphrase": ""}],
            "label-info": [
                {"catalog-number": "[none]", "label": {"name": "Philips"}},
                {"catalog-number": "PHS 600-187", "label": {"name": "Philips"}},
                {"catalog-number": null, "label": null},
            ],
            "media": [{"format": "12\" Vinyl", "tracks": [{"number": "A1", "title": "Be My Husband", "length": 184_600}]}],
        }))
        .unwrap()
    }

    #[test]
    fn a_pressing_gives_all_its_fields() {
        let answer = Answer::build(Way::Barcode, release(), Some("/cache/images/x.jpg".to_owned()));
        assert_eq!(
            serde_json::to_value(answer).unwrap(),
            json!({
                "match": {
                    "mbid": "11111111-1111-4111-8111-111111111111", "by": "barcode",
                    "fields": {
                        "artist": "Nina Simone & Hal", "album": "Pastel Blues", "cover": "/cache/images/x.jpg",
                        "styles": ["Vocal Jazz", "Soul-Jazz"], "year": 1965, "country": "UK", "labels": ["Philips"],
                        "catno": "PHS 600-187",
                    },
                    "tracklist": [{"position": "A1", "title": "Be My Husband", "duration": "3:05"}],
                },
                "source": {
                    "name": "MusicBrainz",
                    "url": "https://musicbrainz.org/release/11111111-1111-4111-8111-111111111111",
                },
            })
        );
    }

    #[test]
    fn an_album_that_was_found_by_names_gives_nothing_of_a_pressing() {
        let answer = serde_json::to_value(Answer::build(Way::Names, release(), None)).unwrap();
        let fields = answer["match"]["fields"].as_object().unwrap();
        assert_eq!(fields.keys().collect::<Vec<_>>(), ["album", "artist", "styles"]);
    }
}
