//! Parts of sentences.

use crate::{
    context::{Album, Context, Spending},
    contract::assistant::{Intent, Range, Reading},
};

/// The length of a long list and of a short one.
pub const LONG: usize = 20;
pub const SHORT: usize = 5;

/// What the question is about: "unrated Jazz albums by Miles Davis from the 1960s".
pub fn subject(context: &Context) -> String {
    let reading = &context.reading;
    let mut before_noun = Vec::new();
    if reading.unrated == Some(true) {
        before_noun.push("unrated".to_owned());
    }
    match reading.played {
        Some(true) => before_noun.push("played".to_owned()),
        Some(false) => before_noun.push("unplayed".to_owned()),
        None => {}
    }
    before_noun.extend(alternatives(&reading.genres));
    before_noun.extend(alternatives(&reading.formats));
    let noun = if context.found.matches == 1 && is_about_all_matches(reading) { "album" } else { "albums" };
    let mut text = before_noun.into_iter().chain([noun.to_owned()]).collect::<Vec<_>>().join(" ");
    for (preposition, names) in [("by", &reading.artists), ("on", &reading.labels), ("from", &reading.countries)] {
        if let Some(names) = alternatives(names) {
            text.push_str(&format!(" {preposition} {names}"));
        }
    }
    if let Some(years) = reading.years {
        text.push_str(&format!(" {}", period(years)));
    }
    match reading.rating {
        Some(Range { first, last }) if first == last => text.push_str(&format!(" rated {first}")),
        Some(Range { first, last }) => text.push_str(&format!(" rated {first} to {last}")),
        None => {}
    }
    // For other intents the words are a title or a wish, which not every match contains.
    if !reading.words.is_empty() && is_about_all_matches(reading) {
        text.push_str(&format!(" with “{}”", reading.words.join(" ")));
    }
    text
}

pub fn none(context: &Context) -> String {
    format!("You have no {}.", subject(context))
}

/// Whether the answer states the number of matches, so that the noun is singular if there is one.
fn is_about_all_matches(reading: &Reading) -> bool {
    matches!(reading.intent, Intent::Count | Intent::List)
}

fn alternatives(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| names.join(" or "))
}

/// The collection marks an open end with a year up to 0, or from 9999.
fn period(Range { first, last }: Range) -> String {
    match (first, last) {
        (..=0, last) => format!("until {last}"),
        (first, 9_999..) => format!("since {first}"),
        (first, last) if first == last => format!("from {first}"),
        (first, last) if first % 10 == 0 && last == first + 9 => format!("from the {first}s"),
        (first, last) => format!("from {first} to {last}"),
    }
}

/// "Miles Davis – Kind of Blue (1959)".
pub fn name(album: &Album) -> String {
    let year = album.year.map(|year| format!(" ({year})")).unwrap_or_default();
    format!("{} – {}{year}", album.artist, album.album)
}

/// The first albums, one on each line.
pub fn bullet_list<'a>(albums: impl IntoIterator<Item = &'a Album>, max: usize) -> String {
    join_lines(albums.into_iter().take(max).map(|album| {
        let details = [album.label.as_deref(), album.format.as_deref()].into_iter().flatten();
        let details: String = details.map(|detail| format!(", {detail}")).collect();
        let copies = album.quantity.map(|copies| format!(", {copies} copies")).unwrap_or_default();
        format!("- {}{details}{copies}", name(album))
    }))
}

pub fn join_lines(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}

pub fn amount(amount: f64, currency: Option<&str>) -> String {
    match currency {
        Some(currency) => format!("{currency} {amount:.2}"),
        None => format!("{amount:.2}"),
    }
}

pub fn amounts(spent: &[Spending]) -> String {
    let amounts: Vec<_> = spent.iter().map(|spending| amount(spending.total, spending.currency.as_deref())).collect();
    amounts.join(" and ")
}

/// Whether the text of an album contains a word, which is in lower case.
pub fn mentions(album: &Album, word: &str) -> bool {
    let texts =
        [Some(&album.artist), Some(&album.album), album.genre.as_ref(), album.style.as_ref(), album.notes.as_ref()];
    let texts = texts.into_iter().flatten().chain(&album.tags);
    texts.into_iter().any(|text| text.to_lowercase().contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_named_as_people_name_it() {
        let period = |first, last| period(Range { first, last });
        assert_eq!(period(1960, 1969), "from the 1960s");
        assert_eq!(period(1959, 1959), "from 1959");
        assert_eq!(period(1959, 1963), "from 1959 to 1963");
        assert_eq!(period(0, 1969), "until 1969");
        assert_eq!(period(1970, 9_999), "since 1970");
    }
}
