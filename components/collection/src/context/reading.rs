//! What a question asks for, as far as a database can tell: plain English, by its words.

use super::vocabulary::{Left, Vocabulary, parts};
use super::words::words;
use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    Count,
    List,
    Owned,
    /// By the year of release.
    Newest,
    Oldest,
    /// By when the collector added them.
    Added,
    /// By what the collector paid.
    Valuable,
    Spent,
    Rated,
    Pick,
    Breakdown,
    #[default]
    Other,
}

/// What groups are made by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    Genre,
    Decade,
    Label,
    Artist,
    Format,
    Country,
    Rating,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct Reading {
    pub intent: Intent,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<By>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub genres: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub artists: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub formats: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub years: Option<(i64, i64)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<(i64, i64)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unrated: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub played: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// Albums without any of the words do not fit; all of them must be in one that is asked for by its name.
    #[serde(skip)]
    pub strict: bool,
}

impl Reading {
    pub fn of(question: &str, known: &Vocabulary) -> Self {
        let said = words(question);
        let text = said.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        let text = format!(" {text} ");
        let (intent, by) = intent(&text);
        let mut reading = Self { intent, by, ..Self::default() };
        let mut left = Left::new(said);
        // Titles are made of all kinds of words: of a question for one, only the artist is recognised.
        if intent == Intent::Owned {
            reading.artists = left.take(known.artists.iter().map(String::as_str));
        } else {
            reading.years = years(&mut left, &text);
            (reading.unrated, reading.rating) = ratings(&text);
            reading.played = played(&text);
            reading.artists = left.take(known.artists.iter().map(String::as_str));
            reading.labels = left.take(known.labels.iter().map(String::as_str));
            reading.genres = left.take(parts(&known.genres));
            reading.formats = left.take(parts(&known.formats));
            reading.countries = left.take(known.countries.iter().map(String::as_str));
        }
        reading.words = left.telling();
        if reading.rating.is_some() {
            reading.words.retain(|word| number(word).is_none());
        }
        reading.strict = !matches!(intent, Intent::Pick | Intent::Other);
        reading
    }

    /// The same with any of the words.
    pub fn loosely(&self) -> Self {
        let mut loose = self.clone();
        loose.intent = Intent::List;
        loose.strict = !loose.words.is_empty() && loose.artists.is_empty();
        loose
    }
}

const OWNED: &[&str] = &[
    " do i own ",
    " do i already own ",
    " do i have this ",
    " do i already have ",
    " have i got ",
    " have i already ",
    " did i buy ",
    " own already ",
    " have already ",
    " already have ",
];
const PICK: &[&str] = &[
    " pick ",
    " recommend ",
    " suggest ",
    " choose ",
    " random ",
    " surprise ",
    " should i play ",
    " should i listen ",
    " to play ",
    " to listen to ",
    " put on ",
    " should i hear ",
];
const SPENT: &[&str] =
    &[" spent ", " spend ", " have i paid ", " did i pay ", " total cost ", " collection cost ", " in total "];
const VALUABLE: &[&str] = &[
    " valuable ",
    " most expensive ",
    " priciest ",
    " worth most ",
    " worth the most ",
    " paid most ",
    " paid the most ",
];
const ADDED: &[&str] = &[
    " latest added ",
    " last added ",
    " recently added ",
    " added last ",
    " latest additions ",
    " last bought ",
    " recently bought ",
    " bought last ",
    " added recently ",
    " bought recently ",
    " new in ",
    " most recent additions ",
    " last purchase ",
];
const OLDEST: &[&str] = &[" oldest ", " earliest ", " first released "];
const NEWEST: &[&str] = &[" newest ", " most recent ", " latest ", " youngest "];
const RATED: &[&str] =
    &[" best ", " highest rated ", " favourite ", " favourites ", " favorite ", " favorites ", " top rated "];
const COUNT: &[&str] = &[" how many ", " number of ", " count "];
const LIST: &[&str] =
    &[" which ", " list ", " show ", " what are ", " what do i have ", " do i have ", " have i ", " what of "];

