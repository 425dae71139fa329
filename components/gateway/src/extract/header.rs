//! Reading one header.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::problem::Problem;

/// A header that may be given once only: of two values, two readers could each use a different one.
pub fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a HeaderValue>, Problem> {
    let mut values = headers.get_all(name).into_iter();
    match (values.next(), values.next()) {
        (_, Some(_)) => Err(Problem::header(name, "is given more than once")),
        (value, None) => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_given_twice_is_refused_by_name() {
        let name = HeaderName::from_static("x-init-secret");
        let headers = HeaderMap::from_iter(["a", "b"].map(|value| (name.clone(), HeaderValue::from_static(value))));
        let problem = single(&headers, &name).unwrap_err();
        assert!(String::from_utf8(problem.document("r")).unwrap().contains("x-init-secret: is given more than once"));
        assert!(single(&HeaderMap::new(), &name).unwrap().is_none());
    }
}
