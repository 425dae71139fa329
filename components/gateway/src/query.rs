//! Query strings: every parameter is known, given once, and in its range; what is not is named.

use std::ops::RangeInclusive;

use crate::problem::{Code, FieldError, Problem};

/// The parameters of one request. Each is taken by name; [`Parameters::finish`] refuses what is left over.
pub struct Parameters {
    pairs: Vec<(String, String)>,
    errors: Vec<FieldError>,
}

impl Parameters {
    pub fn parse(query: Option<&str>) -> Result<Self, Problem> {
        let query = query.unwrap_or_default();
        // The parser would replace what is not UTF-8; separators are ASCII, so the whole can be checked at once.
        if percent_encoding::percent_decode_str(query).decode_utf8().is_err() {
            return Err(Problem::new(Code::InvalidQuery, "The query string is not percent-encoded UTF-8."));
        }
        let pairs = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Ok(Self { pairs, errors: vec![] })
    }

    /// As given.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        let mut values = self.pairs.extract_if(.., |(key, _)| key == name).map(|(_, value)| value);
        let value = values.next();
        if values.next().is_some() {
            self.errors.push(FieldError::new(name, "is given more than once"));
        }
        value
    }

    /// A filter; an empty one is none, as forms send it.
    pub fn filter(&mut self, name: &'static str) -> Option<String> {
        self.text(name).filter(|value| !value.is_empty())
    }

    pub fn integer(&mut self, name: &'static str, range: RangeInclusive<i64>) -> Option<i64> {
        let value = self.text(name)?;
        let number = value.parse().ok().filter(|number| range.contains(number));
        if number.is_none() {
            let (start, end) = range.into_inner();
            self.errors.push(FieldError::new(name, format!("must be a whole number from {start} to {end}")));
        }
        number
    }

    /// `1970` or `1970s`: the first year of a decade.
    pub fn decade(&mut self, name: &'static str) -> Option<i64> {
        let value = self.filter(name)?;
        let year = value.strip_suffix('s').unwrap_or(&value);
        let decade = year.parse().ok().filter(|year: &i64| year.rem_euclid(10) == 0 && (0..=9990).contains(year));
        if decade.is_none() {
            self.errors.push(FieldError::new(name, "must be the first year of a decade, such as 1970 or 1970s"));
        }
        decade
    }

    pub fn flag(&mut self, name: &'static str) -> bool {
        match self.text(name).as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => {
                self.errors.push(FieldError::new(name, "must be true or false"));
                false
            }
        }
    }

    /// Fails if anything was wrong, or is left over.
    pub fn finish(mut self) -> Result<(), Problem> {
        for (name, _) in self.pairs {
            // A name could be as long as a URL may be.
            let name: String = name.chars().take(100).collect();
            if !self.errors.iter().any(|error| error.field == name) {
                self.errors.push(FieldError::new(name, "is not a parameter of this route"));
            }
        }
        self.errors.truncate(100);
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::invalid(self.errors)) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    type Read = (Option<String>, Option<i64>, Option<i64>, bool);

    fn read(query: &str) -> Result<Read, Problem> {
        let mut parameters = Parameters::parse(Some(query))?;
        let read = (
            parameters.filter("q"),
            parameters.integer("limit", 1..=1000),
            parameters.decade("decade"),
            parameters.flag("trashed"),
        );
        parameters.finish().map(|()| read)
    }

    #[test]
    fn parameters_are_decoded() {
        let query = "q=a%20b%2Bc+%C3%A9&limit=10&decade=1970s&trashed=true";
        assert_eq!(read(query).unwrap(), (Some("a b+c é".into()), Some(10), Some(1970), true));
        assert_eq!(read("q=&decade=1970").unwrap(), (None, None, Some(1970), false));
        assert_eq!(read("").unwrap(), (None, None, None, false));
    }

    #[test]
    fn faults_are_named_all_at_once() {
        let problem = read("limit=0&limti=5&q=a&q=b&decade=1975&trashed=1&%5B%22=x").unwrap_err();
        let problem: Value = serde_json::from_slice(&problem.document("r")).unwrap();
        let fields: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|error| error["field"].clone()).collect();
        assert_eq!(problem["status"], 422);
        assert_eq!(json!(fields), json!(["q", "limit", "decade", "trashed", "limti", "[\""]));
    }

    #[test]
    fn numbers_are_in_range() {
        for limit in ["-1", "0", "1001", "1e3", "", "99999999999999999999", "1.0", "0x1"] {
            assert!(read(&format!("limit={limit}")).is_err(), "{limit}");
        }
    }

    #[test]
    fn invalid_utf8_is_refused() {
        assert_eq!(read("q=%ff").unwrap_err().code(), Code::InvalidQuery);
        assert_eq!(read("q=%ef%bf%bd").unwrap().0.as_deref(), Some("\u{fffd}"));
    }
}
