//! The filters of a question that need no names: years, ratings, and whether an album was played.

use super::vocabulary::RemainingWords;
use super::words::contains_any;
use crate::contract::insights::Range;

/// Decades that are written as words, with their first years.
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

const UNRATED: &[&str] = &[
    " unrated ",
    " not rated ",
    " without a rating ",
    " without rating ",
    " havent rated ",
    " not yet rated ",
    " no rating ",
];

const UNPLAYED: &[&str] = &[
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

/// The years that a question names by a decade ("1960s", "60s", "sixties"), by a year, or by two of them. Takes their
/// words out of `remaining`.
pub fn find_years(remaining: &mut RemainingWords, text: &str) -> Option<Range> {
    let mut ranges = Vec::new();
    while let Some(word) = remaining.take_word(|word| parse_years(word).is_some()) {
        ranges.extend(parse_years(&word));
        if ranges.len() == 2 {
            break;
        }
    }
    let first = ranges.iter().map(|range| range.first).min()?;
    let last = ranges.iter().map(|range| range.last).max()?;
    Some(match ranges.len() {
        1 if contains_any(text, &[" until "]) => Range { first: 0, last: first },
        1 if contains_any(text, &[" before ", " older than "]) => Range { first: 0, last: first - 1 },
        1 if contains_any(text, &[" after ", " newer than "]) => Range { first: last + 1, last: 9_999 },
        1 if contains_any(text, &[" since "]) => Range { first, last: 9_999 },
        _ => Range { first, last },
    })
}

fn parse_years(word: &str) -> Option<Range> {
    let range = |first, years| Some(Range { first, last: first + years - 1 });
    if let Some((_, first)) = DECADES.iter().find(|(name, _)| *name == word) {
        return range(*first, 10);
    }
    let digits = word.strip_suffix('s').unwrap_or(word);
    let number: i64 = digits.parse().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit()))?;
    let is_decade = digits.len() < word.len() && number % 10 == 0;
    match (digits.len(), number) {
        (4, 1860..=2100) if is_decade => range(number, 10),
        (4, 1860..=2100) if digits.len() == word.len() => range(number, 1),
        (2, 20..) if is_decade => range(1900 + number, 10),
        (2, 0..=10) if is_decade => range(2000 + number, 10),
        _ => None,
    }
}

/// Whether only albums without a rating are meant, or the range of their ratings.
pub fn find_rating(text: &str) -> (Option<bool>, Option<Range>) {
    let is_negated = contains_any(text, &[" have i not ", " never ", " i have not "]);
    if contains_any(text, UNRATED) || (is_negated && contains_any(text, &[" rated "])) {
        return (Some(true), None);
    }
    let words: Vec<&str> = text.split(' ').collect();
    let stars = words.windows(2).find_map(|pair| match pair {
        [count, "star" | "stars"] => parse_rating(count),
        ["rated" | "rating", count] => parse_rating(count),
        _ => None,
    });
    let Some(stars) = stars else { return (None, None) };
    let (first, last) = if contains_any(text, &[" at least ", " or more ", " or better "]) {
        (stars, 5)
    } else if contains_any(text, &[" more than ", " above ", " over ", " better than "]) {
        (stars + 1, 5)
    } else if contains_any(text, &[" at most ", " or less ", " or worse "]) {
        (1, stars)
    } else if contains_any(text, &[" less than ", " below ", " under ", " worse than "]) {
        (1, stars - 1)
    } else {
        (stars, stars)
    };
    (None, Some(Range { first, last }))
}

/// A rating from 1 to 5, as a digit or a word.
pub fn parse_rating(word: &str) -> Option<i64> {
    let names = ["one", "two", "three", "four", "five"];
    let named = names.iter().position(|name| *name == word).and_then(|index| i64::try_from(index + 1).ok());
    named.or_else(|| word.parse().ok().filter(|number| (1..=5).contains(number)))
}

pub fn find_played(text: &str) -> Option<bool> {
    let is_negated = contains_any(text, &[" have i not ", " have i never "]);
    if contains_any(text, UNPLAYED) || (is_negated && contains_any(text, &[" played ", " listened "])) {
        return Some(false);
    }
    contains_any(text, &[" i have played ", " ive played ", " have i played ", " already played "]).then_some(true)
}
