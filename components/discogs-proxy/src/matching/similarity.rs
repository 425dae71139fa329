//! How similar the names of a candidate are to the names that a user typed. The numbers were chosen so that the table
//! in `cases.rs` passes.

use super::wanted::WantedAlbum;
use crate::name::{Artist, Title, is_self_titled};

/// A name that has fewer characters becomes another name by a single wrong letter.
const SHORT_NAME: usize = 6;
/// In a name that has fewer words, each of them counts: "Blue" is not "Blue Train".
const FEW_WORDS: usize = 3;

/// The names that the user typed.
pub struct NameSimilarity {
    artist: Artist,
    title: Title,
}

impl NameSimilarity {
    pub fn new(wanted: &WantedAlbum) -> Self {
        let title = if is_self_titled(&wanted.album) { &wanted.artist } else { &wanted.album };
        Self { artist: Artist::parse(&wanted.artist), title: Title::parse(title) }
    }

    /// Compares with a candidate's `Artist - Album`; returns 0 to 1. Both names may contain a dash, so each dash is
    /// tried as the separator, and the best result counts.
    pub fn of(&self, candidate: &str) -> f64 {
        let separators = candidate.match_indices(" - ");
        let similarities = separators.map(|(position, dash)| {
            let artist = candidate.get(..position).unwrap_or_default();
            let title = candidate.get(position + dash.len()..).unwrap_or_default();
            self.of_names(&Artist::parse(artist), &Title::parse(title))
        });
        similarities.fold(0.0, f64::max)
    }

    fn of_names(&self, artist: &Artist, title: &Title) -> f64 {
        compare_artists(&self.artist, artist) * compare_titles(&self.title, &self.artist, title, artist)
    }
}

fn compare_artists(wanted: &Artist, found: &Artist) -> f64 {
    if wanted.is_various() != found.is_various() {
        return 0.4;
    }
    if wanted.name == found.name {
        // Without a number, the artist that has none is probably meant.
        return match (wanted.number, found.number) {
            (a, b) if a == b => 1.0,
            (None, Some(_)) => 0.95,
            (Some(_), None) => 0.9,
            _ => 0.7,
        };
    }
    // "Neil Young" also made records as "Neil Young & Crazy Horse".
    let is_first = |parts: &[String], name: &str| parts.first().is_some_and(|first| first == name);
    if is_first(&found.parts, &wanted.name) || is_first(&wanted.parts, &found.name) {
        return 0.9;
    }
    if found.parts.contains(&wanted.name) || wanted.parts.contains(&found.name) {
        return 0.8;
    }
    compare_different_names(&wanted.name, &found.name)
}

fn compare_titles(wanted: &Title, wanted_artist: &Artist, found: &Title, found_artist: &Artist) -> f64 {
    let is_untitled = |title: &Title, artist: &Artist| title.name == "untitled" || title.name == artist.name;
    let similarity = if wanted.name == found.name {
        1.0
    } else if is_untitled(wanted, wanted_artist) && is_untitled(found, found_artist) {
        // Discogs has records as "Untitled" that people call by the artist's name.
        0.85
    } else if wanted.name == found.short || wanted.short == found.name {
        0.93
    } else if without_artist(&found.name, &found_artist.name) == Some(&wanted.name)
        || without_artist(&wanted.name, &wanted_artist.name) == Some(&found.name)
    {
        // "Ramones Leave Home" is "Leave Home".
        0.9
    } else {
        let max = if wanted.numbers == found.numbers { 1.0 } else { 0.5 };
        compare_different_names(&wanted.name, &found.name).min(max)
    };
    if wanted.is_live == found.is_live { similarity } else { similarity * 0.6 }
}

/// Returns the rest of a title that begins with the artist's name.
fn without_artist<'a>(title: &'a str, artist: &str) -> Option<&'a str> {
    title.strip_prefix(artist)?.strip_prefix(' ')
}

/// Compares names that are not equal by their letters (spelling mistakes) and by their words (one name has more of
/// them); the better result counts.
fn compare_different_names(a: &str, b: &str) -> f64 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let letters = strsim::normalized_damerau_levenshtein(a, b);
    let is_short = a.chars().count().min(b.chars().count()) < SHORT_NAME;
    let letters = if is_short { letters * 0.9 } else { letters };
    let (words_a, words_b): (Vec<_>, Vec<_>) = (a.split(' ').collect(), b.split(' ').collect());
    let common = words_a.iter().filter(|word| words_b.contains(word)).count();
    let words = 2.0 * common as f64 / (words_a.len() + words_b.len()) as f64;
    let has_few_words = words_a.len().min(words_b.len()) < FEW_WORDS;
    let words = if has_few_words { words * 0.8 } else { words };
    letters.max(words).min(0.98)
}
