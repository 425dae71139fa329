//! The title of an album.

use super::{
    artist::display_artist,
    edition::remove_edition,
    normalize::{normalize, normalize_without_article},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// Normalised, without the edition.
    pub name: String,
    /// The name without the part that begins with a bracket or a colon.
    pub short: String,
    /// Numbers of volumes and parts, and years. Titles whose numbers differ are different albums, however similar the
    /// rest is.
    pub numbers: Vec<u32>,
    /// Whether it is a concert recording: another album than the studio recording.
    pub is_live: bool,
}

impl Title {
    pub fn parse(text: &str) -> Self {
        let without_edition = remove_edition(text);
        let name = normalize_without_article(&without_edition);
        let short = match without_edition.find(['(', '[', ':']) {
            Some(end) if end > 0 => normalize_without_article(without_edition.get(..end).unwrap_or_default()),
            _ => name.clone(),
        };
        let is_live = name.split(' ').any(|word| matches!(word, "live" | "unplugged"));
        Self { numbers: find_numbers(&name), is_live, name, short }
    }
}

/// Whether the title says that the album is named after its artist.
pub fn is_self_titled(album: &str) -> bool {
    matches!(normalize(album).as_str(), "s t" | "st" | "self titled" | "selftitled")
}

/// Returns the album's title as Discogs is asked for it.
pub fn album_to_search(album: &str, artist: &str) -> String {
    if is_self_titled(album) { display_artist(artist) } else { remove_edition(album) }
}

/// Returns the numbers in a name, in any form: digits, Roman numerals or words.
fn find_numbers(name: &str) -> Vec<u32> {
    let words: Vec<&str> = name.split(' ').collect();
    let numbers = words.iter().enumerate().filter_map(|(index, word)| match *word {
        // Only at the end is a single letter a numeral: "Volume I", but "I Put A Spell On You".
        "i" | "v" | "x" if index == 0 || index + 1 < words.len() => None,
        word => parse_number(word),
    });
    numbers.collect()
}

fn parse_number(word: &str) -> Option<u32> {
    const ROMAN: [&str; 20] = [
        "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii",
        "xviii", "xix", "xx",
    ];
    const WORDS: [&str; 10] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    let position =
        |list: &[&str]| list.iter().zip(1..).find(|(numeral, _)| **numeral == word).map(|(_, number)| number);
    word.parse().ok().or_else(|| position(&ROMAN)).or_else(|| position(&WORDS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edition_is_not_part_of_the_name() {
        for (text, name) in [
            ("Abbey Road (2019 Mix) [Deluxe Edition]", "abbey road"),
            ("Abbey Road (Remastered)", "abbey road"),
            ("Abbey Road - Remastered 2009", "abbey road"),
            ("Kid A (180g Vinyl) [Reissue]", "kid a"),
            ("Nevermind (30th Anniversary Edition)", "nevermind"),
            ("Live At Leeds (Deluxe Edition)", "live at leeds"),
            ("(Pronounced 'Lĕh-'nérd 'Skin-'nérd)", "pronounced leh nerd skin nerd"),
            ("Taxi Driver (Original Soundtrack Recording)", "taxi driver original soundtrack recording"),
        ] {
            assert_eq!(Title::parse(text).name, name, "{text}");
        }
    }

    #[test]
    fn numbers_are_found_in_every_form() {
        for (text, expected) in [
            ("Led Zeppelin III", vec![3]),
            ("Greatest Hits Vol. 2", vec![2]),
            ("Chapter Two", vec![2]),
            ("I Put A Spell On You", vec![]),
            ("Volume I", vec![1]),
            ("1999", vec![1999]),
        ] {
            assert_eq!(Title::parse(text).numbers, expected, "{text}");
        }
    }
}
