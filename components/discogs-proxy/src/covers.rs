//! Our addresses of covers: `/cache/images/{key}.jpg`.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// What a cover is fetched by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cover {
    pub key: String,
    pub url: String,
    pub release_id: i64,
    /// Which of the release's images, so that it is found again when its signed address has expired.
    pub place: i64,
    pub thumb: bool,
}

/// Covers that an answer holds.
#[derive(Debug, Default)]
pub struct Covers(Vec<Cover>);

impl Covers {
    /// Puts our address in the place of Discogs'.
    pub fn publish(&mut self, url: &mut Option<String>, release_id: i64, place: i64, thumb: bool) {
        let Some(theirs) = url.take() else { return };
        let key = key(&theirs);
        *url = Some(format!("/cache/images/{key}.jpg"));
        if !self.0.iter().any(|cover| cover.key == key) {
            self.0.push(Cover { key, url: theirs, release_id, place, thumb });
        }
    }

    pub fn list(&self) -> &[Cover] {
        &self.0
    }
}

/// 128 bits of a hash: nobody guesses one, and no two addresses share one.
fn key(url: &str) -> String {
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
    fn an_address_of_theirs_becomes_one_of_ours() {
        let mut covers = Covers::default();
        let url = || Some("https://i.discogs.com/a.jpeg".to_owned());
        let (mut one, mut same, mut none) = (url(), url(), None);
        covers.publish(&mut one, 1, 0, false);
        covers.publish(&mut same, 1, 0, false);
        covers.publish(&mut none, 1, 0, false);
        assert_eq!((&one, covers.list().len(), none), (&same, 1, None));
        let key = one.unwrap().replace("/cache/images/", "").replace(".jpg", "");
        assert!(is_key(&key) && covers.list()[0].key == key);
        assert!(!is_key("../../etc/passwd") && !is_key(""));
    }
}
