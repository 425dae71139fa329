//! What a field of an album may hold.

use serde_json::value::RawValue;
use std::borrow::Cow;

/// The kinds of value; lengths are in characters, both ends included.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// One line of text. An empty one means "not set".
    Line(usize),
    /// One line of text that must be there.
    Required(usize),
    /// Text of several lines.
    Text(usize),
    Integer(i64, i64),
    /// An amount of money, at least 0.
    Money,
    /// ISO 4217: three capital letters.
    Currency,
    /// `2020-05-14`, or a whole RFC 3339 time.
    Date,
    /// A `http`, `https` or site-relative address.
    Address(usize),
    OneOf(&'static [&'static str]),
    /// A record's uid.
    Uid,
    /// An array of at most 50 lines of at most 100 characters.
    Tags,
    /// `true`; `false` is as good as absent.
    Flag,
    /// An object of the collector's own, at most this many bytes of JSON.
    Object(usize),
    /// Told by the server: accepted, so that an album can be sent back as it came, and ignored.
    ReadOnly,
}

/// What becomes of a value that is right.
#[derive(Debug, PartialEq, Eq)]
pub enum Checked<'a> {
    /// Stands as it was written, or written anew.
    Json(Cow<'a, str>),
    /// Removes the field.
    Null,
    /// Does not count.
    Ignored,
}

const MAX_MONEY: f64 = 100_000_000.0;
const MAX_TAGS: usize = 50;
const MAX_TAG: usize = 100;

impl Kind {
    /// Checks a value; the error completes the sentence that begins with the field's name.
    pub fn check<'a>(self, raw: &'a RawValue) -> Result<Checked<'a>, String> {
        let json = raw.get();
        if matches!(self, Self::ReadOnly) {
            return Ok(Checked::Ignored);
        }
        if json == "null" {
            return match self {
                Self::Required(_) => Err("is required".to_owned()),
                _ => Ok(Checked::Null),
            };
        }
        match self {
            Self::Line(max) => line(json, max),
            Self::Required(max) => match line(json, max)? {
                Checked::Null => Err("must not be empty".to_owned()),
                checked => Ok(checked),
            },
            Self::Text(max) => text(json, max, |c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')),
            Self::Integer(low, high) => match json.parse::<i64>() {
                Ok(number) if (low..=high).contains(&number) => Ok(Checked::Json(json.into())),
                _ => Err(format!("must be a whole number from {low} to {high}")),
            },
            Self::Money => match serde_json::from_str::<f64>(json) {
                Ok(amount) if (0.0..=MAX_MONEY).contains(&amount) => Ok(Checked::Json(json.into())),
                _ => Err(format!("must be a number from 0 to {MAX_MONEY}")),
            },
            Self::Currency => word(json, "must be a currency code such as EUR (ISO 4217)", |code| {
                code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase())
            }),
            Self::Date => word(json, "must be a date such as 2020-05-14, or a time in RFC 3339", is_date),
            Self::Address(max) => word(json, "must be an http or https address", |url| {
                let known = ["https://", "http://", "/"].iter().any(|start| url.starts_with(start));
                known && url.chars().count() <= max && !url.chars().any(|c| c.is_control() || c.is_whitespace())
            }),
            Self::OneOf(words) => match serde_json::from_str::<Cow<str>>(json) {
                Ok(word) if words.contains(&word.as_ref()) => Ok(Checked::Json(json.into())),
                Ok(word) if word.is_empty() => Ok(Checked::Null),
                _ => Err(format!("must be one of: {}", words.join("; "))),
            },
            Self::Uid => word(json, "must be a UUID in lower case, with hyphens", |uid| {
                uuid::Uuid::try_parse(uid).is_ok_and(|parsed| parsed.to_string() == uid)
            }),
            Self::Tags => tags(json),
            Self::Flag => match json {
                "true" => Ok(Checked::Json(json.into())),
                "false" => Ok(Checked::Null),
                _ => Err("must be true or false".to_owned()),
            },
            Self::Object(max) => object(json, max),
            Self::ReadOnly => Ok(Checked::Ignored),
        }
    }
}

fn line(json: &str, max: usize) -> Result<Checked<'_>, String> {
    text(json, max, char::is_control)
}

fn text(json: &str, max: usize, refused: impl Fn(char) -> bool) -> Result<Checked<'_>, String> {
    let text: Cow<str> = serde_json::from_str(json).map_err(|_| "must be a string".to_owned())?;
    if text.trim().is_empty() {
        return Ok(Checked::Null);
    }
    // A string has at least as many bytes as characters: counting them is seldom needed.
    if text.len() > max && text.chars().count() > max {
        return Err(format!("must have at most {max} characters"));
    }
    if text.chars().any(refused) {
        return Err("must not hold control characters".to_owned());
    }
    Ok(Checked::Json(json.into()))
}

/// A string for which `is_right` holds; an empty one means "not set".
fn word<'a>(json: &'a str, message: &str, is_right: impl Fn(&str) -> bool) -> Result<Checked<'a>, String> {
    match serde_json::from_str::<Cow<str>>(json) {
        Ok(word) if word.is_empty() => Ok(Checked::Null),
        Ok(word) if is_right(&word) => Ok(Checked::Json(json.into())),
        _ => Err(message.to_owned()),
    }
}

