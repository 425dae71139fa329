//! The built-in assistant: puts what the collection found into sentences, without a language model.

mod phrase;
mod pick;
mod ranking;

use phrase::{LONG, SHORT, amounts, bullet_list, join_lines, none, subject};

use crate::{
    context::Context,
    contract::assistant::{Grouping, Intent},
};

const HELP: &str = "I am the built-in assistant. I answer only from the data of your collection, and I cannot answer \
this question. You can ask me, for example: how many jazz records do I have? Which albums from the sixties have I not \
rated? What is my oldest, newest, best rated or most valuable record? How much have I spent? How many albums by genre, \
decade, label or artist? Do I own Kind of Blue by Miles Davis? Pick one for me. For other questions a language model \
can be connected: by you, with your own key, or by the operator of this vault.";

const EMPTY: &str = "There are no albums in this collection yet, so I have nothing to answer from. Add some, or import \
a file from Discogs.";

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
        Intent::Newest => ranking::by_year(context, "newest"),
        Intent::Oldest => ranking::by_year(context, "oldest"),
        Intent::Added => ranking::added(context),
        Intent::Valuable => ranking::valuable(context),
        Intent::Spent => spent(context),
        Intent::Rated => ranking::rated(context),
        Intent::Pick => pick::answer(context),
        Intent::Breakdown => breakdown(context),
        Intent::Other if reading.has_filter() => list(context),
        Intent::Other => HELP.to_owned(),
    }
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
mod tests {
    use super::*;
    use crate::{
        context::tests::{KIND_OF_BLUE, context},
        contract::assistant::{Range, Reading},
        reading::tests::reading,
    };

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
