//! The names of entries in the key-value store: `discogs/{version}/{kind}/{name}`.

use std::fmt::Display;

use sha2::{Digest as _, Sha256};

/// The version of the entries' format. A release that changes the format changes the version, so that it does not read
/// the entries of an older release.
const VERSION: &str = "1";

const COVER: &str = "cover";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheKey(String);

impl CacheKey {
    /// A key for input of a user. The parts may have any length and any characters, so they are hashed.
    pub fn hashed(kind: &str, parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        Self::named(kind, hex::encode(hash.finalize().get(..16).unwrap_or_default()))
    }

    /// A key for a name that is short and safe, such as a number.
    pub fn named(kind: &str, name: impl Display) -> Self {
        Self(format!("discogs/{VERSION}/{kind}/{name}"))
    }

    pub fn cover(name: impl Display) -> Self {
        Self::named(COVER, name)
    }

    pub fn is_cover(&self) -> bool {
        self.0.split('/').nth(2) == Some(COVER)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_input_has_different_keys() {
        assert_ne!(CacheKey::hashed("search", &["ab", "c"]), CacheKey::hashed("search", &["a", "bc"]));
        assert_ne!(CacheKey::hashed("search", &["a"]), CacheKey::hashed("page", &["a"]));
    }

    #[test]
    fn a_key_names_its_version_and_kind() {
        assert!(CacheKey::hashed("search", &["a"]).as_str().starts_with("discogs/1/search/"));
        assert_eq!(CacheKey::named("release", 7).as_str(), "discogs/1/release/7");
        assert!(CacheKey::cover("7-0").is_cover() && !CacheKey::named("release", "cover").is_cover());
    }
}