fn tags(json: &str) -> Result<Checked<'_>, String> {
    let refusal = || format!("must be an array of at most {MAX_TAGS} strings of 1 to {MAX_TAG} characters");
    let tags: Vec<Cow<str>> = serde_json::from_str(json).map_err(|_| refusal())?;
    let is_right =
        |tag: &Cow<str>| !tag.trim().is_empty() && tag.chars().count() <= MAX_TAG && !tag.chars().any(char::is_control);
    if tags.len() > MAX_TAGS || !tags.iter().all(is_right) {
        return Err(refusal());
    }
    if tags.is_empty() {
        return Ok(Checked::Null);
    }
    Ok(Checked::Json(serde_json::to_string(&tags).map_err(|_| refusal())?.into()))
}

/// Written anew: a name that stands twice stands once then, and a number that does not fit is found.
fn object(json: &str, max: usize) -> Result<Checked<'_>, String> {
    if json.len() > max {
        return Err(format!("must have at most {max} bytes of JSON"));
    }
    let refusal = |_| "must be a JSON object".to_owned();
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(json).map_err(refusal)?;
    Ok(Checked::Json(serde_json::to_string(&object).map_err(refusal)?.into()))
}

/// `YYYY-MM-DD`, alone or as the start of a time `THH:MM:SS[.fff](Z|±HH:MM)`.
pub fn is_date(text: &str) -> bool {
    let shape = |pattern: &str, text: &str| {
        text.len() == pattern.len()
            && text.bytes().zip(pattern.bytes()).all(|(b, p)| if p == b'0' { b.is_ascii_digit() } else { b == p })
    };
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|digits| digits.parse::<u32>().ok());
    let date = text.get(..10).is_some_and(|date| shape("0000-00-00", date))
        && number(0..4)
            .zip(number(5..7))
            .zip(number(8..10))
            .is_some_and(|((year, month), day)| (1..=days_in(year, month)).contains(&day));
    let Some(time) = text.get(10..).filter(|_| date) else { return false };
    let Some(clock) = time.get(..9) else { return time.is_empty() };
    let zone = time.get(9..).map_or("", |rest| {
        let fraction = rest.strip_prefix('.').map(|digits| digits.trim_start_matches(|c: char| c.is_ascii_digit()));
        fraction.unwrap_or(rest)
    });
    let within = number(11..13).is_some_and(|h| h < 24)
        && number(14..16).is_some_and(|m| m < 60)
        && number(17..19).is_some_and(|s| s <= 60);
    shape("T00:00:00", clock) && within && (zone == "Z" || shape("+00:00", zone) || shape("-00:00", zone))
}

/// 0 for a month that is none.
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

    fn check(kind: Kind, json: &str) -> Result<String, String> {
        let raw = RawValue::from_string(json.to_owned()).map_err(|error| error.to_string())?;
        match kind.check(&raw)? {
            Checked::Json(json) => Ok(json.into_owned()),
            Checked::Null => Ok("null".to_owned()),
            Checked::Ignored => Ok("ignored".to_owned()),
        }
    }

    #[test]
    fn a_text_is_kept_to_the_letter_or_refused() {
        assert_eq!(check(Kind::Line(3), r#""äöü""#), Ok(r#""äöü""#.to_owned()));
        assert!(check(Kind::Line(3), r#""äöüß""#).is_err());
        assert!(check(Kind::Line(9), r#""a\nb""#).is_err());
        assert!(check(Kind::Line(9), r#""a\u0000b""#).is_err());
        assert!(check(Kind::Line(9), r#""\ud800""#).is_err());
        assert!(check(Kind::Line(9), "7").is_err());
        assert!(check(Kind::Text(9), r#""a\nb""#).is_ok());
        assert_eq!(check(Kind::Line(9), r#""  ""#), Ok("null".to_owned()));
        assert!(check(Kind::Required(9), r#""  ""#).is_err());
        assert!(check(Kind::Required(9), "null").is_err());
    }

    #[test]
    fn a_number_is_of_its_range_and_kind() {
        let year = Kind::Integer(1860, 2100);
        assert!(check(year, "1969").is_ok());
        for wrong in ["1859", "2101", "1969.0", "1e3", "\"1969\"", "99999999999999999999", "true"] {
            assert!(check(year, wrong).is_err(), "{wrong}");
        }
        assert!(check(Kind::Money, "12.50").is_ok());
        for wrong in ["-1", "1e99", "\"12\"", "[1]"] {
            assert!(check(Kind::Money, wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_date_is_one_of_the_calendar() {
        for right in ["2020-02-29", "2020-05-14T10:32:01Z", "2020-05-14T10:32:01.123+02:00"] {
            assert!(is_date(right), "{right}");
        }
        for wrong in [
            "2021-02-29",
            "2020-13-01",
            "2020-5-1",
            "2020-05-14T",
            "2020-05-14T25:00:00Z",
            "2020-05-14 10:32:01",
            "",
            "éééééé",
        ] {
            assert!(!is_date(wrong), "{wrong}");
        }
    }

    #[test]
    fn an_object_is_written_anew() {
        assert_eq!(check(Kind::Object(99), r#"{"a":1,"a":2}"#), Ok(r#"{"a":2}"#.to_owned()));
        assert!(check(Kind::Object(99), "[1]").is_err());
        assert!(check(Kind::Object(5), r#"{"a":1}"#).is_err());
        assert!(check(Kind::Object(9999), &format!("{{\"a\":{}{}}}", "[".repeat(500), "]".repeat(500))).is_err());
    }
}
