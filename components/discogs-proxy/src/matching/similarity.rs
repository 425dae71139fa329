//! How similar the names of a candidate are to the names that a user typed, 0 to 1.
//!
//! The numbers put the rules in order; their exact values were chosen so that the cases of `cases.json` pass. A match
//! needs 0.8 (`MIN_SIMILARITY`) as the product of artist and title, so at most one of the two may be in doubt.

use names::{Artist, Title, are_same_words, compare_names, is_self_titled, normalize};

use super::{pressing, wanted::WantedAlbum};
use crate::candidate::Candidate;

/// The names that the user typed.
pub struct NameSimilarity {
    artist: Artist,
    pub title: Title,
}

/// The names of a candidate.
pub struct FoundNames {
    pub similarity: f64,
    /// Normalised.
    pub artist: String,
    /// Whether Discogs numbers the artist ("Nirvana (2)"), but the user typed no number.
    pub is_numbered: bool,
}

impl NameSimilarity {
    pub fn new(wanted: &WantedAlbum) -> Self {
        let title = if is_self_titled(&wanted.album) { &wanted.artist } else { &wanted.album };
        Self { artist: Artist::parse(&wanted.artist), title: Title::parse(title) }
    }

    /// Compares with a candidate's `Artist - Album`. Both names may contain a dash, so each dash is tried as the
    /// separator, and the best result counts.
    pub fn of(&self, candidate: &Candidate) -> FoundNames {
        let mut best = FoundNames { similarity: 0.0, artist: String::new(), is_numbered: false };
        for (position, dash) in candidate.title.match_indices(" - ") {
            let artist = candidate.title.get(..position).unwrap_or_default();
            let title = candidate.title.get(position + dash.len()..).unwrap_or_default();
            let found = self.of_names(artist, title, candidate);
            if found.similarity > best.similarity {
                best = found;
            }
        }
        best
    }

    fn of_names(&self, artist: &str, title: &str, candidate: &Candidate) -> FoundNames {
        let mut genres = candidate.genre.iter().flat_map(|genres| genres.split(", "));
        let is_classical = genres.any(|genre| genre == "Classical");
        let mut best = FoundNames { similarity: 0.0, artist: normalize(artist), is_numbered: false };
        // Discogs writes a name in two languages as "Кино = Kino".
        for artist in parallel_names(artist) {
            let artist = Artist::parse(artist);
            for title in parallel_names(title) {
                let similarity = self.compare(&artist, &Title::parse(title), is_classical);
                if similarity > best.similarity {
                    let is_numbered = artist.number.is_some() && self.artist.number.is_none();
                    best = FoundNames { similarity, is_numbered, ..best };
                }
            }
        }
        best.similarity = best.similarity.max(self.of_sides(artist, title, candidate));
        best
    }

    /// A split record has a title for each artist, and a single one for each side: each of them may be what was typed.
    fn of_sides(&self, artist: &str, title: &str, candidate: &Candidate) -> f64 {
        let (artists, titles): (Vec<_>, Vec<_>) = (artist.split(" / ").collect(), title.split(" / ").collect());
        let side = |artist: &str, title: &str| self.compare(&Artist::parse(artist), &Title::parse(title), false);
        let sides = if titles.len() > 1 && titles.len() == artists.len() {
            artists.iter().zip(&titles).map(|(artist, title)| side(artist, title)).fold(0.0, f64::max)
        } else if titles.len() > 1 && pressing::is_single(candidate) {
            titles.iter().map(|title| side(artist, title)).fold(0.0, f64::max)
        } else {
            0.0
        };
        sides * 0.9
    }

    fn compare(&self, artist: &Artist, title: &Title, is_classical: bool) -> f64 {
        if self.artist.is_soundtrack && !artist.is_various() && title.is_soundtrack {
            return 0.9 * compare_titles(&self.title, &self.artist, title, artist, is_classical);
        }
        let artists = compare_artists(&self.artist, artist, is_classical);
        artists * compare_titles(&self.title, &self.artist, title, artist, is_classical)
    }
}

/// The whole text, and the names that it has in several languages.
fn parallel_names(text: &str) -> impl Iterator<Item = &str> {
    let names = text.split(" = ").map(str::trim).filter(move |name| name.len() < text.trim().len());
    std::iter::once(text).chain(names)
}

