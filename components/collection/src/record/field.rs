//! The rules of single fields.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::date::is_date;
use super::object::too_large;

/// What the value of a field must be. Lengths are in characters; both ends of a range are included.
#[derive(Debug, Clone, Copy)]
pub enum FieldRule {
    /// One line of text, at most this long. An empty text means "not set".
    Line(usize),
    /// One line of text that a new record must have and no change may remove.
    RequiredLine(usize),
    /// Text that may have several lines.
    Text(usize),
    Integer(i64, i64),
    /// An amount of money from 0 to `MAX_MONEY`.
    Money,
    /// A currency code of ISO 4217: three capital letters.
    Currency,
    /// A date `2020-05-14`, or an RFC 3339 time.
    Date,
    /// An `http` or `https` URL, or a path on this site.
    Url(usize),
    OneOf(&'static [&'static str]),
    /// The uid of a record.
    Uid,
    /// One line that may join several values: at most this many characters, and bytes of JSON. `Lines` is their list.
    Values(usize, usize),
    /// A list of at most `MAX_LINES` lines: the characters of each, and the bytes of all together, as JSON.
    Lines(usize, usize),
    /// `true`; `false` means "not set".
    Flag,
    /// A JSON object with members that the collector chooses, at most this many bytes long.
    Object(usize),
    /// Set by the server. Accepted, so that a client can send a document back as it came, and ignored.
    ReadOnly,
}

/// The result of checking a valid value.
#[derive(Debug, PartialEq, Eq)]
pub enum CheckedValue<'a> {
    /// The JSON to store: the client's own text where possible, else a normalised one.
    Json(Cow<'a, str>),
    /// The value means "not set".
    Unset,
    /// The server sets this field.
    Ignored,
}

pub const MAX_MONEY: f64 = 100_000_000.0;
pub const MAX_LINES: usize = 50;

/// The longest date, with nine digits after the second.
const MAX_DATE: usize = "2020-05-14T10:32:01.123456789+02:00".len();

impl FieldRule {
    /// The limit for the JSON of a value, in bytes. All fields of a record together stay within `MAX_DOCUMENT`, so no
    /// sequence of edits and merges makes a larger document.
    pub fn max_bytes(self) -> usize {
        match self {
            // A character has at most four bytes in UTF-8. Control characters, whose escapes are longer, are refused.
            Self::Line(max) | Self::RequiredLine(max) => 4 * max + 2,
            Self::Text(max) => 3 * max,
            Self::Url(max) => 2 * max,
            Self::Values(_, bytes) | Self::Lines(_, bytes) => bytes,
            Self::Object(max) => max,
            Self::Integer(..) => 20,
            Self::Money => 24,
            Self::Currency => 5,
            Self::Date => MAX_DATE + 2,
            Self::OneOf(words) => words.iter().map(|word| word.len() + 2).max().unwrap_or_default(),
            Self::Uid => 38,
            Self::Flag => 5,
            // Numbers, times and uids, and the type of a crate.
            Self::ReadOnly => 40,
        }
    }

    /// Checks a value. The error is a predicate whose subject is the field's name.
    pub fn check<'a>(self, raw: &'a RawValue) -> Result<CheckedValue<'a>, String> {
        let json = raw.get();
        if json == "null" {
            return match self {
                Self::RequiredLine(_) => Err("is required".to_owned()),
                Self::ReadOnly => Ok(CheckedValue::Ignored),
                _ => Ok(CheckedValue::Unset),
            };
        }
        let max_bytes = self.max_bytes();
        match self {
            Self::Line(max) | Self::Values(max, _) => check_text(json, (0, max, max_bytes), char::is_control),
            Self::RequiredLine(max) => match check_text(json, (1, max, max_bytes), char::is_control)? {
                CheckedValue::Unset => Err(length_message(1, max)),
                checked => Ok(checked),
            },
            Self::Text(max) => {
                check_text(json, (0, max, max_bytes), |c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
            }
            Self::Integer(low, high) => match json.parse::<i64>() {
                Ok(number) if (low..=high).contains(&number) => Ok(CheckedValue::Json(json.into())),
                _ => Err(format!("must be a whole number from {low} to {high}")),
            },
            Self::Money => match serde_json::from_str::<f64>(json) {
                Ok(amount) if (0.0..=MAX_MONEY).contains(&amount) && json.len() > max_bytes => write_again(&amount),
                Ok(amount) if (0.0..=MAX_MONEY).contains(&amount) => Ok(CheckedValue::Json(json.into())),
                _ => Err(format!("must be a number from 0 to {MAX_MONEY}")),
            },
            Self::Currency => check_string(json, "must be a currency code such as EUR (ISO 4217)", is_currency),
            Self::Date => check_string(json, "must be a date such as 2020-05-14, or an RFC 3339 time", is_date),
            Self::Url(max) => check_string(json, "must be an http or https address", |url| is_url(url, max))
                .and_then(|checked| within(checked, max_bytes)),
            Self::OneOf(words) => check_string(json, "", |word| words.contains(&word))
                .map_err(|_| format!("must be one of: {}", words.join("; "))),
            Self::Uid => check_string(json, "must be a UUID", |uid| {
                uuid::Uuid::try_parse(uid).is_ok_and(|parsed| parsed.to_string() == uid)
            }),
            Self::Lines(max, _) => check_lines(json, max).and_then(|checked| within(checked, max_bytes)),
            Self::Flag => match json {
                "true" => Ok(CheckedValue::Json(json.into())),
                "false" => Ok(CheckedValue::Unset),
                _ => Err("must be true or false".to_owned()),
            },
            Self::Object(max) => check_object(json, max),
            Self::ReadOnly => Ok(CheckedValue::Ignored),
        }
    }
}

