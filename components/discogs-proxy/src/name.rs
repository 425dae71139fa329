//! Names of artists and albums as one compares them: without case, accents, punctuation, and what databases add to them.

use unicode_normalization::UnicodeNormalization as _;

/// Words that only say which edition it is. A part of a title that has nothing else is no part of the name.
const EDITION: &[&str] = &[
    "remaster",
    "remastered",
    "remasters",
    "deluxe",
    "edition",
    "expanded",
    "anniversary",
    "reissue",
    "repress",
    "mono",
    "stereo",
    "mix",
    "bonus",
    "tracks",
    "track",
    "special",
    "limited",
    "collectors",
    "vinyl",
    "lp",
    "2lp",
    "3lp",
    "cd",
    "2cd",
    "ep",
    "180g",
    "180",
    "gram",
    "gatefold",
    "version",
    "digital",
    "half",
    "speed",
    "master",
    "mastered",
    "original",
    "recording",
    "super",
    "legacy",
    "us",
    "uk",
    "japan",
    "import",
    "the",
    "and",
    "of",
    "with",
    "in",
    "new",
    "coloured",
    "colored",
    "picture",
    "disc",
    "album",
    "numbered",
    "box",
    "set",
    "th",
    "st",
    "nd",
    "rd",
    "year",
];
/// One of these must be among them: "(The New Version)" may be a name, "(New Remastered Version)" is none.
const TELLING: &[&str] = &[
    "remaster",
    "remastered",
    "remasters",
    "deluxe",
    "edition",
    "expanded",
    "anniversary",
    "reissue",
    "repress",
    "mono",
    "stereo",
    "bonus",
    "lp",
    "2lp",
    "3lp",
    "cd",
    "2cd",
    "180g",
    "vinyl",
    "mastered",
    "limited",
    "picture",
    "mix",
];

/// What a compilation has in place of an artist.
const VARIOUS: &[&str] =
    &["various", "various artists", "va", "v a", "soundtrack", "ost", "original soundtrack", "compilation"];

/// Lower case, no accents, "&" as "and", everything else that is no letter or digit a single space.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfkd().flat_map(char::to_lowercase) {
        match c {
            // Accents, after NFKD has parted them from their letters; and apostrophes, which people leave out.
            '\u{300}'..='\u{36f}' | '\'' | '’' | '‘' | '`' | '´' | 'ʼ' => {}
            '&' | '+' => out.push_str(" and "),
            // Letters that are no letter with an accent.
            'ø' => out.push('o'),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ß' => out.push_str("ss"),
            'ð' | 'đ' => out.push('d'),
            'þ' => out.push_str("th"),
            'ł' => out.push('l'),
            'ı' => out.push('i'),
            c if c.is_alphanumeric() => out.push(c),
            _ => out.push(' '),
        }
    }
    let words: Vec<&str> = out.split_whitespace().collect();
    // Names of signs alone ("★", "( )", "!!!") are compared as they stand.
    if words.is_empty() { text.trim().to_lowercase() } else { words.join(" ") }
}

/// An artist's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artist {
    pub name: String,
    /// Discogs' number for those who share a name: 2 in "Nirvana (2)".
    pub number: Option<u32>,
    /// Its members, if it is several: "simon", "garfunkel".
    pub parts: Vec<String>,
}

impl Artist {
    pub fn parse(text: &str) -> Self {
        let (text, number) = numbered(text.trim().trim_end_matches('*').trim());
        let name = without_article(&plain(&turned(text)));
        if VARIOUS.contains(&name.as_str()) {
            return Self { name: "various".to_owned(), number: None, parts: vec![] };
        }
        let parts: Vec<String> = parts(text);
        Self { name, number, parts: if parts.len() > 1 { parts } else { vec![] } }
    }

    pub fn is_various(&self) -> bool {
        self.name == "various"
    }
}

/// An album's title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// Without edition suffixes.
    pub name: String,
    /// Without anything in brackets or after a colon.
    pub short: String,
    /// Volumes, parts, years: titles that differ in them are different albums, however alike they look.
    pub numbers: Vec<u32>,
    /// Recorded on a stage: another album than the one of the studio.
    pub live: bool,
}

impl Title {
    pub fn parse(text: &str) -> Self {
        let bare = without_edition(text);
        let name = without_article(&plain(&bare));
        let short = match bare.find(['(', '[', ':']) {
            Some(at) if at > 0 => without_article(&plain(bare.get(..at).unwrap_or_default())),
            _ => name.clone(),
        };
        let live = name.split(' ').any(|word| matches!(word, "live" | "unplugged"));
        Self { numbers: numbers(&name), live, name, short }
    }
}

/// "Nirvana (2)" is the second of its name.
fn numbered(text: &str) -> (&str, Option<u32>) {
    let found = text.strip_suffix(')').and_then(|rest| rest.rsplit_once(" ("));
    match found.map(|(name, digits)| (name, digits.parse::<u32>())) {
        Some((name, Ok(number))) => (name, Some(number)),
        _ => (text, None),
    }
}

