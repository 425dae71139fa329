//! Entity tags (RFC 9110, section 8.8.3).
//!
//! A record's tag is its version. A page's tag is the collection's version, its owner and the release that wrote it, so
//! that another account or another release never gives the same tag to a different page.

use bytes::Bytes;
use http::HeaderValue;

/// Differs between releases of the gateway, and between versions of the collection's contract.
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

pub fn of_record(version: i64) -> HeaderValue {
    header_value(format!("\"{version}\""))
}

pub fn of_page(version: i64, user: i64) -> HeaderValue {
    header_value(format!("\"{version}{}\"", page_suffix(user)))
}

/// A weak tag, for a document that also says how old it is: two responses with the same tag differ in that.
pub fn weak(tag: &str) -> HeaderValue {
    header_value(format!("W/\"{tag}\""))
}

/// What follows the version in the tag of a page.
pub fn page_suffix(user: i64) -> String {
    format!("-{user:x}-{RELEASE:08x}")
}

/// The version in the tag of a record; `None` if it is not a tag of ours.
pub fn version(tag: &str) -> Option<i64> {
    Some(tag).filter(|tag| tag.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()
}

fn header_value(tag: String) -> HeaderValue {
    HeaderValue::from_maybe_shared(Bytes::from(tag)).unwrap_or(HeaderValue::from_static("\"\""))
}

/// FNV-1a: short enough to run at compile time.
const fn fnv(texts: &[&[u8]]) -> u32 {
    let mut hash = 0x811c_9dc5;
    let mut rest = texts;
    while let [text, other_texts @ ..] = rest {
        let mut bytes = *text;
        while let [byte, other_bytes @ ..] = bytes {
            hash = (hash ^ *byte as u32).wrapping_mul(0x0100_0193);
            bytes = other_bytes;
        }
        rest = other_texts;
    }
    hash
}
