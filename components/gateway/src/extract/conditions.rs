//! Conditional requests (RFC 9110, section 13): `If-Match` and `If-None-Match`.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use guest::entity_tag::{EntityTag, TagList};
use http::{HeaderMap, header, request::Parts};

use super::header::single;
use crate::{etag, problem::Problem};

/// No record ever has this version: for a valid tag that is not one of ours.
const NO_VERSION: i64 = -1;

/// The version that the client expects the record to have; `None` if it expects none, or `*`.
pub struct IfMatch(pub Option<i64>);

/// The tags of the documents that the client has.
pub struct IfNoneMatch(Vec<String>);

impl IfNoneMatch {
    pub fn has(&self, tag: &str) -> bool {
        self.0.iter().any(|known| known == tag)
    }

    pub fn has_version(&self, version: i64) -> bool {
        self.0.iter().any(|tag| etag::version(tag) == Some(version))
    }

    /// The newest version of the user's collection of which the client has a page.
    pub fn newest_page_version(&self, user: i64) -> Option<i64> {
        if self.0.is_empty() {
            return None;
        }
        let suffix = etag::page_suffix(user);
        self.0.iter().filter_map(|tag| etag::version(tag.strip_suffix(&suffix)?)).max()
    }
}

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if_match(&parts.headers).map(Self)
    }
}

impl<S: Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(if_none_match(&parts.headers))
    }
}

fn if_match(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(value) = single(headers, &header::IF_MATCH)? else { return Ok(None) };
    let list = value.to_str().ok().and_then(TagList::parse);
    match list.as_ref().map(TagList::tags) {
        _ if list == Some(TagList::Any) => Ok(None),
        Some([EntityTag { is_weak: false, opaque }]) => Ok(Some(etag::version(opaque).unwrap_or(NO_VERSION))),
        // RFC 9110 requires the strong comparison here, in which a weak tag never matches.
        Some([EntityTag { is_weak: true, .. }]) => Ok(Some(NO_VERSION)),
        _ => Err(Problem::header(&header::IF_MATCH, "must be one entity tag, as an ETag header gave it, or *")),
    }
}

fn if_none_match(headers: &HeaderMap) -> IfNoneMatch {
    let values = headers.get_all(header::IF_NONE_MATCH).into_iter();
    let lists = values.filter_map(|value| TagList::parse(value.to_str().ok()?));
    IfNoneMatch(lists.flat_map(|list| opaque_tags(&list)).collect())
}

fn opaque_tags(list: &TagList) -> Vec<String> {
    list.tags().iter().map(|tag| tag.opaque.to_owned()).collect()
}

#[cfg(test)]
mod description {
    use super::{super::describe::*, *};
    use crate::problem::Code;

    impl DescribeInput for IfMatch {
        fn describe(inputs: &mut Inputs) {
            let description = "An ETag. The write is refused if the record has another one.";
            let one_tag = serde_json::json!({"pattern": r#"^((W/)?"[!#-~]*"|\*)$"#, "example": "\"7\""});
            inputs.parameters.push(header_parameter("if-match", description, one_tag));
            inputs.codes.push(Code::VersionConflict);
        }
    }

    impl DescribeInput for IfNoneMatch {
        fn describe(inputs: &mut Inputs) {
            let description = "The ETags of documents that the client has.";
            inputs.parameters.push(header_parameter("if-none-match", description, serde_json::json!({})));
            inputs.responses.push(("304", "The client has the current document."));
        }
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn headers(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
    }

    fn expected(value: &str) -> Result<Option<i64>, Problem> {
        if_match(&headers(header::IF_MATCH, value))
    }

    fn known(value: &str) -> IfNoneMatch {
        if_none_match(&headers(header::IF_NONE_MATCH, value))
    }

    #[test]
    fn if_match_is_a_version_or_any() {
        assert_eq!(expected("\"7\"").unwrap(), Some(7));
        assert_eq!(expected(" \"7\" ").unwrap(), Some(7));
        assert_eq!(expected("*").unwrap(), None);
        assert_eq!(if_match(&HeaderMap::new()).unwrap(), None);
    }

    #[test]
    fn an_unknown_tag_matches_no_version() {
        for tag in ["\"abc\"", "W/\"7\"", "\"-7\"", "\"+7\"", "\"7.0\"", "\"99999999999999999999\""] {
            assert_eq!(expected(tag).unwrap(), Some(NO_VERSION), "{tag}");
        }
    }

    #[test]
    fn if_match_with_another_syntax_is_refused() {
        for tag in ["7", "\"7", "7\"", "\"7\", \"8\"", "", "\"7\" \"8\"", "'7'"] {
            assert!(expected(tag).is_err(), "{tag}");
        }
        let mut twice = headers(header::IF_MATCH, "\"7\"");
        twice.append(header::IF_MATCH, HeaderValue::from_static("\"7\""));
        assert!(if_match(&twice).is_err());
    }

    #[test]
    fn the_tag_of_a_page_is_valid_for_its_owner_only() {
        let tag = etag::of_page(41, 255);
        let sent = known(tag.to_str().unwrap());
        assert_eq!(sent.newest_page_version(255), Some(41));
        assert_eq!(sent.newest_page_version(15), None);
        let several = format!("\"x\", W/{}, {}", tag.to_str().unwrap(), etag::of_page(43, 255).to_str().unwrap());
        assert_eq!(known(&several).newest_page_version(255), Some(43));
        assert_eq!(known("*").newest_page_version(255), None);
    }

    #[test]
    fn a_record_is_compared_by_its_version() {
        assert!(known("W/\"7\"").has_version(7));
        assert!(!known("\"7\"").has_version(8));
        assert!(!if_none_match(&HeaderMap::new()).has_version(8));
    }
}
