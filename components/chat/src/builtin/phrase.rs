//! Phrases that answers are made of.

use crate::context::{Album, Context, Reading, Spent};

/// What was asked for: "unrated Jazz albums by Miles Davis from the 1960s".
pub fn things(context: &Context) -> String {
    let reading = &context.reading;
    let mut before = Vec::new();
    if reading.unrated == Some(true) {
        before.push("unrated".to_owned());
    }
    match reading.played {
        Some(true) => before.push("played".to_owned()),
        Some(false) => before.push("unplayed".to_owned()),
        None => {}
    }
    before.extend(either(&reading.genres));
    before.extend(either(&reading.formats));
    let noun = if context.matches == 1 && counts(reading) { "album" } else { "albums" };
    let mut text = before.into_iter().chain([noun.to_owned()]).collect::<Vec<_>>().join(" ");
    for (word, names) in [("by", &reading.artists), ("on", &reading.labels), ("from", &reading.countries)] {
        if let Some(names) = either(names) {
            text.push_str(&format!(" {word} {names}"));
        }
    }
    if let Some(years) = reading.years {
        text.push_str(&format!(" {}", span(years)));
    }
    match reading.rating {
        Some((least, most)) if least == most => text.push_str(&format!(" rated {least}")),
        Some((least, most)) => text.push_str(&format!(" rated {least} to {most}")),
        None => {}
    }
    // Of a pick and of a title, words are only a wish.
    if !reading.words.is_empty() && counts(reading) {
        text.push_str(&format!(" with “{}”", reading.words.join(" ")));
    }
    text
}

/// Whether the question is about all albums that fit, so that their number is that of the noun.
fn counts(reading: &Reading) -> bool {
    use crate::context::Intent;
    matches!(reading.intent, Intent::Count | Intent::List)
}

/// Whether any filter was recognised.
pub fn is_narrow(reading: &Reading) -> bool {
    let names = [&reading.genres, &reading.artists, &reading.labels, &reading.formats, &reading.countries];
    names.iter().any(|names| !names.is_empty())
        || reading.years.is_some()
        || reading.rating.is_some()
        || reading.unrated.is_some()
        || reading.played.is_some()
}

fn either(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| names.join(" or "))
}

fn span((first, last): (i64, i64)) -> String {
    match (first, last) {
        (..=0, last) => format!("until {last}"),
        (first, 9_999..) => format!("since {first}"),
        (first, last) if first == last => format!("from {first}"),
        (first, last) if first % 10 == 0 && last == first + 9 => format!("from the {first}s"),
        (first, last) => format!("from {first} to {last}"),
    }
}

/// "Miles Davis – Kind of Blue (1959)".
pub fn named(album: &Album) -> String {
    let year = album.year.map(|year| format!(" ({year})")).unwrap_or_default();
    format!("{} – {}{year}", album.artist, album.album)
}

/// One album a line.
pub fn lines<'a>(albums: impl IntoIterator<Item = &'a Album>, most: usize) -> String {
    let line = |album: &Album| {
        let details = [album.label.as_deref(), album.format.as_deref()].into_iter().flatten();
        let details: String = details.map(|detail| format!(", {detail}")).collect();
        let copies = album.quantity.map(|copies| format!(", {copies} copies")).unwrap_or_default();
        format!("- {}{details}{copies}", named(album))
    };
    albums.into_iter().take(most).map(line).collect::<Vec<_>>().join("\n")
}

pub fn amount(amount: f64, currency: Option<&str>) -> String {
    match currency {
        Some(currency) => format!("{currency} {amount:.2}"),
        None => format!("{amount:.2}"),
    }
}

pub fn amounts(spent: &[Spent]) -> String {
    let amounts: Vec<_> = spent.iter().map(|spent| amount(spent.total, spent.currency.as_deref())).collect();
    amounts.join(" and ")
}

/// Whether a word stands in what an album tells.
pub fn holds(album: &Album, word: &str) -> bool {
    let texts =
        [Some(&album.artist), Some(&album.album), album.genre.as_ref(), album.style.as_ref(), album.notes.as_ref()];
    let texts = texts.into_iter().flatten().chain(&album.tags);
    texts.into_iter().any(|text| text.to_lowercase().contains(word))
}