fn intent(text: &str) -> (Intent, Option<By>) {
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| text.contains(phrase));
    let by = by(text);
    let intent = if says(OWNED) {
        // "Do I own any jazz?" asks for a list, not for a title.
        match says(&[" own any ", " own some ", " already have any ", " own more "]) {
            true => Intent::List,
            false => Intent::Owned,
        }
    } else if by.is_some() {
        Intent::Breakdown
    } else if says(COUNT) {
        Intent::Count
    } else if says(PICK) {
        Intent::Pick
    } else if says(SPENT) {
        Intent::Spent
    } else if says(VALUABLE) {
        Intent::Valuable
    } else if says(ADDED) {
        Intent::Added
    } else if says(OLDEST) {
        Intent::Oldest
    } else if says(NEWEST) {
        Intent::Newest
    } else if says(RATED) {
        Intent::Rated
    } else if says(LIST) {
        Intent::List
    } else {
        Intent::Other
    };
    (intent, by)
}

/// "by genre", "per label", "which genres", "top artists", "most common format".
fn by(text: &str) -> Option<By> {
    const NAMES: &[(By, &str, &str)] = &[
        (By::Genre, "genre", "genres"),
        (By::Decade, "decade", "decades"),
        (By::Label, "label", "labels"),
        (By::Artist, "artist", "artists"),
        (By::Format, "format", "formats"),
        (By::Country, "country", "countries"),
        (By::Rating, "rating", "ratings"),
    ];
    let asks = |one: &str, many: &str| {
        let before =
            ["by", "per", "each", "every", "most common", "most frequent", "top", "which", "what", "favourite"];
        before.iter().any(|before| text.contains(&format!(" {before} {one} ")))
            || ["which", "what", "top", "many", "by", "different"]
                .iter()
                .any(|b| text.contains(&format!(" {b} {many} ")))
    };
    NAMES.iter().find(|(_, one, many)| asks(one, many)).map(|(by, ..)| *by)
}

/// The numbers that are written as words, in decades and ratings.
const DECADES: &[(&str, i64)] = &[
    ("twenties", 1920),
    ("thirties", 1930),
    ("forties", 1940),
    ("fifties", 1950),
    ("sixties", 1960),
    ("seventies", 1970),
    ("eighties", 1980),
    ("nineties", 1990),
    ("noughties", 2000),
];

/// A decade ("1960s", "60s", "sixties"), a year, or two of them.
fn years(left: &mut Left, text: &str) -> Option<(i64, i64)> {
    let mut spans = Vec::new();
    while let Some(word) = left.take_word(|word| span(word).is_some()) {
        spans.extend(span(&word));
        if spans.len() == 2 {
            break;
        }
    }
    let (first, last) = (spans.iter().map(|span| span.0).min()?, spans.iter().map(|span| span.1).max()?);
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| text.contains(phrase));
    Some(match spans.len() {
        1 if says(&[" before ", " older than ", " until "]) => (0, first - i64::from(!says(&[" until "]))),
        1 if says(&[" after ", " newer than "]) => (last + 1, 9_999),
        1 if says(&[" since "]) => (first, 9_999),
        _ => (first, last),
    })
}

fn span(word: &str) -> Option<(i64, i64)> {
    if let Some((_, first)) = DECADES.iter().find(|(name, _)| *name == word) {
        return Some((*first, first + 9));
    }
    let digits = word.strip_suffix('s').unwrap_or(word);
    let number: i64 = digits.parse().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit()))?;
    let decade = digits.len() < word.len() && number % 10 == 0;
    match (digits.len(), number) {
        (4, 1860..=2100) if decade => Some((number, number + 9)),
        (4, 1860..=2100) if digits.len() == word.len() => Some((number, number)),
        (2, 20..) if decade => Some((1900 + number, 1909 + number)),
        (2, 0..=10) if decade => Some((2000 + number, 2009 + number)),
        _ => None,
    }
}

