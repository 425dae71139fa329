//! A row of a search at Discogs, and the candidate that we make of it.

use serde::{Deserialize, Serialize};

use crate::{barcode, image, name};

/// As it comes. Anything may be missing, and whole rows may be of another kind: such a row is left out.
#[derive(Debug, Deserialize)]
pub struct Row {
    pub id: i64,
    pub title: String,
    #[serde(default)]
    pub year: Option<Loose>,
    #[serde(default)]
    pub country: Option<String>,
    #[serde(default)]
    pub format: Vec<String>,
    #[serde(default)]
    pub label: Vec<String>,
    #[serde(default)]
    pub catno: Option<String>,
    #[serde(default)]
    pub genre: Vec<String>,
    #[serde(default)]
    pub style: Vec<String>,
    #[serde(default)]
    pub barcode: Vec<String>,
    #[serde(default)]
    pub master_id: Option<i64>,
    #[serde(default)]
    pub cover_image: Option<String>,
    #[serde(default)]
    pub thumb: Option<String>,
    #[serde(default)]
    pub community: Community,
    #[serde(default)]
    pub r#type: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub struct Community {
    #[serde(default)]
    pub have: i64,
    #[serde(default)]
    pub want: i64,
}

/// A number that Discogs writes as a string here and as a number there.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Loose {
    Number(i64),
    Text(String),
}

impl Loose {
    /// A year that can be one: 0 and "Unknown" stand for none.
    pub fn year(&self) -> Option<i64> {
        let year = match self {
            Self::Number(year) => *year,
            Self::Text(text) => text.trim().parse().ok()?,
        };
        (1860..=2100).contains(&year).then_some(year)
    }
}

/// A pressing as it goes out.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Candidate {
    pub id: i64,
    /// `Artist - Album`.
    pub title: String,
    pub artist: String,
    pub album: String,
    pub year: Option<i64>,
    /// Addresses at Discogs until [`crate::covers`] has put ours in their place.
    pub cover: Option<String>,
    pub thumb: Option<String>,
    /// Never known here; the contract has it.
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
    pub uri: String,
    pub have: i64,
    pub want: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exact: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
}

impl From<Row> for Candidate {
    fn from(row: Row) -> Self {
        let (artist, album) = split(&row.title);
        let (artist, album) = (name::display(artist), album.to_owned());
        Self {
            id: row.id,
            artist,
            album,
            year: row.year.as_ref().and_then(Loose::year),
            cover: row.cover_image.as_deref().and_then(image::address),
            thumb: row.thumb.as_deref().and_then(image::address),
            price: None,
            format: format(&row.format),
            label: distinct(&row.label),
            catno: row.catno.filter(|catno| !catno.is_empty() && !catno.eq_ignore_ascii_case("none")),
            country: row.country.filter(|country| !country.is_empty()),
            genre: row.genre.first().cloned(),
            style: row.style.first().cloned(),
            barcode: barcode::among(row.barcode.iter().map(String::as_str))
                .first()
                .map(|code| code.printed().to_owned()),
            master_id: row.master_id.filter(|id| *id > 0),
            uri: page(row.id),
            have: row.community.have,
            want: row.community.want,
            formats: row.format,
            title: row.title,
            exact: None,
            score: None,
        }
    }
}

/// Where people read about a release.
pub fn page(id: i64) -> String {
    format!("https://www.discogs.com/release/{id}")
}

/// At the first dash: more artists than albums have none in their names.
pub fn split(title: &str) -> (&str, &str) {
    title.split_once(" - ").map_or(("", title), |(artist, album)| (artist.trim(), album.trim()))
}

/// `2xLP, Album` rather than `Vinyl, LP, Album`: the carrier is said only where nothing says it better.
pub fn format(parts: &[String]) -> Option<String> {
    let says_vinyl = |part: &String| ["LP", "EP", "\""].iter().any(|end| part.ends_with(end)) || part == "Mini-Album";
    let skip = usize::from(parts.first().is_some_and(|first| first == "Vinyl") && parts.iter().any(says_vinyl));
    let text = parts.iter().skip(skip).map(String::as_str).collect::<Vec<_>>().join(", ");
    (!text.is_empty()).then(|| cut(text, 200))
}

/// Labels without repetition.
pub fn distinct(labels: &[String]) -> Option<String> {
    let mut seen: Vec<&str> = Vec::new();
    for label in labels.iter().map(|label| label.trim()).filter(|label| !label.is_empty()) {
        if !seen.contains(&label) {
            seen.push(label);
        }
    }
    // More than three are the companies of a compilation.
    seen.truncate(3);
    let text = seen.join(", ");
    (!text.is_empty()).then(|| cut(text, 500))
}

/// At most so many characters: the collection takes no more.
pub fn cut(text: String, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((at, _)) => text.get(..at).unwrap_or_default().to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(json: &str) -> Candidate {
        serde_json::from_str::<Row>(json).unwrap().into()
    }

    #[test]
    fn a_row_is_read_as_discogs_writes_it() {
        let row = candidate(
            r#"{"id":1,"type":"release","title":"Nirvana - Nevermind","year":"1991","country":"US","format":["Vinyl","LP","Album"],
                "label":["DGC","DGC","Sub Pop"],"catno":"DGC-24425","genre":["Rock"],"style":["Grunge"],
                "barcode":["DGC-24425-A STERLING","7 2064 24425 1 7"],"master_id":13814,
                "cover_image":"https://i.discogs.com/a/b.jpeg","thumb":"","community":{"want":1,"have":5}}"#,
        );
        assert_eq!((row.artist.as_str(), row.album.as_str(), row.year), ("Nirvana", "Nevermind", Some(1991)));
        assert_eq!(row.label.as_deref(), Some("DGC, Sub Pop"));
        assert_eq!(row.barcode.as_deref(), Some("720642442517"));
        assert_eq!(row.format.as_deref(), Some("LP, Album"));
        assert_eq!((row.cover.is_some(), row.thumb.is_some()), (true, false));
    }

    #[test]
    fn what_is_missing_is_null() {
        let row = candidate(
            r#"{"id":2,"title":"Untitled","cover_image":"https://st.discogs.com/x/spacer.gif","master_id":0}"#,
        );
        assert_eq!((row.year, row.cover.clone(), row.label.clone(), row.master_id), (None, None, None, None));
        assert_eq!((row.artist.as_str(), row.album.as_str()), ("", "Untitled"));
        for year in [r#""""#, r#""Unknown""#, "0", "null", r#""0""#] {
            assert_eq!(candidate(&format!(r#"{{"id":3,"title":"A - B","year":{year}}}"#)).year, None, "{year}");
        }
        assert_eq!(candidate(r#"{"id":3,"title":"A - B","year":1999}"#).year, Some(1999));
    }
}
