//! The built-in assistant: puts what the collection found into sentences, without a language model.

mod phrase;
mod pick;

use phrase::{amount, amounts, bullet_list, join_lines, name, subject};

use crate::{
    context::{Album, Context},
    contract::assistant::{Grouping, Intent},
};

/// The length of a long list and of a short one.
const LONG: usize = 20;
const SHORT: usize = 5;

const HELP: &str = "I am the built-in assistant. I answer only from the data of your collection, and I cannot answer this \
question. You can ask me, for example: how many jazz records do I have? Which albums from the sixties have I not rated? \
What is my oldest, newest, best rated or most valuable record? How much have I spent? How many albums by genre, decade, \
label or artist? Do I own Kind of Blue by Miles Davis? Pick one for me. For other questions a language model can be \
connected: by you, with your own key, or by the operator of this vault.";

const EMPTY: &str = "There are no albums in this collection yet, so I have nothing to answer from. Add some, or import a \
file from Discogs.";

const NOTHING_PLAYED: &str = "None of your albums is marked as played (by the tag “played”, or a custom field such as \
“Last played”), so I do not know which ones you have played.";

pub fn answer(context: &Context) -> String {
    let Context { reading, found } = context;
    if found.facts.albums == 0 {
        return EMPTY.to_owned();
    }
    if reading.played.is_some() && found.facts.played == 0 {
        return NOTHING_PLAYED.to_owned();
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
        Intent::Pick => pick::answer(context),
        Intent::Breakdown => breakdown(context),
        Intent::Other if reading.has_filter() => list(context),
        Intent::Other => HELP.to_owned(),
    }
}

fn none(context: &Context) -> String {
    format!("You have no {}.", subject(context))
}

fn count(context: &Context) -> String {
    let (matches, copies) = (context.found.matches, context.found.copies);
    match matches {
        0 => none(context),
        _ if copies == matches => format!("You have {matches} {}.", subject(context)),
        _ => format!("You have {matches} {}, {copies} copies in all.", subject(context)),
    }
}

fn list(context: &Context) -> String {
    let (matches, albums) = (context.found.matches, &context.found.albums);
    if matches == 0 {
        return none(context);
    }
    let more = match matches - i64::try_from(albums.len().min(LONG)).unwrap_or(0) {
        more @ 1.. => format!("\n… and {more} more."),
        _ => String::new(),
    };
    format!("You have {matches} {}:\n{}{more}", subject(context), bullet_list(albums, LONG))
}

fn owned(context: &Context) -> String {
    let (reading, found) = (&context.reading, &context.found);
    if reading.words.is_empty() && reading.artists.is_empty() {
        return "Which record? Name the artist and the title, as in “Do I own Kind of Blue by Miles Davis?”".to_owned();
    }
    match found.matches {
        1.. => format!("Yes, you own:\n{}", bullet_list(&found.albums, LONG)),
        _ if found.albums.is_empty() => "No, not that I can find.".to_owned(),
        _ => {
            format!("No, not that I can find. The closest matches that you own:\n{}", bullet_list(&found.albums, SHORT))
        }
    }
}

fn by_year(context: &Context, which: &str) -> String {
    let mut dated = context.found.albums.iter().filter(|album| album.year.is_some());
    let subject = subject(context);
    match (dated.next(), dated.next()) {
        _ if context.found.matches == 0 => none(context),
        (None, _) => format!("None of your {subject} has a year."),
        (Some(first), None) => format!("By year of release, the {which} of your {subject} is {}.", name(first)),
        (Some(first), Some(second)) => format!(
            "By year of release, the {which} of your {subject} is {}. Next comes {}.",
            name(first),
            name(second)
        ),
    }
}

fn added(context: &Context) -> String {
    match context.found.matches {
        0 => none(context),
        _ => format!("You added these last:\n{}", bullet_list(&context.found.albums, SHORT)),
    }
}

fn valuable(context: &Context) -> String {
    let subject = subject(context);
    let paid: Vec<_> = context.found.albums.iter().filter_map(|album| Some((album, album.paid?))).collect();
    let price = |album: &Album, paid: f64| format!("{}: {}", name(album), amount(paid, album.currency.as_deref()));
    let Some(((first, first_price), rest)) = paid.split_first() else {
        return format!(
            "No purchase price is recorded for your {subject}, and the price you paid is the only value that I know."
        );
    };
    let mut text = format!("By what you paid, the most valuable of your {subject} is {}.", price(first, *first_price));
    for (album, paid) in rest.iter().take(2) {
        text.push_str(&format!("\n- then {}", price(album, *paid)));
    }
    if context.found.spent.len() > 1 {
        text.push_str("\nI know no exchange rates, so I compare amounts in different currencies as plain numbers.");
    }
    text
}

