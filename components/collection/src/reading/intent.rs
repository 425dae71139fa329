//! What a question asks for, recognised by its phrases.

use super::words::contains_any;
use crate::contract::insights::{Grouping, Intent};

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

const ANY_OWNED: &[&str] = &[" own any ", " own some ", " already have any ", " own more "];

/// The intent of a question, and what a breakdown counts by. `text` is in lower case, its words between single spaces.
pub fn find_intent(text: &str) -> (Intent, Option<Grouping>) {
    if contains_any(text, OWNED) {
        // "Do I own any jazz?" asks for a list, not for one album.
        let intent = if contains_any(text, ANY_OWNED) { Intent::List } else { Intent::Owned };
        return (intent, find_grouping(text));
    }
    if let Some(grouping) = find_grouping(text) {
        return (Intent::Breakdown, Some(grouping));
    }
    // The first entry with a phrase of the question wins.
    let intents = [
        (COUNT, Intent::Count),
        (PICK, Intent::Pick),
        (SPENT, Intent::Spent),
        (VALUABLE, Intent::Valuable),
        (ADDED, Intent::Added),
        (OLDEST, Intent::Oldest),
        (NEWEST, Intent::Newest),
        (RATED, Intent::Rated),
        (LIST, Intent::List),
    ];
    let found = intents.into_iter().find(|(phrases, _)| contains_any(text, phrases));
    (found.map_or(Intent::Other, |(_, intent)| intent), None)
}

/// Finds "by genre", "per label", "which genres", "top artists", "most common format".
fn find_grouping(text: &str) -> Option<Grouping> {
    const NAMES: &[(Grouping, &str, &str)] = &[
        (Grouping::Genre, "genre", "genres"),
        (Grouping::Decade, "decade", "decades"),
        (Grouping::Label, "label", "labels"),
        (Grouping::Artist, "artist", "artists"),
        (Grouping::Format, "format", "formats"),
        (Grouping::Country, "country", "countries"),
        (Grouping::Rating, "rating", "ratings"),
    ];
    const BEFORE_SINGULAR: [&str; 10] =
        ["by", "per", "each", "every", "most common", "most frequent", "top", "which", "what", "favourite"];
    const BEFORE_PLURAL: [&str; 6] = ["which", "what", "top", "many", "by", "different"];
    let follows = |before: &[&str], name: &str| before.iter().any(|word| text.contains(&format!(" {word} {name} ")));
    let found = NAMES
        .iter()
        .find(|(_, singular, plural)| follows(&BEFORE_SINGULAR, singular) || follows(&BEFORE_PLURAL, plural));
    found.map(|(grouping, ..)| *grouping)
}
