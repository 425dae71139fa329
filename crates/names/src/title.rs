//! The title of an album.

use super::{
    artist::display_artist,
    edition::{Edition, remove_edition},
    normalize::{normalize, normalize_without_article},
    words::canonical_word,
};

/// Words that make an album of a similar name another album: a concert, a second part, other takes.
const MARKS: &[&str] = &[
    "acoustic",
    "again",
    "christmas",
    "concert",
    "covers",
    "demos",
    "dub",
    "instrumental",
    "instrumentals",
    "karaoke",
    "live",
    "more",
    "outtakes",
    "rarities",
    "remix",
    "remixed",
    "remixes",
    "revisited",
    "session",
    "sessions",
    "tribute",
    "unplugged",
    "very",
];

/// Words at the end of a title that say what kind of record it is.
const KINDS: &[&str] = &["ep", "lp", "soundtrack", "ost", "score"];
/// Words that may precede "soundtrack".
const SOUNDTRACK: &[&str] = &["original", "motion", "picture", "movie", "film", "the", "sound", "track", "recording"];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// Normalised, without the edition, and with one notation of each number.
    pub name: String,
    /// The name without a subtitle.
    pub short: String,
    /// The name without the words that say what kind of record it is: "drill" of "Drill EP".
    pub core: String,
    /// Numbers of volumes and parts, and years. Titles whose numbers differ are different albums, however similar the
    /// rest is.
    pub numbers: Vec<u32>,
    /// Words that make it another album than one without them, sorted.
    pub marks: Vec<&'static str>,
    /// The words that distinguish the edition.
    pub edition: Vec<String>,
    pub is_single: bool,
    pub is_box: bool,
    pub is_soundtrack: bool,
}

impl Title {
    pub fn parse(text: &str) -> Self {
        let edition = Edition::split(text);
        let name = canonical(&edition.name);
        let short = find_subtitle(&edition.name).and_then(|end| edition.name.get(..end)).map(canonical);
        let words: Vec<&str> = name.split(' ').collect();
        let has = |word: &str| words.contains(&word);
        let is_box = edition.words.iter().any(|word| word == "box") || has("box") && has("set");
        Self {
            numbers: name.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect(),
            marks: MARKS.iter().copied().filter(|mark| has(mark)).map(same_mark).collect(),
            is_soundtrack: has("soundtrack") || has("ost") || has("score") || has("sound") && has("track"),
            core: remove_kind(&name),
            is_single: edition.is_single,
            edition: edition.words,
            is_box,
            short: short.unwrap_or_else(|| name.clone()),
            name,
        }
    }
}

/// Returns where a subtitle begins: at a bracket, a colon or a dash; or at the "or" before a second title ("Arthur Or
/// The Decline And Fall Of The British Empire").
fn find_subtitle(name: &str) -> Option<usize> {
    const MIN_WORDS: usize = 3;
    let sign = name.find(['(', '[', ':']).into_iter().chain(name.find(" - ")).min();
    let lower = name.to_ascii_lowercase();
    let second_title = lower.find(" or ").filter(|start| {
        let rest = lower.get(start + " or ".len()..).unwrap_or_default();
        rest.split_whitespace().count() >= MIN_WORDS
    });
    sign.or(second_title).filter(|end| *end > 0)
}

/// "MTV Unplugged" and "In Concert" are recordings of a concert, as "Live" is.
fn same_mark(mark: &'static str) -> &'static str {
    match mark {
        "unplugged" | "concert" => "live",
        "remixed" | "remix" => "remixes",
        "session" => "sessions",
        "instrumentals" => "instrumental",
        mark => mark,
    }
}

fn canonical(text: &str) -> String {
    let name = normalize_without_article(text);
    let words: Vec<&str> = name.split(' ').collect();
    let last = words.len().saturating_sub(1);
    let canonical = words.iter().enumerate().map(|(index, word)| canonical_word(word, index > 0 && index == last));
    canonical.collect::<Vec<_>>().join(" ")
}

fn remove_kind(name: &str) -> String {
    let Some((rest, kind)) = name.rsplit_once(' ') else { return name.to_owned() };
    let is_sound_track = kind == "track" && rest.ends_with(" sound") || kind == "recording";
    if !KINDS.contains(&kind) && !is_sound_track {
        return name.to_owned();
    }
    let mut rest = rest;
    while let Some((shorter, word)) = rest.rsplit_once(' ') {
        if !SOUNDTRACK.contains(&word) && !KINDS.contains(&word) {
            break;
        }
        rest = shorter;
    }
    rest.to_owned()
}

/// Whether the title says that the album is named after its artist.
pub fn is_self_titled(album: &str) -> bool {
    matches!(normalize(album).as_str(), "s t" | "st" | "self titled" | "selftitled")
}

/// Returns the album's title as Discogs is asked for it.
pub fn album_to_search(album: &str, artist: &str) -> String {
    if is_self_titled(album) { display_artist(artist) } else { remove_edition(album) }
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
    fn a_title_has_one_notation() {
        for (text, name) in [
            ("Greatest Hits Volume Two", "greatest hits vol 2"),
            ("Sinfonie Nr. 5", "symphony no 5"),
            ("Three Feet High And Rising", "3 feet high and rising"),
            ("I Put A Spell On You", "i put a spell on you"),
        ] {
            assert_eq!(Title::parse(text).name, name, "{text}");
        }
    }

    #[test]
    fn the_kind_of_record_is_not_part_of_the_core() {
        for (text, core) in [
            ("Drill EP", "drill"),
            ("Superfly Original Motion Picture Soundtrack", "superfly"),
            ("Taxi Driver (Original Soundtrack Recording)", "taxi driver"),
            ("Score", "score"),
        ] {
            assert_eq!(Title::parse(text).core, core, "{text}");
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