fn length_message(min: usize, max: usize) -> String {
    match min {
        0 => format!("must have at most {max} characters"),
        _ => format!("must have {min} to {max} characters"),
    }
}

/// Text of `min` to `max` characters, none of which is refused. Text that is only space is `Unset`.
fn check_text(
    json: &str,
    (min, max, max_bytes): (usize, usize, usize),
    is_refused: impl Fn(char) -> bool,
) -> Result<CheckedValue<'_>, String> {
    let text: Cow<str> = serde_json::from_str(json).map_err(|_| "must be a string".to_owned())?;
    if text.trim().is_empty() {
        return Ok(CheckedValue::Unset);
    }
    // A text has at least as many bytes as characters: most need no counting.
    if text.len() > max && text.chars().count() > max {
        return Err(length_message(min, max));
    }
    if text.chars().any(is_refused) {
        return Err("must not contain control characters".to_owned());
    }
    // Escapes make a short text long: `\u00e9` instead of `é`.
    if json.len() > max_bytes { within(write_again(&text)?, max_bytes) } else { Ok(CheckedValue::Json(json.into())) }
}

/// The value as the shortest JSON.
fn write_again<'a>(value: &impl serde::Serialize) -> Result<CheckedValue<'a>, String> {
    serde_json::to_string(value).map(|json| CheckedValue::Json(json.into())).map_err(|error| error.to_string())
}

fn within(checked: CheckedValue<'_>, max_bytes: usize) -> Result<CheckedValue<'_>, String> {
    match &checked {
        CheckedValue::Json(json) if json.len() > max_bytes => Err(too_large(max_bytes)),
        _ => Ok(checked),
    }
}

/// A string for which `is_valid` holds. An empty one is `Unset`.
fn check_string<'a>(json: &'a str, message: &str, is_valid: impl Fn(&str) -> bool) -> Result<CheckedValue<'a>, String> {
    match serde_json::from_str::<Cow<str>>(json) {
        Ok(text) if text.is_empty() => Ok(CheckedValue::Unset),
        Ok(text) if is_valid(&text) && json.len() > text.len() + 2 => write_again(&text),
        Ok(text) if is_valid(&text) => Ok(CheckedValue::Json(json.into())),
        _ => Err(message.to_owned()),
    }
}

fn is_currency(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase())
}

/// An address with a host and without a user, or a path of this installation. Browsers read `//host` and `/\host` as
/// addresses of another host, so these are not paths.
fn is_url(url: &str, max: usize) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let is_address = match rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default()) {
        Some(authority) => !authority.is_empty() && !authority.contains('@'),
        None => url.starts_with('/') && !url.starts_with("//"),
    };
    let is_refused = |c: char| c.is_control() || c.is_whitespace() || c == '\\';
    is_address && url.chars().count() <= max && !url.chars().any(is_refused)
}

fn check_lines(json: &str, max: usize) -> Result<CheckedValue<'_>, String> {
    let message = || format!("must be a list of at most {MAX_LINES} strings of 1 to {max} characters");
    let lines: Vec<Cow<str>> = serde_json::from_str(json).map_err(|_| message())?;
    let is_line =
        |line: &Cow<str>| !line.trim().is_empty() && line.chars().count() <= max && !line.chars().any(char::is_control);
    if lines.len() > MAX_LINES || !lines.iter().all(is_line) {
        return Err(message());
    }
    if lines.is_empty() {
        return Ok(CheckedValue::Unset);
    }
    Ok(CheckedValue::Json(serde_json::to_string(&lines).map_err(|_| message())?.into()))
}

