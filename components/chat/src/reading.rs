//! The contract's `reading`: names of its values, and the JSON form that a language model receives.

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::contract::assistant::{Grouping, Intent, Range, Reading};

impl Reading {
    /// Whether the question was understood to be about some of the albums only. Words do not count.
    pub fn has_filter(&self) -> bool {
        let names = [&self.genres, &self.artists, &self.labels, &self.formats, &self.countries];
        names.iter().any(|names| !names.is_empty())
            || self.years.is_some()
            || self.rating.is_some()
            || self.unrated.is_some()
            || self.played.is_some()
    }
}

/// Values that do not restrict the match are left out.
impl Serialize for Reading {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("intent", self.intent.name())?;
        if let Some(grouping) = self.group_by {
            map.serialize_entry("by", grouping.name())?;
        }
        for (name, values) in [
            ("genres", &self.genres),
            ("artists", &self.artists),
            ("labels", &self.labels),
            ("formats", &self.formats),
            ("countries", &self.countries),
        ] {
            if !values.is_empty() {
                map.serialize_entry(name, values)?;
            }
        }
        for (name, range) in [("years", self.years), ("rating", self.rating)] {
            if let Some(Range { first, last }) = range {
                map.serialize_entry(name, &(first, last))?;
            }
        }
        for (name, flag) in [("unrated", self.unrated), ("played", self.played)] {
            if let Some(flag) = flag {
                map.serialize_entry(name, &flag)?;
            }
        }
        if !self.words.is_empty() {
            map.serialize_entry("words", &self.words)?;
        }
        map.end()
    }
}

impl Intent {
    fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::List => "list",
            Self::Owned => "owned",
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Added => "added",
            Self::Valuable => "valuable",
            Self::Spent => "spent",
            Self::Rated => "rated",
            Self::Pick => "pick",
            Self::Breakdown => "breakdown",
            Self::Other => "other",
        }
    }
}

impl Grouping {
    pub fn name(self) -> &'static str {
        match self {
            Self::Genre => "genre",
            Self::Decade => "decade",
            Self::Label => "label",
            Self::Artist => "artist",
            Self::Format => "format",
            Self::Country => "country",
            Self::Rating => "rating",
        }
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn reading(intent: Intent) -> Reading {
        Reading {
            intent,
            group_by: None,
            genres: Vec::new(),
            artists: Vec::new(),
            labels: Vec::new(),
            formats: Vec::new(),
            countries: Vec::new(),
            years: None,
            rating: None,
            unrated: None,
            played: None,
            words: Vec::new(),
        }
    }

    #[test]
    fn only_values_that_restrict_the_match_are_serialised() {
        let json = |reading: &Reading| serde_json::to_string(reading).unwrap();
        assert_eq!(json(&reading(Intent::Other)), r#"{"intent":"other"}"#);
        let narrow = Reading {
            group_by: Some(Grouping::Decade),
            genres: vec!["Jazz".to_owned()],
            years: Some(Range { first: 1960, last: 1969 }),
            unrated: Some(true),
            words: vec!["piano".to_owned()],
            ..reading(Intent::Breakdown)
        };
        let expected = [
            r#"{"intent":"breakdown","by":"decade","genres":["Jazz"],"years":[1960,1969],"#,
            r#""unrated":true,"words":["piano"]}"#,
        ];
        assert_eq!(json(&narrow), expected.concat());
    }

    #[test]
    fn words_are_no_filter() {
        assert!(!Reading { words: vec!["x".to_owned()], ..reading(Intent::Other) }.has_filter());
        assert!(Reading { played: Some(false), ..reading(Intent::Other) }.has_filter());
    }
}
