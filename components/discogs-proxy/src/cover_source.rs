//! Addresses of covers: each of Discogs' addresses in a document is replaced by one of ours, `/cache/images/{key}.jpg`.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// Where to fetch the cover of one of our addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CoverSource {
    pub key: String,
    /// The address at Discogs. It is signed, and the signature expires.
    pub url: String,
    pub release_id: i64,
    /// The position among the release's images, the front first. With it the image is found again when `url` has
    /// expired.
    pub image_index: i64,
    /// Whether it is the small version of the image.
    pub is_thumb: bool,
}

/// The covers of one document.
#[derive(Debug, Default)]
pub struct CoverSources(Vec<CoverSource>);

impl CoverSources {
    /// Replaces an address at Discogs by ours, and remembers both.
    pub fn replace(&mut self, address: &mut Option<String>, release_id: i64, image_index: i64, is_thumb: bool) {
        let Some(url) = address.take() else { return };
        let key = hash_address(&url);
        *address = Some(format!("/cache/images/{key}.jpg"));
        if !self.0.iter().any(|source| source.key == key) {
            self.0.push(CoverSource { key, url, release_id, image_index, is_thumb });
        }
    }

    pub fn as_slice(&self) -> &[CoverSource] {
        &self.0
    }
}

/// 128 bits of a hash: they cannot be guessed, and two addresses do not share them.
fn hash_address(url: &str) -> String {
    let digest = Sha256::digest(url.as_bytes());
    hex::encode(digest.get(..16).unwrap_or_default())
}

pub fn is_key(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_at_discogs_is_replaced_and_listed_once() {
        let mut sources = CoverSources::default();
        let url = || Some("https://i.discogs.com/a.jpeg".to_owned());
        let (mut first, mut same, mut none) = (url(), url(), None);
        for address in [&mut first, &mut same, &mut none] {
            sources.replace(address, 1, 0, false);
        }
        assert_eq!((&first, sources.as_slice().len(), none), (&same, 1, None));
        let key = first.unwrap().replace("/cache/images/", "").replace(".jpg", "");
        assert!(is_key(&key));
        assert_eq!(sources.as_slice()[0].key, key);
    }

    #[test]
    fn a_path_is_not_a_key() {
        assert!(!is_key("../../etc/passwd"));
        assert!(!is_key(""));
    }
}
