//! Entity tags (RFC 9110, section 8.8.3): an album's is its version; a page's is the collection's version, its owner and
//! the release that wrote it, so that neither another account nor another release meets a tag that it would share.

use http::{HeaderMap, HeaderValue, header};

use crate::{headers, problem::Problem};

/// No album ever has this version: what a tag means that is well-formed, but not one of ours.
const NO_VERSION: i64 = -1;

/// Differs between releases of the gateway and versions of the collection's contract.
const RELEASE: u32 = fnv(&[
    env!("CARGO_PKG_VERSION").as_bytes(),
    include_bytes!("../../../wit/collection/albums.wit"),
    include_bytes!("../../../wit/collection/crates.wit"),
    include_bytes!("../../../wit/collection/insights.wit"),
    include_bytes!("../../../wit/collection/sync.wit"),
    include_bytes!("../../../wit/collection/transfer.wit"),
    include_bytes!("../../../wit/collection/types.wit"),
    include_bytes!("../../../wit/collection/world.wit"),
]);

pub fn of_album(version: i64) -> HeaderValue {
    header_value(format!("\"{version}\""))
}

pub fn of_page(version: i64, user: i64) -> HeaderValue {
    header_value(format!("\"{version}-{user:x}-{RELEASE:08x}\""))
}

/// Of a document that says how old it is, and so differs from one moment to the next in what does not count.
pub fn weak(tag: &str) -> HeaderValue {
    header_value(format!("W/\"{tag}\""))
}

/// Whether the caller's `If-None-Match` names the document.
pub fn knows(map: &HeaderMap, current: &str) -> bool {
    known(map).any(|tag| tag == current)
}

/// The version that the caller's `If-Match` asks for; `*` asks for any.
pub fn expected_version(map: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(value) = headers::single(map, &header::IF_MATCH)? else { return Ok(None) };
    if value.as_bytes() == b"*" {
        return Ok(None);
    }
    match value.to_str().ok().and_then(tags).as_deref() {
        Some([Tag { weak: false, text }]) => Ok(Some(version(text).unwrap_or(NO_VERSION))),
        // A weak tag never matches where a strong comparison is asked for.
        Some([Tag { weak: true, .. }]) => Ok(Some(NO_VERSION)),
        _ => Err(Problem::header(&header::IF_MATCH, "is one entity tag here, as an ETag header gave it, or *")),
    }
}

/// Whether the caller's `If-None-Match` names the album's version.
pub fn knows_album(map: &HeaderMap, current: i64) -> bool {
    known(map).any(|tag| version(&tag) == Some(current))
}

/// The version of the collection that the caller's `If-None-Match` names; the newest, if there are several.
pub fn known_version(map: &HeaderMap, user: i64) -> Option<i64> {
    let ending = format!("-{user:x}-{RELEASE:08x}");
    known(map).filter_map(|tag| version(tag.strip_suffix(&ending)?)).max()
}

fn known(map: &HeaderMap) -> impl Iterator<Item = String> {
    let values = map.get_all(header::IF_NONE_MATCH).into_iter();
    values.filter_map(|value| tags(value.to_str().ok()?)).flatten().map(|tag| tag.text.to_owned())
}

#[derive(Debug, PartialEq)]
struct Tag<'a> {
    weak: bool,
    text: &'a str,
}

/// `[W/]"…"`, comma-separated; nothing if one of them is not a tag.
fn tags(list: &str) -> Option<Vec<Tag<'_>>> {
    let mut tags = Vec::new();
    let mut rest = list.trim();
    while !rest.is_empty() {
        let (weak, quoted) = rest.strip_prefix("W/").map_or((false, rest), |quoted| (true, quoted));
        let (text, after) = quoted.strip_prefix('"')?.split_once('"')?;
        tags.push(Tag { weak, text });
        let after = after.trim_start();
        rest = if after.is_empty() { after } else { after.strip_prefix(',')?.trim_start() };
    }
    Some(tags)
}

fn version(text: &str) -> Option<i64> {
    Some(text).filter(|text| text.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()
}

fn header_value(tag: String) -> HeaderValue {
    HeaderValue::from_maybe_shared(bytes::Bytes::from(tag)).unwrap_or(HeaderValue::from_static("\"\""))
}

/// FNV-1a, since it must run at compile time.
const fn fnv(texts: &[&[u8]]) -> u32 {
    let mut hash = 0x811c_9dc5;
    let mut texts = texts;
    while let [text, other_texts @ ..] = texts {
        let mut rest = *text;
        while let [first, tail @ ..] = rest {
            hash = (hash ^ *first as u32).wrapping_mul(0x0100_0193);
            rest = tail;
        }
        texts = other_texts;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(name: http::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
    }

    fn expected(value: &str) -> Result<Option<i64>, Problem> {
        expected_version(&map(header::IF_MATCH, value))
    }

    #[test]
    fn if_match_is_a_version_or_any() {
        assert_eq!(expected("\"7\"").unwrap(), Some(7));
        assert_eq!(expected(" \"7\" ").unwrap(), Some(7));
        assert_eq!(expected("*").unwrap(), None);
        assert_eq!(expected_version(&HeaderMap::new()).unwrap(), None);
    }

    #[test]
    fn a_tag_that_is_not_ours_matches_no_version() {
        for tag in ["\"abc\"", "W/\"7\"", "\"-7\"", "\"+7\"", "\"7.0\"", "\"99999999999999999999\""] {
            assert_eq!(expected(tag).unwrap(), Some(NO_VERSION), "{tag}");
        }
    }

    #[test]
    fn what_is_not_one_tag_is_refused() {
        for tag in ["7", "\"7", "7\"", "\"7\", \"8\"", "", "\"7\" \"8\"", "'7'"] {
            assert!(expected(tag).is_err(), "{tag}");
        }
        let mut twice = map(header::IF_MATCH, "\"7\"");
        twice.append(header::IF_MATCH, HeaderValue::from_static("\"7\""));
        assert!(expected_version(&twice).is_err());
    }

    #[test]
    fn a_page_is_known_to_its_owner_only() {
        let tag = of_page(41, 255);
        let sent = map(header::IF_NONE_MATCH, tag.to_str().unwrap());
        assert_eq!(known_version(&sent, 255), Some(41));
        assert_eq!(known_version(&sent, 15), None);
        let several = format!("\"x\", W/{}, {}", tag.to_str().unwrap(), of_page(43, 255).to_str().unwrap());
        assert_eq!(known_version(&map(header::IF_NONE_MATCH, &several), 255), Some(43));
        assert_eq!(known_version(&map(header::IF_NONE_MATCH, "*"), 255), None);
    }

    #[test]
    fn an_album_is_known_by_its_version() {
        assert!(knows_album(&map(header::IF_NONE_MATCH, "W/\"7\""), 7));
        assert!(!knows_album(&map(header::IF_NONE_MATCH, "\"7\""), 8));
        assert!(!knows_album(&HeaderMap::new(), 8));
    }
}