/// Writes the object again, which keeps the last of two members with one name and finds numbers that are out of range.
fn check_object(json: &str, max: usize) -> Result<CheckedValue<'_>, String> {
    if json.len() > max {
        return Err(too_large(max));
    }
    let message = |_| "must be a JSON object".to_owned();
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(json).map_err(message)?;
    // `1e15` becomes 1000000000000000.0.
    within(write_again(&object)?, max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rule: FieldRule, json: &str) -> Result<String, String> {
        let raw = RawValue::from_string(json.to_owned()).map_err(|error| error.to_string())?;
        match rule.check(&raw)? {
            CheckedValue::Json(json) => Ok(json.into_owned()),
            CheckedValue::Unset => Ok("unset".to_owned()),
            CheckedValue::Ignored => Ok("ignored".to_owned()),
        }
    }

    #[test]
    fn a_text_is_stored_unchanged_or_refused() {
        assert_eq!(check(FieldRule::Line(3), r#""äöü""#), Ok(r#""äöü""#.to_owned()));
        assert_eq!(check(FieldRule::Line(3), r#""äöüß""#), Err("must have at most 3 characters".to_owned()));
        assert_eq!(check(FieldRule::Line(9), r#""a\nb""#), Err("must not contain control characters".to_owned()));
        assert!(check(FieldRule::Line(9), r#""a\u0000b""#).is_err());
        assert!(check(FieldRule::Line(9), r#""\ud800""#).is_err());
        assert_eq!(check(FieldRule::Line(9), "7"), Err("must be a string".to_owned()));
        assert!(check(FieldRule::Text(9), r#""a\nb""#).is_ok());
        assert_eq!(check(FieldRule::Line(9), r#""  ""#), Ok("unset".to_owned()));
        assert_eq!(check(FieldRule::RequiredLine(9), r#""  ""#), Err("must have 1 to 9 characters".to_owned()));
        assert_eq!(check(FieldRule::RequiredLine(9), "null"), Err("is required".to_owned()));
    }

    #[test]
    fn a_number_outside_its_range_or_of_another_type_is_refused() {
        let year = FieldRule::Integer(1860, 2100);
        assert!(check(year, "1969").is_ok());
        for json in ["1859", "2101", "1969.0", "1e3", "\"1969\"", "99999999999999999999", "true"] {
            assert_eq!(check(year, json), Err("must be a whole number from 1860 to 2100".to_owned()), "{json}");
        }
        assert!(check(FieldRule::Money, "12.50").is_ok());
        for json in ["-1", "1e99", "\"12\"", "[1]"] {
            assert!(check(FieldRule::Money, json).is_err(), "{json}");
        }
    }

    #[test]
    fn escapes_and_digits_do_not_make_a_value_larger_than_its_limit() {
        let escaped = |count: usize| format!("\"{}\"", "\\u00e9".repeat(count));
        assert_eq!(check(FieldRule::Line(3), &escaped(2)), Ok(escaped(2)));
        assert_eq!(check(FieldRule::Line(3), &escaped(3)), Ok("\"ééé\"".to_owned()));
        assert_eq!(check(FieldRule::Text(9), &escaped(9)), Ok(format!("\"{}\"", "é".repeat(9))));
        let emoji = format!("\"{}\"", "🎧".repeat(9));
        assert_eq!(check(FieldRule::Text(9), &emoji), Err("must have at most 27 bytes of JSON".to_owned()));
        assert_eq!(check(FieldRule::Money, &format!("1.5{}", "0".repeat(99))), Ok("1.5".to_owned()));
        assert!(check(FieldRule::Date, &format!("\"2020-05-14T10:32:01.{}Z\"", "1".repeat(10))).is_err());
        assert_eq!(check(FieldRule::Url(40), "\"http:\\/\\/a\""), Ok("\"http://a\"".to_owned()));
        let refused = r"//host/a /\\host/a https:\\host https:// https:///a https://a@b/c https://a\\@b a.jpg";
        for refused in refused.split(' ') {
            assert!(check(FieldRule::Url(99), &format!("\"{refused}\"")).is_err(), "{refused}");
        }
        for accepted in ["https://host", "http://host:80/a?b=@//c", "/cache/images/7.jpg", "/a//b", "/"] {
            assert!(check(FieldRule::Url(99), &format!("\"{accepted}\"")).is_ok(), "{accepted}");
        }
        assert!(check(FieldRule::Url(20), "\"/日本日本日本日本日本日本日本\"").is_err());
        let tags = format!("[{}\"x\"]", format!("\"{}\",", "日".repeat(100)).repeat(30));
        assert_eq!(check(FieldRule::Lines(100, 8_000), &tags), Err("must have at most 8000 bytes of JSON".to_owned()));
        assert_eq!(check(FieldRule::OneOf(&["Mint"]), "\"\\u004dint\""), Ok("\"Mint\"".to_owned()));
    }

    #[test]
    fn an_object_is_normalised() {
        assert_eq!(check(FieldRule::Object(99), r#"{"a":1,"a":2}"#), Ok(r#"{"a":2}"#.to_owned()));
        assert!(check(FieldRule::Object(99), "[1]").is_err());
        assert!(check(FieldRule::Object(5), r#"{"a":1}"#).is_err());
        assert!(check(FieldRule::Object(20), r#"{"a":[1e15,1e15]}"#).is_err(), "larger when it is written again");
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(500), "]".repeat(500));
        assert!(check(FieldRule::Object(9999), &deep).is_err());
    }
}