fn spent(context: &Context) -> String {
    let (found, subject) = (&context.found, subject(context));
    let priced: i64 = found.spent.iter().map(|spending| spending.albums).sum();
    match (priced, found.matches - priced) {
        (0, _) => format!("No purchase price is recorded for your {subject}."),
        (_, 0) => format!("You spent {} on your {subject}.", amounts(&found.spent)),
        (_, unpriced) => format!(
            "You spent {} on your {subject}. For {unpriced} of them no purchase price is recorded.",
            amounts(&found.spent)
        ),
    }
}

fn rated(context: &Context) -> String {
    let albums = &context.found.albums;
    match albums.iter().find_map(|album| album.rating) {
        _ if context.found.matches == 0 => none(context),
        None => format!("You have rated none of your {}.", subject(context)),
        // The albums are sorted by rating.
        best => {
            let best = albums.iter().filter(|album| album.rating == best);
            format!("Your best rated {}:\n{}", subject(context), bullet_list(best, SHORT))
        }
    }
}

fn breakdown(context: &Context) -> String {
    let grouping = context.reading.group_by.unwrap_or(Grouping::Genre).name();
    match context.found.groups.as_deref().unwrap_or_default() {
        [] => format!("None of your {} has a {grouping}.", subject(context)),
        groups => {
            let lines = join_lines(groups.iter().map(|group| format!("- {}: {}", group.name, group.count)));
            // The collection returns no more groups than this.
            let limit = if groups.len() < LONG { "" } else { ", the first 20" };
            format!("Your {} by {grouping}{limit}:\n{lines}", subject(context))
        }
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::{
        contract::assistant::{Range, Reading},
        reading::tests::reading,
    };

    pub const KIND_OF_BLUE: &str =
        r#"[{"artist":"Miles Davis","album":"Kind of Blue","year":1959,"label":"Columbia","rating":5}]"#;

    pub fn context(reading: Reading, matches: i64, albums: &str) -> Context {
        let document = format!(
            r#"{{"facts":{{"albums":9,"played":0}},"matches":{matches},"copies":{matches},"spent":[],"groups":null,
            "albums":{albums}}}"#
        );
        Context { reading, found: serde_json::from_str(&document).unwrap() }
    }

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn a_count_names_what_was_counted() {
        assert_eq!(answer(&context(reading(Intent::Count), 9, "[]")), "You have 9 albums.");
        let unrated_jazz = Reading {
            genres: words(&["Jazz"]),
            years: Some(Range { first: 1960, last: 1969 }),
            unrated: Some(true),
            ..reading(Intent::Count)
        };
        assert_eq!(answer(&context(unrated_jazz, 1, "[]")), "You have 1 unrated Jazz album from the 1960s.");
    }

    #[test]
    fn a_list_has_one_album_per_line() {
        assert_eq!(
            answer(&context(reading(Intent::List), 1, KIND_OF_BLUE)),
            "You have 1 album:\n- Miles Davis – Kind of Blue (1959), Columbia"
        );
        let piano = Reading { words: words(&["piano"]), ..reading(Intent::List) };
        assert_eq!(answer(&context(piano, 0, "[]")), "You have no albums with “piano”.");
    }

    #[test]
    fn an_owned_record_is_confirmed_and_another_is_denied() {
        let owned = |name: &[&str]| Reading { words: words(name), ..reading(Intent::Owned) };
        assert_eq!(
            answer(&context(owned(&["kind", "blue"]), 1, KIND_OF_BLUE)),
            "Yes, you own:\n- Miles Davis – Kind of Blue (1959), Columbia"
        );
        assert_eq!(answer(&context(owned(&["abba"]), 0, "[]")), "No, not that I can find.");
    }

    #[test]
    fn the_oldest_record_is_named() {
        assert_eq!(
            answer(&context(reading(Intent::Oldest), 1, KIND_OF_BLUE)),
            "By year of release, the oldest of your albums is Miles Davis – Kind of Blue (1959)."
        );
    }

    #[test]
    fn missing_data_is_named() {
        let unplayed = Reading { played: Some(false), ..reading(Intent::List) };
        assert_eq!(answer(&context(unplayed, 9, KIND_OF_BLUE)), NOTHING_PLAYED);
        let valuable = answer(&context(reading(Intent::Valuable), 1, KIND_OF_BLUE));
        assert!(valuable.starts_with("No purchase price is recorded"), "{valuable}");
    }

    #[test]
    fn a_question_that_is_not_understood_gets_help() {
        assert_eq!(answer(&context(reading(Intent::Other), 0, "[]")), HELP);
    }
}
