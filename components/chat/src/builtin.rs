//! The assistant that needs no provider: says in sentences what the database found, and says plainly what it cannot.

mod phrase;

use crate::context::{Album, Context, Intent};
use phrase::{amount, amounts, lines, named, things};

/// In a list.
const SHOWN: usize = 20;
const FEW: usize = 5;

const CANNOT: &str = "I am the built-in assistant: I answer from your collection's data alone, and that I cannot answer. Ask me for example: \
how many jazz records do I have? Which albums from the sixties have I not rated? What is my oldest, newest, best rated or most \
valuable record? How much have I spent? How many albums by genre, decade, label or artist? Do I own Kind of Blue by Miles Davis? \
Pick one for me. For other questions a language model can be connected: with a key of your own, or by whoever runs this vault.";

pub fn answer(context: &Context) -> String {
    if context.facts.albums == 0 {
        return "There are no albums in this collection yet, so there is nothing to say about it. Add some, or import a file from Discogs."
            .to_owned();
    }
    let reading = &context.reading;
    if reading.played.is_some() && context.facts.played == 0 {
        return "None of your albums is marked as played (by the tag “played”, or a custom field such as “Last played”), so I cannot tell \
which you have played and which not."
            .to_owned();
    }
    match reading.intent {
        Intent::Count => count(context),
        Intent::List => list(context),
        Intent::Owned => owned(context),
        Intent::Newest => by_year(context, "newest"),
        Intent::Oldest => by_year(context, "oldest"),
        Intent::Added => added(context),
        Intent::Valuable => valuable(context),
        Intent::Spent => spent(context),
        Intent::Rated => rated(context),
        Intent::Pick => pick(context),
        Intent::Breakdown => breakdown(context),
        Intent::Other if phrase::is_narrow(reading) => list(context),
        Intent::Other => CANNOT.to_owned(),
    }
}

fn count(context: &Context) -> String {
    let copies = match context.copies - context.matches {
        0 => String::new(),
        _ => format!(", {} copies in all", context.copies),
    };
    match context.matches {
        0 => format!("You have no {}.", things(context)),
        _ => format!("You have {} {}{copies}.", context.matches, things(context)),
    }
}

fn list(context: &Context) -> String {
    if context.matches == 0 {
        return format!("You have no {}.", things(context));
    }
    let shown = context.albums.len().min(SHOWN);
    let more = match context.matches - i64::try_from(shown).unwrap_or(0) {
        1.. => format!("\n… and {} more.", context.matches - i64::try_from(shown).unwrap_or(0)),
        _ => String::new(),
    };
    format!("You have {} {}:\n{}{more}", context.matches, things(context), lines(&context.albums, SHOWN))
}

fn owned(context: &Context) -> String {
    if context.reading.words.is_empty() && context.reading.artists.is_empty() {
        return "Tell me which: artist and title, as in “Do I own Kind of Blue by Miles Davis?”".to_owned();
    }
    match (context.matches, context.albums.is_empty()) {
        (1.., _) => format!("Yes, you own:\n{}", lines(&context.albums, SHOWN)),
        (_, false) => format!("No, not that I can find. The nearest you own:\n{}", lines(&context.albums, FEW)),
        (_, true) => "No, not that I can find.".to_owned(),
    }
}

fn by_year(context: &Context, which: &str) -> String {
    let dated: Vec<_> = context.albums.iter().filter(|album| album.year.is_some()).collect();
    match dated.split_first() {
        _ if context.matches == 0 => format!("You have no {}.", things(context)),
        None => format!("None of your {} has a year.", things(context)),
        Some((first, rest)) => {
            let then = match rest.first() {
                Some(second) => format!(" Next comes {}.", named(second)),
                None => String::new(),
            };
            format!("By year of release, the {which} of your {} is {}.{then}", things(context), named(first))
        }
    }
}

fn added(context: &Context) -> String {
    match context.matches {
        0 => format!("You have no {}.", things(context)),
        _ => format!("What you added last:\n{}", lines(&context.albums, FEW)),
    }
}

fn valuable(context: &Context) -> String {
    let paid: Vec<_> = context.albums.iter().filter_map(|album| Some((album, album.paid?))).collect();
    let Some((first, price)) = paid.first() else {
        return format!(
            "No purchase price is recorded for your {}; what I know of value is only what you paid.",
            things(context)
        );
    };
    let mut text = format!(
        "By what you paid, the most valuable of your {} is {}: {}.",
        things(context),
        named(first),
        amount(*price, first.currency.as_deref())
    );
    for (album, price) in paid.iter().skip(1).take(2) {
        text.push_str(&format!("\n- then {}: {}", named(album), amount(*price, album.currency.as_deref())));
    }
    if context.spent.len() > 1 {
        text.push_str("\nAmounts of different currencies are compared as numbers: I know no exchange rates.");
    }
    text
}

fn spent(context: &Context) -> String {
    let priced: i64 = context.spent.iter().map(|spent| spent.albums).sum();
    match priced {
        0 => format!("No purchase price is recorded for your {}.", things(context)),
        _ => {
            let without = match context.matches - priced {
                0 => String::new(),
                rest => format!(" For {rest} of them no purchase price is recorded."),
            };
            format!("You spent {} on your {}.{without}", amounts(&context.spent), things(context))
        }
    }
}

