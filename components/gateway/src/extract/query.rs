//! Query strings: each parameter is known, given once and in its range. Every fault is reported, each by its name.

pub mod parameter;

use std::borrow::Cow;

use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::problem::{Code, FieldError, Problem};

const MAX_PARAMETERS: usize = 64;
const MAX_FAULTS: usize = 100;

/// The parameters of one route, as a struct that `query!` declares.
pub struct Query<T>(pub T);

/// Implemented by `query!`.
pub trait FromQuery: Sized {
    fn read(query: &mut QueryReader) -> Self;

    #[cfg(test)]
    fn describe() -> Vec<utoipa::openapi::path::Parameter>;
}

/// Declares the parameters of a route: a struct that [`Query`] reads and that describes itself.
///
/// The type of a field is one of [`parameter`]; the field's own type is that type's `Value`. `as "name"` renames the
/// parameter; `[…]` adds keywords of JSON Schema to its description.
macro_rules! query {
    (
        $(#[doc = $about:literal])*
        pub struct $name:ident {$(
            $(#[doc = $doc:literal])*
            $field:ident $(as $parameter:literal)?: $type:ty $([$($keyword:ident = $value:expr),+])?
        ),+ $(,)?}
    ) => {
        $(#[doc = $about])*
        pub struct $name {
            $(pub $field: <$type as $crate::extract::query::parameter::Parameter>::Value),+
        }

        impl $crate::extract::query::FromQuery for $name {
            fn read(query: &mut $crate::extract::query::QueryReader) -> Self {
                use $crate::extract::query::parameter::Parameter;
                Self {
                    $($field: <$type>::read(query, $crate::extract::query::parameter_name!($field $($parameter)?))),+
                }
            }

            #[cfg(test)]
            fn describe() -> Vec<utoipa::openapi::path::Parameter> {
                use $crate::extract::describe::query_parameter;
                vec![$(query_parameter::<$type>(
                    $crate::extract::query::parameter_name!($field $($parameter)?),
                    &[$($doc),*],
                    serde_json::json!({$($(stringify!($keyword): $value),+)?}),
                )),+]
            }
        }
    };
}

macro_rules! parameter_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $name:literal) => {
        $name
    };
}

pub(crate) use {parameter_name, query};

impl<S: Sync, T: FromQuery> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parse(parts.uri.query()).map(Self)
    }
}

fn parse<T: FromQuery>(query: Option<&str>) -> Result<T, Problem> {
    let mut reader = QueryReader::new(query)?;
    let value = T::read(&mut reader);
    reader.finish().map(|()| value)
}

/// The parameters of one request. Each is taken by its name; [`QueryReader::finish`] refuses those that are left over.
pub struct QueryReader {
    pairs: Vec<(String, String)>,
    errors: Vec<FieldError>,
}

impl QueryReader {
    fn new(query: Option<&str>) -> Result<Self, Problem> {
        let query = query.unwrap_or_default();
        // `form_urlencoded` would replace bytes that are not UTF-8. Separators are ASCII, so the whole query can be
        // checked at once.
        if percent_encoding::percent_decode_str(query).decode_utf8().is_err() {
            return Err(Problem::new(Code::InvalidQuery, "The query string is not percent-encoded UTF-8."));
        }
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().take(MAX_PARAMETERS + 1).collect();
        if pairs.len() > MAX_PARAMETERS {
            let fault = FieldError::new("query", format!("must have at most {MAX_PARAMETERS} parameters"));
            return Err(Problem::invalid(vec![fault]));
        }
        Ok(Self { pairs, errors: vec![] })
    }

    fn take(&mut self, name: &'static str) -> Option<String> {
        let mut values = self.pairs.extract_if(.., |(key, _)| key == name).map(|(_, value)| value);
        let value = values.next();
        if values.next().is_some() {
            self.errors.push(FieldError::new(name, "is given more than once"));
        }
        value
    }

    fn fault(&mut self, name: &'static str, message: impl Into<Cow<'static, str>>) {
        self.errors.push(FieldError::new(name, message));
    }