/// Whether only albums without a rating are meant, or those with one from … to ….
fn ratings(text: &str) -> (Option<bool>, Option<(i64, i64)>) {
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| text.contains(phrase));
    let without = [
        " unrated ",
        " not rated ",
        " without a rating ",
        " without rating ",
        " havent rated ",
        " not yet rated ",
        " no rating ",
    ];
    if says(&without) || (says(&[" have i not ", " never ", " i have not "]) && says(&[" rated "])) {
        return (Some(true), None);
    }
    let words: Vec<&str> = text.split(' ').collect();
    let stars = words.windows(2).find_map(|pair| match pair {
        [count, "star" | "stars"] => number(count),
        ["rated" | "rating", count] => number(count),
        _ => None,
    });
    let Some(stars) = stars else { return (None, None) };
    let span = if says(&[" at least ", " or more ", " or better "]) {
        (stars, 5)
    } else if says(&[" more than ", " above ", " over ", " better than "]) {
        (stars + 1, 5)
    } else if says(&[" at most ", " or less ", " or worse "]) {
        (1, stars)
    } else if says(&[" less than ", " below ", " under ", " worse than "]) {
        (1, stars - 1)
    } else {
        (stars, stars)
    };
    (None, Some(span))
}

fn number(word: &str) -> Option<i64> {
    let names = ["one", "two", "three", "four", "five"];
    let named = names.iter().position(|name| *name == word).and_then(|index| i64::try_from(index + 1).ok());
    named.or_else(|| word.parse().ok().filter(|number| (1..=5).contains(number)))
}

fn played(text: &str) -> Option<bool> {
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| text.contains(phrase));
    let un = [
        " unplayed ",
        " never played ",
        " not played ",
        " havent played ",
        " have not played ",
        " not listened ",
        " never listened ",
        " havent listened ",
        " have not listened ",
        " not yet played ",
    ];
    if says(&un) || (says(&[" have i not ", " have i never "]) && says(&[" played ", " listened "])) {
        Some(false)
    } else {
        says(&[" i have played ", " ive played ", " have i played ", " already played "]).then_some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Vocabulary {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Vocabulary {
            artists: list(&["Miles Davis", "Nina Simone", "Can"]),
            labels: list(&["Blue Note", "Impulse!"]),
            genres: list(&["Jazz, Blues", "Rock", "Krautrock"]),
            formats: list(&["LP, Album", "CD"]),
            countries: list(&["Japan"]),
        }
    }

    fn read(question: &str) -> Reading {
        Reading::of(question, &known())
    }

    #[test]
    fn the_questions_of_collectors_are_understood() {
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
    fn filters_are_found_among_the_collections_own_names() {
        let reading = read("Which of my jazz records from the sixties have I not rated?");
        assert_eq!(
            (reading.genres, reading.years, reading.unrated),
            (vec!["Jazz".to_owned()], Some((1960, 1969)), Some(true))
        );
        assert!(reading.words.is_empty(), "{:?}", reading.words);
        let reading = read("list Blue Note LPs by Miles Davis from Japan with 4 stars or more");
        assert_eq!((reading.labels, reading.artists), (vec!["Blue Note".to_owned()], vec!["Miles Davis".to_owned()]));
        assert_eq!((reading.formats, reading.countries), (vec!["LP".to_owned()], vec!["Japan".to_owned()]));
        assert_eq!((reading.rating, reading.words), (Some((4, 5)), vec![]));
        assert_eq!(read("which have I never played").played, Some(false));
    }

    #[test]
    fn years_are_decades_spans_or_sides() {
        for (question, years) in [
            ("from the 60s", (1960, 1969)),
            ("from the 1970's", (1970, 1979)),
            ("from 1971", (1971, 1971)),
            ("between 1968 and 1972", (1968, 1972)),
            ("before 1960", (0, 1959)),
            ("since 2000", (2000, 9999)),
            ("after the nineties", (2000, 9999)),
            ("of the 00s", (2000, 2009)),
        ] {
            assert_eq!(read(question).years, Some(years), "{question}");
        }
        assert_eq!(read("with 180 grams").years, None);
    }

    #[test]
    fn a_title_is_left_in_words() {
        let reading = read("Do I own Kind of Blue by Miles Davis?");
        assert_eq!(
            (reading.artists, reading.words),
            (vec!["Miles Davis".to_owned()], vec!["kind".to_owned(), "blue".to_owned()])
        );
        assert!(reading.genres.is_empty());
    }
}