/// 1. Equal names, with equal numbers if one was typed. Without a number, the numbered artist is possible.
/// 2. The same names in another order; a band, for its leader; one of several artists who made the record together.
/// 3. In classical music, composer and performers are equally important, and composers are called by their surnames.
/// 4. Otherwise, names that are alike.
fn compare_artists(wanted: &Artist, found: &Artist, is_classical: bool) -> f64 {
    if wanted.is_various() != found.is_various() {
        return 0.4;
    }
    if wanted.name == found.name {
        return if wanted.number.is_some() && wanted.number != found.number { 0.5 } else { 1.0 };
    }
    if are_same_words(&wanted.name, &found.name) {
        return 0.95;
    }
    let is_one_of = |name: &str, artist: &Artist| {
        artist.names().any(|other| have_same_surname(other, name) || compare_names(other, name) >= 0.8)
    };
    let parts = if wanted.parts.is_empty() { std::slice::from_ref(&wanted.name) } else { &wanted.parts };
    if is_classical && parts.iter().all(|part| is_one_of(part, found)) {
        return 0.93;
    }
    // "Neil Young" also made records as "Neil Young & Crazy Horse".
    let is_first = |parts: &[String], name: &str| parts.first().is_some_and(|first| first == name);
    if is_first(&found.parts, &wanted.name) || is_first(&wanted.parts, &found.name) || wanted.leader() == found.leader()
    {
        return 0.9;
    }
    if found.parts.contains(&wanted.name) || wanted.parts.contains(&found.name) {
        return 0.83;
    }
    compare_names(&wanted.name, &found.name)
}

/// Whether one of the names is the surname of the other: "Beethoven" of "Ludwig van Beethoven".
fn have_same_surname(a: &str, b: &str) -> bool {
    let is_surname = |short: &str, long: &str| long.strip_suffix(short).is_some_and(|rest| rest.ends_with(' '));
    is_surname(a, b) || is_surname(b, a)
}

/// 1. Equal names; without what a bracket or a colon adds, without the artist's name, or without the kind of record.
/// 2. Otherwise, names that are alike. Numbers of volumes must be equal.
/// 3. A concert, a second part or a remix is another album.
fn compare_titles(
    wanted: &Title,
    wanted_artist: &Artist,
    found: &Title,
    found_artist: &Artist,
    is_classical: bool,
) -> f64 {
    let is_untitled = |title: &Title, artist: &Artist| title.name == "untitled" || title.name == artist.name;
    let has_same_volume = volumes(wanted).eq(volumes(found));
    let similarity = if wanted.name == found.name {
        1.0
    } else if is_untitled(wanted, wanted_artist) && is_untitled(found, found_artist) {
        // Discogs has records as "Untitled" that people call by the artist's name.
        0.85
    } else if wanted.core == found.core {
        0.95
    } else if has_same_volume && (wanted.name == found.short || wanted.short == found.name) {
        0.93
    } else if without_artist(&found.name, found_artist, is_classical) == Some(&wanted.name)
        || without_artist(&wanted.name, wanted_artist, is_classical) == Some(&found.name)
        || without_artist(&wanted.name, found_artist, is_classical) == Some(&found.name)
        || without_band(&found.name, found_artist) == Some(&wanted.name)
    {
        // "Ramones Leave Home" is "Leave Home", and "Beethoven: Symphony No. 5" is "Symphony No. 5".
        0.92
    } else {
        let max = if wanted.numbers == found.numbers { 1.0 } else { 0.5 };
        compare_names(&wanted.name, &found.name).min(max)
    };
    if wanted.marks == found.marks { similarity } else { similarity * 0.6 }
}

/// The numbers of a title but for years, which many notations leave out.
fn volumes(title: &Title) -> impl Iterator<Item = &u32> {
    title.numbers.iter().filter(|number| !(1900..2100).contains(*number))
}

/// Returns the rest of a title that begins with the artist's name; in classical music, with the name or surname of a
/// composer or performer.
fn without_artist<'a>(title: &'a str, artist: &Artist, is_classical: bool) -> Option<&'a str> {
    let strip = |name: &str| title.strip_prefix(name)?.strip_prefix(' ');
    let strip_one = |name: &str| strip(name).or_else(|| strip(name.rsplit(' ').next().unwrap_or(name)));
    let of_one = || artist.names().find_map(strip_one).filter(|_| is_classical);
    strip(&artist.name).or_else(of_one)
}

/// Returns "workin" of "Workin' With The Miles Davis Quintet".
fn without_band<'a>(title: &'a str, artist: &Artist) -> Option<&'a str> {
    let rest = title.strip_suffix(artist.name.as_str())?;
    rest.strip_suffix(" with the ").or_else(|| rest.strip_suffix(" with "))
}
