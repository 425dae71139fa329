//! Fields that are written together: a text of several values and the list of them; the text of a format and its parts.
//!
//! A client sends one of the two, and the check of a document writes both, also when one of them is removed. So they
//! always have one clock and are merged alike. All functions work on the JSON of a text without decoding it. The web
//! app (`frontend/js/models/values.js`) and the migration `several_values` parse in the same way.

mod format;

use std::borrow::Cow;

use super::field::MAX_LINES;

pub use format::{CARRIERS, FormatParts};

/// A text, and the list of the values that it joins by `, `.
pub const PAIRS: [(&str, &str); 3] = [("genre", "genres"), ("style", "styles"), ("label", "labels")];
/// The text of a format, and its parts.
pub const FORMAT: [&str; 4] = ["format", "carrier", "format_quantity", "format_descriptions"];

/// A comma before one of these does not separate two values: Discogs' genre "Folk, World, & Country", and companies.
const CONTINUATIONS: [&str; 5] = ["World, & Country", "& Country", "Inc.", "Ltd.", "LLC"];

/// Whether two fields are written together.
pub fn are_linked(one: &str, other: &str) -> bool {
    PAIRS.iter().any(|(text, list)| [one, other].iter().all(|name| name == text || name == list))
        || (FORMAT.contains(&one) && FORMAT.contains(&other))
}

/// The list of the values in a text. Joined by `, `, they are the text again.
pub fn split_text(text: &str) -> String {
    let values = unquoted(text);
    if !values.contains(", ") || !is_list(values) {
        return format!("[{text}]");
    }
    let mut list = String::with_capacity(text.len() + 16);
    list.push_str("[\"");
    let mut rest = values;
    while let Some((value, after)) = rest.split_once(", ") {
        list.push_str(value);
        let is_continued = CONTINUATIONS.iter().any(|text| after.starts_with(text));
        list.push_str(if is_continued { ", " } else { "\",\"" });
        rest = after;
    }
    list.push_str(rest);
    list.push_str("\"]");
    list
}

/// Whether a text can be split: no value is blank or begins or ends with a space, and they are not too many.
fn is_list(values: &str) -> bool {
    !(values.starts_with(' ')
        || values.starts_with(", ")
        || values.ends_with(' ')
        || values.contains(",  ")
        || values.contains(" , ")
        || values.matches(", ").count() >= MAX_LINES)
}

/// The values of a list, joined by `, `, as JSON. `list` was checked, and so was each value in it.
pub fn join_list(list: &str) -> String {
    let values: Vec<Cow<'_, str>> = parse_list(list);
    serde_json::Value::from(values.join(", ")).to_string()
}

fn parse_list(list: &str) -> Vec<Cow<'_, str>> {
    serde_json::from_str(list).unwrap_or_default()
}

/// The list to store with a text: the one that was sent with it, if the text is its values joined; else the text is
/// what the client edited.
pub fn list_for<'a>(text: &str, sent: Option<Cow<'a, str>>) -> Cow<'a, str> {
    let parsed = split_text(text);
    match sent {
        Some(list) if list == parsed || is_same_text(text, &join_list(&list)) => list,
        _ => parsed.into(),
    }
}

/// Whether two JSON strings have the same value.
pub fn is_same_text(one: &str, other: &str) -> bool {
    let decode = |json| serde_json::from_str::<Cow<'_, str>>(json).ok();
    one == other || decode(one) == decode(other)
}

fn unquoted(json: &str) -> &str {
    json.strip_prefix('"').and_then(|json| json.strip_suffix('"')).unwrap_or(json)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn split(text: &str) -> Vec<String> {
        let list = split_text(&Value::from(text).to_string());
        assert_eq!(join_list(&list), Value::from(text).to_string(), "the list is the text");
        serde_json::from_str(&list).unwrap()
    }

    #[test]
    fn a_text_is_split_at_commas_between_values() {
        assert_eq!(split("Jazz, Rock"), ["Jazz", "Rock"]);
        assert_eq!(split("Jazz, Folk, World, & Country, Rock"), ["Jazz", "Folk, World, & Country", "Rock"]);
        assert_eq!(split("World, Folk"), ["World", "Folk"]);
        assert_eq!(split("Sky, Inc., Blue Note, Ltd., X"), ["Sky, Inc.", "Blue Note, Ltd.", "X"]);
        assert_eq!(split("12\" \"Vinyl\", A/B"), ["12\" \"Vinyl\"", "A/B"]);
        for whole in ["Jazz", "Jazz,Rock", "Jazz, ", ", Jazz", "Jazz,  Rock", "Jazz , Rock", "Jazz, , Rock", "日本, "]
        {
            assert_eq!(split(whole), [whole]);
        }
        let many = vec!["x"; 51].join(", ");
        assert_eq!(split(&many).len(), 1);
        assert_eq!(split(&many[3..]).len(), 50);
    }

    #[test]
    fn a_format_is_parted() {
        for (text, carrier, quantity, descriptions) in [
            ("LP", json!("LP"), json!(null), json!(null)),
            ("2xLP, Album, RE, 180", json!("LP"), json!(2), json!(["Album", "RE", "180"])),
            ("2xLP, Album + 7\", Single", json!("LP"), json!(2), json!(["Album", "7\"", "Single"])),
            ("Vinyl, LP, Album", json!("LP"), json!(null), json!(["Album"])),
            ("Vinyl, 12\", 45 RPM", json!("12\""), json!(null), json!(["45 RPM"])),
            ("Vinyl", json!("Vinyl"), json!(null), json!(null)),
            ("3xCass, Comp", json!("Cassette"), json!(3), json!(["Comp"])),
            ("cd", json!("CD"), json!(null), json!(null)),
            ("Box, Comp + 5xLP", json!("Box Set"), json!(null), json!(["Comp", "5xLP"])),
            ("Red vinyl, signed", json!(null), json!(null), json!(["Red vinyl", "signed"])),
            ("0xLP", json!(null), json!(null), json!(["0xLP"])),
            ("LP, ", json!(null), json!(null), json!(["LP, "])),
        ] {
            let parts = FormatParts::parse(&Value::from(text).to_string());
            let value =
                |part: Option<Cow<'_, str>>| part.map_or(json!(null), |json| serde_json::from_str(&json).unwrap());
            assert_eq!(value(parts.carrier), carrier, "{text}");
            assert_eq!(value(parts.quantity), quantity, "{text}");
            assert_eq!(value(parts.descriptions), descriptions, "{text}");
        }
    }

    #[test]
    fn every_carrier_is_a_text_of_itself() {
        for carrier in CARRIERS {
            let json = Value::from(*carrier).to_string();
            let parts = FormatParts { carrier: Some(json.clone().into()), ..FormatParts::default() };
            assert_eq!(parts.to_text(), Some(json.clone()));
            assert_eq!(FormatParts::parse(&json), parts);
        }
    }
}