fn rated(context: &Context) -> String {
    let rated: Vec<&Album> = context.albums.iter().filter(|album| album.rating.is_some()).collect();
    match rated.first().and_then(|album| album.rating) {
        _ if context.matches == 0 => format!("You have no {}.", things(context)),
        None => format!("You have rated none of your {}.", things(context)),
        Some(best) => {
            let best: Vec<_> = rated.into_iter().filter(|album| album.rating == Some(best)).collect();
            format!("Your best rated {}:\n{}", things(context), lines(best.into_iter(), FEW))
        }
    }
}

fn pick(context: &Context) -> String {
    let Some(album) = context.albums.first() else {
        return format!("You have no {}, so there is nothing to pick from.", things(context));
    };
    let words = &context.reading.words;
    let unheard = match words.iter().any(|word| phrase::holds(album, word)) {
        false if !words.is_empty() => format!(
            " What goes with “{}” I cannot judge; I only know what is recorded, so I picked at random.",
            words.join(" ")
        ),
        _ => String::new(),
    };
    format!("How about {}? {}{unheard}", named(album), reason(album))
}

fn reason(album: &Album) -> String {
    match (album.rating, &album.bought, &album.genre, &album.added) {
        (Some(rating @ 4..), ..) => format!("You rated it {rating} of 5."),
        (None, Some(bought), ..) => format!("You bought it on {bought} and have not rated it yet."),
        (None, None, Some(genre), _) => format!("It is one of your {genre} records, and you have not rated it yet."),
        (_, _, Some(genre), _) => format!("It is one of your {genre} records."),
        (_, _, None, Some(added)) => format!("It has been in your collection since {added}."),
        (_, _, None, None) => "It is yours, and it wants to be heard.".to_owned(),
    }
}

fn breakdown(context: &Context) -> String {
    let by = context.reading.by.as_deref().unwrap_or("genre");
    match context.groups.as_deref().unwrap_or_default() {
        [] => format!("None of your {} has a {by}.", things(context)),
        groups => {
            let lines: Vec<_> = groups.iter().map(|group| format!("- {}: {}", group.name, group.count)).collect();
            let first = if groups.len() < SHOWN { "" } else { ", the first 20" };
            format!("Your {} by {by}{first}:\n{}", things(context), lines.join("\n"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(reading: &str, matches: i64, albums: &str) -> Context {
        serde_json::from_str(&format!(
            r#"{{"facts":{{"albums":9,"played":0}},"reading":{reading},"matches":{matches},"copies":{matches},"spent":[],"groups":null,"albums":{albums}}}"#
        ))
        .unwrap()
    }

    const BLUE: &str = r#"[{"artist":"Miles Davis","album":"Kind of Blue","year":1959,"label":"Columbia","rating":5}]"#;

    #[test]
    fn questions_are_answered_in_sentences() {
        for (reading, matches, albums, expected) in [
            (r#"{"intent":"count"}"#, 9, "[]", "You have 9 albums."),
            (
                r#"{"intent":"count","genres":["Jazz"],"years":[1960,1969],"unrated":true}"#,
                1,
                "[]",
                "You have 1 unrated Jazz album from the 1960s.",
            ),
            (r#"{"intent":"list","words":["piano"]}"#, 0, "[]", "You have no albums with “piano”."),
            (r#"{"intent":"list"}"#, 1, BLUE, "You have 1 album:\n- Miles Davis – Kind of Blue (1959), Columbia"),
            (
                r#"{"intent":"owned","words":["kind","blue"]}"#,
                1,
                BLUE,
                "Yes, you own:\n- Miles Davis – Kind of Blue (1959), Columbia",
            ),
            (r#"{"intent":"owned","words":["abba"]}"#, 0, "[]", "No, not that I can find."),
            (
                r#"{"intent":"oldest"}"#,
                1,
                BLUE,
                "By year of release, the oldest of your albums is Miles Davis – Kind of Blue (1959).",
            ),
            (r#"{"intent":"pick"}"#, 1, BLUE, "How about Miles Davis – Kind of Blue (1959)? You rated it 5 of 5."),
        ] {
            assert_eq!(answer(&context(reading, matches, albums)), expected, "{reading}");
        }
    }

    #[test]
    fn what_it_cannot_is_said() {
        assert_eq!(answer(&context("{}", 0, "[]")), CANNOT);
        assert_eq!(answer(&context(r#"{"intent":"from_the_future"}"#, 0, "[]")), CANNOT);
        assert!(answer(&context(r#"{"intent":"valuable"}"#, 1, BLUE)).starts_with("No purchase price is recorded"));
        assert!(answer(&context(r#"{"intent":"list","played":false}"#, 9, BLUE)).contains("I cannot tell"));
        assert!(answer(&context(r#"{"intent":"pick","words":["rainy"]}"#, 9, BLUE)).contains("“rainy” I cannot judge"));
    }
}
