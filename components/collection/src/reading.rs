//! How a question in English is understood: what it asks for, and which albums it is about.

mod filters;
mod intent;
mod vocabulary;
mod words;

pub use vocabulary::Vocabulary;

use crate::contract::insights::{Intent, Reading};
use filters::{find_played, find_rating, find_years, parse_rating};
use intent::find_intent;
use vocabulary::RemainingWords;
use words::split_words;

/// The words of a question that are read. Each name of the collection is looked for among them, and a collection may
/// have 100,000 names.
const MAX_QUESTION_WORDS: usize = 64;
/// The contract's limit for `reading.words`.
const MAX_WORDS: usize = 12;

/// A question, and how the words that no filter took select albums.
#[derive(Debug, Clone)]
pub struct ParsedQuestion {
    pub reading: Reading,
    /// An album must have one of `reading.words` at least (with the intent `owned`, all of them); else the words only
    /// decide the order.
    pub needs_words: bool,
}

impl ParsedQuestion {
    pub fn parse(question: &str, names: &Vocabulary) -> Self {
        let mut words = split_words(question);
        words.truncate(MAX_QUESTION_WORDS);
        let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        let text = format!(" {text} ");
        let (intent, group_by) = find_intent(&text);
        let mut reading = Reading { intent, group_by, ..empty_reading() };
        let mut remaining = RemainingWords::new(words);
        reading.artists = if intent == Intent::Owned {
            // The rest may be the album's title, which can contain any word, the name of a genre too.
            remaining.take_names(names.artists.iter().map(String::as_str))
        } else {
            reading.years = find_years(&mut remaining, &text);
            (reading.unrated, reading.rating) = find_rating(&text);
            reading.played = find_played(&text);
            let artists = remaining.take_names(names.artists.iter().map(String::as_str));
            reading.labels = remaining.take_names(names.labels.iter().map(String::as_str));
            reading.genres = remaining.take_names(names.genres.iter().map(String::as_str));
            reading.formats = remaining.take_names(names.formats.iter().map(String::as_str));
            reading.countries = remaining.take_names(names.countries.iter().map(String::as_str));
            artists
        };
        reading.words = remaining.into_significant();
        if reading.rating.is_some() {
            reading.words.retain(|word| parse_rating(word).is_none());
        }
        Self { reading, needs_words: !matches!(intent, Intent::Pick | Intent::Other) }
    }

    /// The question for the albums that are most similar to the one that was not found.
    pub fn for_similar(&self) -> Self {
        let reading = Reading { intent: Intent::List, ..self.reading.clone() };
        let needs_words = !reading.words.is_empty() && reading.artists.is_empty();
        Self { reading, needs_words }
    }

    pub fn into_reading(mut self) -> Reading {
        self.reading.words.truncate(MAX_WORDS);
        self.reading
    }
}

fn empty_reading() -> Reading {
    Reading {
        intent: Intent::Other,
        group_by: None,
        genres: Vec::new(),
        artists: Vec::new(),
        labels: Vec::new(),
        formats: Vec::new(),
        countries: Vec::new(),
        years: None,
        rating: None,
        unrated: None,
        played: None,
        words: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::insights::Range;

    fn vocabulary() -> Vocabulary {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Vocabulary {
            artists: list(&["Miles Davis", "Nina Simone", "Can"]),
            labels: list(&["Blue Note", "Impulse!"]),
            genres: list(&["Jazz", "Blues", "Rock", "Krautrock"]),
            formats: list(&["LP", "Album", "CD"]),
            countries: list(&["Japan"]),
        }
    }

    fn read(question: &str) -> Reading {
        ParsedQuestion::parse(question, &vocabulary()).into_reading()
    }

    #[test]
    fn the_intent_of_common_questions_is_found() {
        for (question, intent) in [
            ("How many records do I have?", Intent::Count),
            ("What should I play on a rainy Sunday?", Intent::Pick),
            ("Which of my jazz records from the sixties have I not rated?", Intent::List),
            ("Do I have this already?", Intent::Owned),
            ("Do I own Kind of Blue by Miles Davis?", Intent::Owned),
            ("Do I own any jazz?", Intent::List),
            ("What is my oldest record?", Intent::Oldest),
            ("newest krautrock?", Intent::Newest),
            ("What did I add last? The recently added ones", Intent::Added),
            ("What's my most valuable record?", Intent::Valuable),
            ("How much have I spent on jazz?", Intent::Spent),
            ("Pick one for me", Intent::Pick),
            ("How many albums per decade?", Intent::Breakdown),
            ("Which labels do I have?", Intent::Breakdown),
            ("What are my favourites?", Intent::Rated),
            ("Who played bass on Bitches Brew?", Intent::Other),
        ] {
            assert_eq!(read(question).intent, intent, "{question}");
        }
    }

    #[test]
    fn names_of_the_collection_become_filters() {
        let reading = read("Which of my jazz records from the sixties have I not rated?");
        assert_eq!(
            (reading.genres, reading.years, reading.unrated),
            (vec!["Jazz".to_owned()], Some(Range { first: 1960, last: 1969 }), Some(true))
        );
        assert!(reading.words.is_empty(), "{:?}", reading.words);
        let reading = read("list Blue Note LPs by Miles Davis from Japan with 4 stars or more");
        assert_eq!((reading.labels, reading.artists), (vec!["Blue Note".to_owned()], vec!["Miles Davis".to_owned()]));
        assert_eq!((reading.formats, reading.countries), (vec!["LP".to_owned()], vec!["Japan".to_owned()]));
        assert_eq!((reading.rating, reading.words), (Some(Range { first: 4, last: 5 }), vec![]));
        assert_eq!(read("which have I never played").played, Some(false));
    }

    #[test]
    fn decades_ranges_and_open_ranges_of_years_are_found() {
        for (question, (first, last)) in [
            ("from the 60s", (1960, 1969)),
            ("from the 1970's", (1970, 1979)),
            ("from 1971", (1971, 1971)),
            ("between 1968 and 1972", (1968, 1972)),
            ("before 1960", (0, 1959)),
            ("since 2000", (2000, 9999)),
            ("after the nineties", (2000, 9999)),
            ("of the 00s", (2000, 2009)),
        ] {
            assert_eq!(read(question).years, Some(Range { first, last }), "{question}");
        }
        assert_eq!(read("with 180 grams").years, None);
    }

    #[test]
    fn the_words_at_the_beginning_of_a_long_text_are_read() {
        let text = |filler: usize| format!("which jazz {} rock", "a1 b2 ".repeat(filler));
        assert_eq!(read(&text(30)).genres, ["Jazz", "Rock"]);
        assert_eq!(read(&text(31)).genres, ["Jazz"]);
        let many: String = (0..8_000).map(|n| format!("w{n} ")).collect();
        assert_eq!(ParsedQuestion::parse(&many, &vocabulary()).reading.words.len(), MAX_QUESTION_WORDS);
    }

    #[test]
    fn the_words_of_a_title_remain() {
        let reading = read("Do I own Kind of Blue by Miles Davis?");
        assert_eq!(
            (reading.artists, reading.words),
            (vec!["Miles Davis".to_owned()], vec!["kind".to_owned(), "blue".to_owned()])
        );
        assert!(reading.genres.is_empty());
    }
}
