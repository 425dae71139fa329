//! Dates and times in the input.

use std::{ops::Range, str::FromStr};

use jiff::civil::Date;

/// Whether `text` is a date `YYYY-MM-DD` of the calendar, alone or followed by a time `THH:MM:SS[.fff](Z|±HH:MM)`
/// with at most nine digits after the second.
///
/// jiff has the calendar, but not the form: its parsers accept more forms than the API and SQLite.
pub fn is_date(text: &str) -> bool {
    let is_in_calendar = || Some(Date::new(number(text, 0..4)?, number(text, 5..7)?, number(text, 8..10)?).is_ok());
    let has_date = text.get(..10).is_some_and(|date| has_shape(date, "0000-00-00")) && is_in_calendar() == Some(true);
    let Some(time) = text.get(10..).filter(|_| has_date) else { return false };
    let Some(clock) = time.get(..9) else { return time.is_empty() };
    let zone = time.get(9..).map_or("", |rest| {
        let Some(digits) = rest.strip_prefix('.') else { return rest };
        let zone = digits.trim_start_matches(|c: char| c.is_ascii_digit());
        // What has no valid number of digits is no valid zone either.
        if (1..=9).contains(&(digits.len() - zone.len())) { zone } else { rest }
    });
    let is_in_range = |range, max: u8| number(text, range).is_some_and(|number: u8| number <= max);
    // Second 60 is a leap second.
    let is_clock =
        has_shape(clock, "T00:00:00") && is_in_range(11..13, 23) && is_in_range(14..16, 59) && is_in_range(17..19, 60);
    is_clock && (zone == "Z" || has_shape(zone, "+00:00") || has_shape(zone, "-00:00"))
}

/// Whether `text` is a date with a time.
pub fn is_time(text: &str) -> bool {
    text.len() > 10 && is_date(text)
}

/// Whether `text` has a digit wherever `shape` has `0`, and the same character as `shape` elsewhere.
fn has_shape(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(b, s)| if s == b'0' { b.is_ascii_digit() } else { b == s })
}

fn number<T: FromStr>(text: &str, range: Range<usize>) -> Option<T> {
    text.get(range).and_then(|digits| digits.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_must_exist_in_the_calendar() {
        for date in ["2020-02-29", "2020-05-14T10:32:01Z", "2020-05-14T10:32:01.123+02:00"] {
            assert!(is_date(date), "{date}");
        }
        for text in [
            "2021-02-29",
            "2020-13-01",
            "2020-5-1",
            "2020-05-14T",
            "2020-05-14T25:00:00Z",
            "2020-05-14 10:32:01",
            "2020-05-14T10:32:01.Z",
            "2020-05-14T10:32:01.1234567890Z",
            "",
            "éééééé",
        ] {
            assert!(!is_date(text), "{text}");
        }
    }

    #[test]
    fn a_date_alone_is_not_a_time() {
        assert!(!is_time("2020-02-29"));
        assert!(is_time("2020-05-14T10:32:01Z"));
    }
}