    /// Fails if there was a fault, or if a parameter is left over. The work is linear: the list of faults ends early.
    fn finish(mut self) -> Result<(), Problem> {
        for (name, _) in self.pairs {
            if self.errors.len() >= MAX_FAULTS {
                break;
            }
            // A name could be as long as a URL may be.
            let name: String = name.chars().take(100).collect();
            if !self.errors.iter().any(|error| error.field == name) {
                self.errors.push(FieldError::new(name, "is not a parameter of this route"));
            }
        }
        self.errors.truncate(MAX_FAULTS);
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::invalid(self.errors)) }
    }
}

#[cfg(test)]
mod description {
    use super::{super::describe::*, *};

    impl<T: FromQuery> DescribeInput for Query<T> {
        fn describe(inputs: &mut Inputs) {
            inputs.parameters.extend(T::describe());
            inputs.codes.extend([Code::InvalidQuery, Code::InvalidInput]);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{
        parameter::{Decade, Filter, Flag, Required, WholeNumber},
        *,
    };

    query! {
        pub struct Filters {
            q: Filter,
            limit: WholeNumber<1, 1000>,
            decade: Decade,
            trashed: Flag<false>,
        }
    }

    query! {
        pub struct Release {
            release_id as "id": Required<1, 10>,
        }
    }

    type Values = (Option<String>, Option<i64>, Option<i64>, bool);

    fn read(query: &str) -> Result<Values, Problem> {
        parse(Some(query)).map(|Filters { q, limit, decade, trashed }| (q, limit, decade, trashed))
    }

    #[test]
    fn parameters_are_decoded() {
        let query = "q=a%20b%2Bc+%C3%A9&limit=10&decade=1970s&trashed=true";
        assert_eq!(read(query).unwrap(), (Some("a b+c é".into()), Some(10), Some(1970), true));
        assert_eq!(read("q=&decade=1970").unwrap(), (None, None, Some(1970), false));
        assert_eq!(read("").unwrap(), (None, None, None, false));
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        let problem = read("limit=0&limti=5&q=a&q=b&decade=1975&trashed=1&%5B%22=x").unwrap_err();
        let problem: Value = serde_json::from_slice(&problem.document("r")).unwrap();
        let fields: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|error| error["field"].clone()).collect();
        assert_eq!(problem["status"], 422);
        assert_eq!(json!(fields), json!(["q", "limit", "decade", "trashed", "limti", "[\""]));
    }

    #[test]
    fn a_query_of_very_many_parameters_gets_a_short_answer() {
        for query in [(0..60_000).map(|i| format!("p{i}=0&")).collect::<String>(), "q=a&".repeat(60_000)] {
            let problem = read(&query).unwrap_err();
            assert_eq!(problem.code(), Code::InvalidInput);
            assert!(problem.document("r").len() < 1000);
        }
        assert!(read(&"x=&".repeat(64)).unwrap_err().document("r").len() < 1000);
    }

    #[test]
    fn a_number_out_of_range_is_refused() {
        for limit in ["-1", "0", "1001", "1e3", "", "99999999999999999999", "1.0", "0x1"] {
            assert!(read(&format!("limit={limit}")).is_err(), "{limit}");
        }
    }

    #[test]
    fn a_missing_required_parameter_is_refused() {
        let message = |query| {
            let problem = parse::<Release>(Some(query)).map(|release| release.release_id).unwrap_err();
            serde_json::from_slice::<Value>(&problem.document("r")).unwrap()["detail"].clone()
        };
        assert_eq!(message(""), "id: is required");
        assert_eq!(message("id=11"), "id: must be a whole number from 1 to 10");
        assert_eq!(parse::<Release>(Some("id=10")).map(|release| release.release_id).ok(), Some(10));
    }

    #[test]
    fn invalid_utf8_is_refused() {
        assert_eq!(read("q=%ff").unwrap_err().code(), Code::InvalidQuery);
        assert_eq!(read("q=%ef%bf%bd").unwrap().0.as_deref(), Some("\u{fffd}"));
    }
}
