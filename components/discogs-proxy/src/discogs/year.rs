//! A year, as Discogs writes it.

use serde::Deserialize;

/// A release has a number, a search result has a text.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Year {
    Number(i64),
    Text(String),
}

impl Year {
    /// Returns the year; `None` if it is not known: then Discogs writes 0, "" or "Unknown".
    pub fn known(&self) -> Option<i64> {
        let year = match self {
            Self::Number(year) => *year,
            Self::Text(text) => text.trim().parse().ok()?,
        };
        (1860..=2100).contains(&year).then_some(year)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_a_number_or_a_text() {
        for (json, expected) in [
            ("1999", Some(1999)),
            (r#""1999""#, Some(1999)),
            ("0", None),
            (r#""0""#, None),
            (r#""""#, None),
            (r#""Unknown""#, None),
        ] {
            assert_eq!(serde_json::from_str::<Year>(json).unwrap().known(), expected, "{json}");
        }
    }
}
