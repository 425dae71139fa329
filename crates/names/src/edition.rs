//! The part of a title that names the edition: "(2011 Remaster)", "[Deluxe Edition]", " - Remastered 2009".

use super::normalize::normalize;

/// The words that the name of an edition consists of, beside numbers.
#[rustfmt::skip]
const EDITION_WORDS: &[&str] = &[
    "remaster", "remastered", "remasters", "deluxe", "edition", "expanded", "anniversary", "reissue", "repress",
    "mono", "stereo", "mix", "bonus", "tracks", "track", "special", "limited", "collectors", "vinyl", "lp", "2lp",
    "3lp", "cd", "2cd", "ep", "180g", "180", "gram", "gatefold", "version", "digital", "half", "speed", "master",
    "mastered", "original", "recording", "super", "legacy", "us", "uk", "japan", "import", "the", "and", "of",
    "with", "in", "new", "coloured", "colored", "picture", "disc", "album", "numbered", "box", "set", "th", "st",
    "nd", "rd", "year", "single", "maxi", "inch", "audiophile", "pressing", "pressed",
];

/// The name of an edition has at least one of these: "(New Remastered Version)" does, while "(The New Version)" may
/// belong to the name of the album.
#[rustfmt::skip]
const DECISIVE_WORDS: &[&str] = &[
    "remaster", "remastered", "remasters", "deluxe", "edition", "expanded", "anniversary", "reissue", "repress",
    "mono", "stereo", "bonus", "lp", "2lp", "3lp", "cd", "2cd", "180g", "vinyl", "mastered", "limited", "picture",
    "mix", "single", "maxi", "inch", "ep", "box",
];

/// They are in the names of editions that have nothing else in common.
const GENERIC_WORDS: &[&str] = &["edition", "version", "the", "and", "of", "with", "in", "album", "set", "vinyl"];

/// A title, split into the name of the album and that of its edition.
pub struct Edition {
    pub name: String,
    /// The words of the edition that distinguish it, normalised: "remastered", "30th", "mono".
    pub words: Vec<String>,
    /// Whether the edition is a single: `(7")`, `[Maxi-Single]`.
    pub is_single: bool,
}

impl Edition {
    pub fn split(text: &str) -> Self {
        let mut edition = Self { name: text.trim().to_owned(), words: vec![], is_single: false };
        while let Some((name, part)) = split_last_part(&edition.name) {
            let is_disc = is_size_of_disc(part);
            if name.trim().is_empty() || !is_disc && !is_edition(part) {
                break;
            }
            let words = normalize(part);
            edition.is_single |= is_disc || words.split(' ').any(|word| matches!(word, "single" | "maxi" | "inch"));
            edition.words.extend(words.split(' ').filter(|word| !GENERIC_WORDS.contains(word)).map(str::to_owned));
            edition.name = name.trim_end_matches([' ', '-', '–', ',', ':']).to_owned();
        }
        edition
    }
}

/// Removes the parts at the end of a title that name the edition.
pub fn remove_edition(text: &str) -> String {
    Edition::split(text).name
}

/// `7"` or `12" Single`: with the sign for inches, so that a number alone stays part of the name.
fn is_size_of_disc(part: &str) -> bool {
    let size = part.split(['"', '”', '″']).next().unwrap_or_default();
    size.len() < part.len() && matches!(size.trim(), "7" | "10" | "12")
}

/// Splits off the part in brackets, or after a dash, at the end.
fn split_last_part(text: &str) -> Option<(&str, &str)> {
    for (open, close) in [('(', ')'), ('[', ']')] {
        if let Some((name, part)) = text.strip_suffix(close).and_then(|inner| inner.rsplit_once(open)) {
            return Some((name, part));
        }
    }
    text.rsplit_once(" - ").or_else(|| text.rsplit_once(" – "))
}

fn is_edition(part: &str) -> bool {
    let part = normalize(part);
    let mut words = part.split(' ');
    words.clone().all(|word| EDITION_WORDS.contains(&word) || is_number(word))
        && words.any(|word| DECISIVE_WORDS.contains(&word))
}

/// Whether the word is a number or an ordinal: "2009", "30th".
fn is_number(word: &str) -> bool {
    word.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse::<u32>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_without_a_decisive_word_belongs_to_the_name() {
        assert_eq!(remove_edition("Anthem (The New Version)"), "Anthem (The New Version)");
        assert_eq!(remove_edition("Anthem (New Remastered Version)"), "Anthem");
    }

    #[test]
    fn the_size_of_a_disc_makes_a_single() {
        let edition = Edition::split("Blue Monday (12\")");
        assert!(edition.name == "Blue Monday" && edition.is_single);
        assert_eq!(Edition::split("Songs (12)").name, "Songs (12)");
        assert!(!Edition::split("Nevermind (30th Anniversary Edition)").is_single);
    }

    #[test]
    fn a_title_that_is_only_an_edition_is_kept() {
        assert_eq!(remove_edition("[Deluxe Edition]"), "[Deluxe Edition]");
    }
}
