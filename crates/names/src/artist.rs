//! The name of an artist, or of several artists together.

use super::normalize::normalize_without_article;

const VARIOUS: &str = "various";

/// What compilations have in place of an artist, normalised.
const VARIOUS_SYNONYMS: &[&str] = &[
    "various",
    "various artists",
    "various artist",
    "va",
    "v a",
    "compilation",
    "divers",
    "diverse",
    "artistes divers",
    "verschiedene",
    "verschiedene interpreten",
    "varios",
    "varios artistas",
    "aa vv",
    "aavv",
    "artisti vari",
    "raznye ispolniteli",
];

/// A soundtrack is filed under "Various", or under the composer.
const SOUNDTRACK_SYNONYMS: &[&str] =
    &["soundtrack", "ost", "original soundtrack", "original motion picture soundtrack"];

/// What a person's name is followed by when others play along.
const ENSEMBLES: &[&str] = &[
    "trio",
    "quartet",
    "quintet",
    "sextet",
    "septet",
    "octet",
    "nonet",
    "orchestra",
    "band",
    "big",
    "group",
    "ensemble",
    "experience",
    "and",
    "his",
    "her",
    "friends",
];

/// The words and signs that join the names of several artists.
const JOINTS: &[&str] = &[
    " & ",
    " and ",
    " / ",
    ", ",
    " feat. ",
    " featuring ",
    " ft. ",
    " with ",
    " + ",
    " vs. ",
    " vs ",
    " - ",
    " – ",
    " · ",
    "; ",
    " meets ",
    " und ",
    " et ",
    " y ",
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artist {
    /// Normalised.
    pub name: String,
    /// Discogs numbers artists that share a name: 2 for "Nirvana (2)".
    pub number: Option<u32>,
    /// If the name has several parts, each of them: "simon", "garfunkel".
    pub parts: Vec<String>,
    /// Whether "Soundtrack" is in place of the artist.
    pub is_soundtrack: bool,
}

impl Artist {
    pub fn parse(text: &str) -> Self {
        let (text, number) = split_number(without_star(text));
        let name = normalize_without_article(&move_article_to_front(text));
        let is_soundtrack = SOUNDTRACK_SYNONYMS.contains(&name.as_str());
        if is_soundtrack || VARIOUS_SYNONYMS.contains(&name.as_str()) {
            return Self { name: VARIOUS.to_owned(), number: None, parts: vec![], is_soundtrack };
        }
        let parts = split_parts(text);
        Self { name, number, parts: if parts.len() > 1 { parts } else { vec![] }, is_soundtrack }
    }

    /// The name and each of its parts.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.name).chain(&self.parts).map(String::as_str)
    }

    /// The name without the word for the musicians who play along: "miles davis" of "Miles Davis Quintet".
    pub fn leader(&self) -> &str {
        let mut name = self.name.as_str();
        while let Some((rest, word)) = name.rsplit_once(' ') {
            if !ENSEMBLES.contains(&word) {
                break;
            }
            name = rest;
        }
        name
    }

    pub fn is_various(&self) -> bool {
        self.name == VARIOUS
    }
}

/// Returns the artist's name as people write it: without Discogs' number and star.
pub fn display_artist(text: &str) -> String {
    split_number(without_star(text)).0.to_owned()
}

/// Returns the artist's name as Discogs is asked for it; empty for a soundtrack, which may be filed under its composer.
pub fn artist_to_search(text: &str) -> String {
    match Artist::parse(text) {
        artist if artist.is_soundtrack => String::new(),
        artist if artist.is_various() => "Various".to_owned(),
        _ => display_artist(text),
    }
}

/// Discogs marks a name that differs from the artist's main name with a star: "Prince*".
fn without_star(text: &str) -> &str {
    text.trim().trim_end_matches('*').trim()
}

/// Splits "Nirvana (2)" into name and number.
fn split_number(text: &str) -> (&str, Option<u32>) {
    let found = text.strip_suffix(')').and_then(|rest| rest.rsplit_once(" ("));
    match found.map(|(name, digits)| (name, digits.parse::<u32>())) {
        Some((name, Ok(number))) => (name, Some(number)),
        _ => (text, None),
    }
}

/// Returns "The Beatles" for "Beatles, The".
fn move_article_to_front(text: &str) -> String {
    match text.rsplit_once(", ") {
        Some((name, article)) if matches!(article.to_lowercase().as_str(), "the" | "die" | "les" | "los") => {
            format!("{article} {name}")
        }
        _ => text.to_owned(),
    }
}

fn split_parts(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let mut parts = vec![lower.as_str()];
    for joint in JOINTS {
        parts = parts.into_iter().flat_map(|part| part.split(joint)).collect();
    }
    let names = parts.into_iter().map(|part| normalize_without_article(split_number(without_star(part)).0));
    names.filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_artist_has_one_name_in_every_notation() {
        for (text, name, number) in [
            ("The Beatles", "beatles", None),
            ("Beatles, The", "beatles", None),
            ("Nirvana (2)", "nirvana", Some(2)),
            ("Prince*", "prince", None),
            ("V/A", "various", None),
            ("Various Artists", "various", None),
            ("Earth, Wind & Fire", "earth wind and fire", None),
        ] {
            let artist = Artist::parse(text);
            assert_eq!((artist.name.as_str(), artist.number), (name, number), "{text}");
        }
    }

    #[test]
    fn several_artists_are_split() {
        assert_eq!(Artist::parse("Neil Young & Crazy Horse").parts, ["neil young", "crazy horse"]);
        assert!(Artist::parse("Prince").parts.is_empty());
    }

    #[test]
    fn musicians_who_play_along_are_not_part_of_the_leaders_name() {
        for (text, leader) in [
            ("The Miles Davis Quintet", "miles davis"),
            ("Count Basie And His Orchestra", "count basie"),
            ("The Band", "band"),
        ] {
            assert_eq!(Artist::parse(text).leader(), leader, "{text}");
        }
    }
}
