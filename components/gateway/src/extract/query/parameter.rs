//! The types of query parameters: how each is read, and its JSON Schema.

use super::QueryReader;

pub trait Parameter {
    /// The type of the field that holds the parameter.
    type Value;

    fn read(query: &mut QueryReader, name: &'static str) -> Self::Value;

    #[cfg(test)]
    const REQUIRED: bool = false;

    #[cfg(test)]
    fn schema() -> serde_json::Value;
}

/// A text, which may be empty.
pub struct Text;

/// A text; an empty one counts as absent, because that is how HTML forms send an empty field.
pub struct Filter;

/// A whole number in a range.
pub struct WholeNumber<const MIN: i64, const MAX: i64>;

/// A whole number that must be given.
pub struct Required<const MIN: i64, const MAX: i64>;

/// `1970` or `1970s`: the first year of a decade.
pub struct Decade;

/// `true` or `false`.
pub struct Flag<const DEFAULT: bool>;

impl Parameter for Text {
    type Value = Option<String>;

    fn read(query: &mut QueryReader, name: &'static str) -> Option<String> {
        query.take(name)
    }

    #[cfg(test)]
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "string"})
    }
}

impl Parameter for Filter {
    type Value = Option<String>;

    fn read(query: &mut QueryReader, name: &'static str) -> Option<String> {
        query.take(name).filter(|value| !value.is_empty())
    }

    #[cfg(test)]
    fn schema() -> serde_json::Value {
        Text::schema()
    }
}

impl<const MIN: i64, const MAX: i64> Parameter for WholeNumber<MIN, MAX> {
    type Value = Option<i64>;

    fn read(query: &mut QueryReader, name: &'static str) -> Option<i64> {
        whole_number(query, name, MIN, MAX)
    }

    #[cfg(test)]
    fn schema() -> serde_json::Value {
        let mut schema = serde_json::json!({"type": "integer", "format": "int64", "minimum": MIN});
        if MAX < i64::MAX {
            schema["maximum"] = MAX.into();
        }
        schema
    }
}

impl<const MIN: i64, const MAX: i64> Parameter for Required<MIN, MAX> {
    type Value = i64;

    fn read(query: &mut QueryReader, name: &'static str) -> i64 {
        if query.pairs.iter().all(|(key, _)| key != name) {
            query.fault(name, "is required");
        }
        whole_number(query, name, MIN, MAX).unwrap_or(MIN)
    }

    #[cfg(test)]
    const REQUIRED: bool = true;

    #[cfg(test)]
    fn schema() -> serde_json::Value {
        WholeNumber::<MIN, MAX>::schema()
    }
}

impl Parameter for Decade {
    type Value = Option<i64>;

    fn read(query: &mut QueryReader, name: &'static str) -> Option<i64> {
        let value = Filter::read(query, name)?;
        let year = value.strip_suffix('s').unwrap_or(&value);
        let decade = year.parse().ok().filter(|year: &i64| year.rem_euclid(10) == 0 && (0..=9990).contains(year));
        if decade.is_none() {
            query.fault(name, "must be the first year of a decade, such as 1970 or 1970s");
        }
        decade
    }

    #[cfg(test)]
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "string", "pattern": "^((18[6-9]|19[0-9]|20[0-9]|210)0s?)?$"})
    }
}

impl<const DEFAULT: bool> Parameter for Flag<DEFAULT> {
    type Value = bool;

    fn read(query: &mut QueryReader, name: &'static str) -> bool {
        flag(query, name).unwrap_or(DEFAULT)
    }

    #[cfg(test)]
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "boolean", "default": DEFAULT})
    }
}

fn flag(query: &mut QueryReader, name: &'static str) -> Option<bool> {
    match query.take(name)?.as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => {
            query.fault(name, "must be true or false");
            None
        }
    }
}

fn whole_number(query: &mut QueryReader, name: &'static str, min: i64, max: i64) -> Option<i64> {
    let value = query.take(name)?;
    let number = value.parse().ok().filter(|number| (min..=max).contains(number));
    if number.is_none() {
        query.fault(name, format!("must be a whole number from {min} to {max}"));
    }
    number
}