/// "Beatles, The" is "The Beatles".
fn turned(text: &str) -> String {
    match text.rsplit_once(", ") {
        Some((name, article)) if matches!(article.to_lowercase().as_str(), "the" | "die" | "les" | "los") => {
            format!("{article} {name}")
        }
        _ => text.to_owned(),
    }
}

fn without_article(name: &str) -> String {
    name.strip_prefix("the ").unwrap_or(name).to_owned()
}

fn parts(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let mut parts = vec![lower.as_str()];
    for joint in [" & ", " and ", " / ", ", ", " feat. ", " featuring ", " ft. ", " with ", " + ", " vs. ", " vs "] {
        parts = parts.into_iter().flat_map(|part| part.split(joint)).collect();
    }
    parts
        .into_iter()
        .map(|part| without_article(&plain(numbered(part.trim()).0)))
        .filter(|part| !part.is_empty())
        .collect()
}

/// How Discogs is asked for an artist.
pub fn asked_artist(text: &str) -> String {
    if Artist::parse(text).is_various() { "Various".to_owned() } else { display(text) }
}

/// How Discogs is asked for an album.
pub fn asked_album(text: &str, artist: &str) -> String {
    if is_self_titled(text) { display(artist) } else { without_edition(text) }
}

/// "Self-titled" and its like are no name: the artist's is.
pub fn is_self_titled(album: &str) -> bool {
    matches!(plain(album).as_str(), "s t" | "st" | "self titled" | "selftitled")
}

/// An artist's name as people write it: without Discogs' numbers and stars.
pub fn display(artist: &str) -> String {
    numbered(artist.trim().trim_end_matches('*').trim()).0.to_owned()
}

/// Takes off "(2011 Remaster)", "[Deluxe Edition]", " - Remastered 2009" and what else says nothing but the edition.
pub fn without_edition(text: &str) -> String {
    let mut rest = text.trim().to_owned();
    while let Some((name, part)) = last_part(&rest) {
        if name.trim().is_empty() || !is_edition(part) {
            break;
        }
        rest = name.trim_end_matches([' ', '-', '–', ',', ':']).to_owned();
    }
    rest
}

/// What stands in brackets, or after a dash, at the end.
fn last_part(text: &str) -> Option<(&str, &str)> {
    for (open, close) in [('(', ')'), ('[', ']')] {
        if let Some((name, part)) = text.strip_suffix(close).and_then(|inner| inner.rsplit_once(open)) {
            return Some((name, part));
        }
    }
    text.rsplit_once(" - ").or_else(|| text.rsplit_once(" – "))
}

fn is_edition(part: &str) -> bool {
    let part = plain(part);
    let ordinal = |word: &str| word.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse::<u32>().is_ok();
    let known = |word: &str| EDITION.contains(&word) || word.parse::<u32>().is_ok() || ordinal(word);
    part.split(' ').all(known) && part.split(' ').any(|word| TELLING.contains(&word))
}

/// Numbers in a name, however they are written.
fn numbers(name: &str) -> Vec<u32> {
    const ROMAN: [&str; 20] = [
        "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii",
        "xviii", "xix", "xx",
    ];
    const WORDS: [&str; 10] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    let position = |list: &[&str], word: &str| list.iter().zip(1..).find(|(known, _)| **known == word).map(|(_, n)| n);
    let words: Vec<&str> = name.split(' ').collect();
    words
        .iter()
        .enumerate()
        .filter_map(|(index, word)| match *word {
            // At the beginning "I" is a word: "I Put A Spell On You".
            "i" | "v" | "x" if index == 0 || index + 1 < words.len() => None,
            word => word.parse().ok().or_else(|| position(&ROMAN, word)).or_else(|| position(&WORDS, word)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_accents_and_signs() {
        for (text, expected) in [
            ("Ágætis Byrjun", "agaetis byrjun"),
            ("Motörhead", "motorhead"),
            ("Simon & Garfunkel", "simon and garfunkel"),
            ("What's Going On", "whats going on"),
            ("What’s  Going On?", "whats going on"),
            ("Die Mensch·Maschine", "die mensch maschine"),
            ("風街ろまん", "風街ろまん"),
            ("★", "★"),
            ("( )", "( )"),
            ("Łódź", "lodz"),
            ("Ｆｕｌｌ Ｗｉｄｔｈ", "full width"),
        ] {
            assert_eq!(plain(text), expected, "{text}");
        }
    }

    #[test]
    fn an_artist_is_known_under_every_spelling() {
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
        assert_eq!(Artist::parse("Neil Young & Crazy Horse").parts, ["neil young", "crazy horse"]);
    }

    #[test]
    fn an_edition_is_no_part_of_the_name() {
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
    fn volumes_tell_albums_apart() {
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
