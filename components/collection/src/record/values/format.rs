//! The parts of a format: `2xLP, Album, RE` in Discogs' CSV files, `Vinyl, LP, Album` in its search.

use std::borrow::Cow;

use super::{is_list, parse_list, unquoted};

/// What a record can be, as `carrier` names it.
pub const CARRIERS: &[&str] = &[
    "LP",
    "12\"",
    "10\"",
    "7\"",
    "Vinyl",
    "Shellac",
    "Flexi-disc",
    "Lathe Cut",
    "Acetate",
    "CD",
    "SACD",
    "DVD",
    "Blu-ray",
    "MiniDisc",
    "Cassette",
    "8-Track Cartridge",
    "Reel-To-Reel",
    "Box Set",
    "File",
];

/// The beginnings of format texts in lower case, as JSON, and the carriers, also as JSON, that they mean.
const NAMES: &[(&str, &str)] = &[
    ("lp", "\"LP\""),
    ("12\\\"", "\"12\\\"\""),
    ("10\\\"", "\"10\\\"\""),
    ("7\\\"", "\"7\\\"\""),
    ("vinyl", VINYL),
    ("shellac", "\"Shellac\""),
    ("flexi-disc", "\"Flexi-disc\""),
    ("flexi", "\"Flexi-disc\""),
    ("lathe cut", "\"Lathe Cut\""),
    ("lathe", "\"Lathe Cut\""),
    ("acetate", "\"Acetate\""),
    ("cd", "\"CD\""),
    ("cdr", "\"CD\""),
    ("sacd", "\"SACD\""),
    ("dvd", "\"DVD\""),
    ("dvdr", "\"DVD\""),
    ("blu-ray", "\"Blu-ray\""),
    ("minidisc", "\"MiniDisc\""),
    ("cassette", "\"Cassette\""),
    ("cass", "\"Cassette\""),
    ("8-track cartridge", "\"8-Track Cartridge\""),
    ("8-trk", "\"8-Track Cartridge\""),
    ("reel-to-reel", "\"Reel-To-Reel\""),
    ("reel", "\"Reel-To-Reel\""),
    ("box set", "\"Box Set\""),
    ("box", "\"Box Set\""),
    ("file", "\"File\""),
];

const VINYL: &str = "\"Vinyl\"";

/// The first of these that is among the descriptions of "Vinyl" is its carrier.
const SIZES: [&str; 4] = ["LP", "12\\\"", "10\\\"", "7\\\""];

/// The parts of a format as JSON. `None`: not set.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct FormatParts<'a> {
    pub carrier: Option<Cow<'a, str>>,
    /// Of discs, cassettes …; only if there are several.
    pub quantity: Option<Cow<'a, str>>,
    pub descriptions: Option<Cow<'a, str>>,
}

impl<'a> FormatParts<'a> {
    /// The parts of a text. One that begins with no known name is only descriptions. The formats of a text such as
    /// `LP, Album + CD` give the carrier of the first one; the rest are descriptions.
    pub fn parse(text: &str) -> Self {
        let values = unquoted(text);
        let values = if values.contains(" + ") { Cow::Owned(values.replace(" + ", ", ")) } else { values.into() };
        if !is_list(&values) {
            return Self { descriptions: Some(format!("[{text}]").into()), ..Self::default() };
        }
        let (head, rest) = values.split_once(", ").unwrap_or((&values, ""));
        let (quantity, name) = split_quantity(head);
        let Some((_, carrier)) = NAMES.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)) else {
            return Self { descriptions: list(values.split(", ")), ..Self::default() };
        };
        let size = SIZES.iter().find(|size| *carrier == VINYL && rest.split(", ").any(|value| value == **size));
        let descriptions = rest.split(", ").filter(|value| !value.is_empty() && size.is_none_or(|size| size != value));
        Self {
            carrier: Some(size.map_or(Cow::Borrowed(*carrier), |size| format!("\"{size}\"").into())),
            quantity: quantity.map(|quantity| quantity.to_owned().into()),
            descriptions: list(descriptions),
        }
    }

    /// The text of these parts, as JSON; `None` without a carrier and descriptions.
    pub fn to_text(&self) -> Option<String> {
        let carrier = self.carrier.as_deref().and_then(|json| serde_json::from_str::<Cow<'_, str>>(json).ok());
        let quantity = self.quantity.as_deref().filter(|quantity| *quantity != "1" && carrier.is_some());
        let head = carrier.map(|carrier| match quantity {
            Some(quantity) => format!("{quantity}x{carrier}").into(),
            None => carrier,
        });
        let values: Vec<_> = head.into_iter().chain(parse_list(self.descriptions.as_deref().unwrap_or("[]"))).collect();
        (!values.is_empty()).then(|| serde_json::Value::from(values.join(", ")).to_string())
    }
}

/// The quantity before an `x`: `2` and `LP` of `2xLP`.
fn split_quantity(head: &str) -> (Option<&str>, &str) {
    match head.split_once('x') {
        Some((digits, name))
            if matches!(digits.len(), 1..=3)
                && !digits.starts_with('0')
                && digits.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            (Some(digits), name)
        }
        _ => (None, head),
    }
}

fn list<'a>(values: impl Iterator<Item = &'a str>) -> Option<Cow<'static, str>> {
    let values: Vec<_> = values.collect();
    (!values.is_empty()).then(|| format!("[\"{}\"]", values.join("\",\"")).into())
}
