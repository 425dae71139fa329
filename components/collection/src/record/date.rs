//! Dates and times in the input.

use std::ops::Range;

/// Whether `text` is a date `YYYY-MM-DD` of the calendar, alone or followed by a time `THH:MM:SS[.fff](Z|±HH:MM)`.
pub fn is_date(text: &str) -> bool {
    let date = text.get(..10).is_some_and(|date| has_shape(date, "0000-00-00"))
        && number(text, 0..4)
            .zip(number(text, 5..7))
            .zip(number(text, 8..10))
            .is_some_and(|((year, month), day)| (1..=days_in(year, month)).contains(&day));
    let Some(time) = text.get(10..).filter(|_| date) else { return false };
    let Some(clock) = time.get(..9) else { return time.is_empty() };
    let zone = time.get(9..).map_or("", |rest| {
        let fraction = rest.strip_prefix('.').map(|digits| digits.trim_start_matches(|c: char| c.is_ascii_digit()));
        fraction.unwrap_or(rest)
    });
    let in_range = number(text, 11..13).is_some_and(|hour| hour < 24)
        && number(text, 14..16).is_some_and(|minute| minute < 60)
        // 60 is a leap second.
        && number(text, 17..19).is_some_and(|second| second <= 60);
    let is_zone = zone == "Z" || has_shape(zone, "+00:00") || has_shape(zone, "-00:00");
    has_shape(clock, "T00:00:00") && in_range && is_zone
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

fn number(text: &str, range: Range<usize>) -> Option<u32> {
    text.get(range).and_then(|digits| digits.parse().ok())
}

/// 0 if there is no such month.
fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
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
