//! The key-value store as a cache: entries that tell their age, and are misses if anything about them is not as it should be.

use std::hash::{DefaultHasher, Hasher as _};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use spin_sdk::key_value::Store;

use crate::{
    clock,
    error::{Error, Result},
};

/// Changes when what is written under a key changes its shape, so that a new release does not read an old one's entries.
const VERSION: &str = "1";

/// What Discogs' terms allow.
pub const SIX_HOURS: i64 = 6 * 3_600;

/// For how many seconds an answer is good, and for how many it is better than none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    pub fresh: i64,
    pub keep: i64,
}

impl Terms {
    pub const SEARCH: Self = Self { fresh: 3 * 3_600, keep: SIX_HOURS };
    pub const RELEASE: Self = Self { fresh: 5 * 3_600, keep: SIX_HOURS };
    pub const PRICE: Self = Self { fresh: 3_600, keep: SIX_HOURS };
    /// What Discogs does not have may be there soon: somebody is just adding it.
    pub const MISSING: Self = Self { fresh: 600, keep: 600 };
    /// An image under its address never changes.
    pub const COVER: Self = Self { fresh: 30 * 86_400, keep: 30 * 86_400 };
}

/// Under what an answer is kept: `discogs/1/search/…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// The parts may be anything that somebody typed, so their hash is the key.
    pub fn new(kind: &str, parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        Self(format!("discogs/{VERSION}/{kind}/{}", hex::encode(hash.finalize().get(..16).unwrap_or_default())))
    }

    pub fn of(kind: &str, name: impl std::fmt::Display) -> Self {
        Self(format!("discogs/{VERSION}/{kind}/{name}"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When it came from Discogs, in milliseconds since 1970.
    pub at: i64,
    pub terms: Terms,
    /// Discogs said that there is no such thing.
    pub missing: bool,
    pub media_type: String,
    pub body: Vec<u8>,
}

/// The first line of an entry.
#[derive(Serialize, Deserialize)]
struct Head {
    at: i64,
    fresh: i64,
    keep: i64,
    missing: bool,
    media_type: String,
    sum: u64,
}

impl Entry {
    pub fn json(body: String, terms: Terms) -> Self {
        Self { at: clock::now(), terms, missing: false, media_type: String::new(), body: body.into_bytes() }
    }

    pub fn missing() -> Self {
        Self { missing: true, ..Self::json(String::new(), Terms::MISSING) }
    }

    /// In seconds.
    pub fn age(&self) -> i64 {
        (clock::now() - self.at).max(0) / 1_000
    }

    pub fn is_fresh(&self) -> bool {
        self.age() < self.terms.fresh
    }

    fn to_bytes(&self) -> Result<Vec<u8>> {
        let Self { at, terms, missing, media_type, body } = self;
        let head = Head {
            at: *at,
            fresh: terms.fresh,
            keep: terms.keep,
            missing: *missing,
            media_type: media_type.clone(),
            sum: sum(body),
        };
        let mut bytes = serde_json::to_vec(&head).map_err(|error| Error::Internal(error.to_string()))?;
        bytes.push(b'\n');
        bytes.extend_from_slice(body);
        Ok(bytes)
    }

    /// `None` for anything that is not whole, or older than it may be kept, or from the future.
    fn from_bytes(mut bytes: Vec<u8>) -> Option<Self> {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let body = bytes.split_off(end + 1);
        let head: Head = serde_json::from_slice(&bytes).ok()?;
        let terms = Terms { fresh: head.fresh, keep: head.keep };
        let entry = Self { at: head.at, terms, missing: head.missing, media_type: head.media_type, body };
        // Clocks of two machines may differ by some seconds.
        let real = head.at <= clock::now() + 60_000 && head.sum == sum(&entry.body);
        (real && entry.age() < entry.terms.keep).then_some(entry)
    }
}

/// Against corruption, not against malice. A release of Rust that hashes otherwise makes misses of all entries, no more.
fn sum(body: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(body);
    hasher.finish()
}

pub struct Cache(Store);

impl Cache {
    pub async fn open() -> Result<Self> {
        Store::open_default().await.map(Self).map_err(unavailable)
    }

    /// A store that cannot be read has nothing.
    pub async fn get(&self, key: &Key) -> Option<Entry> {
        self.0.get(key.as_str()).await.ok().flatten().and_then(Entry::from_bytes)
    }

    pub async fn put(&self, key: &Key, entry: &Entry) -> Result<()> {
        self.0.set(key.as_str(), entry.to_bytes()?).await.map_err(unavailable)
    }

    pub async fn remove(&self, key: &str) -> Result<()> {
        self.0.delete(key).await.map_err(unavailable)
    }
}

fn unavailable(error: spin_sdk::key_value::Error) -> Error {
    Error::Unavailable(format!("key-value store: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry::json(r#"{"id":1}"#.to_owned(), Terms::SEARCH)
    }

    #[test]
    fn an_entry_comes_back_as_it_went() {
        for entry in
            [entry(), Entry::missing(), Entry { media_type: "image/png".into(), body: b"\n\0\xff".into(), ..entry() }]
        {
            assert_eq!(Entry::from_bytes(entry.to_bytes().unwrap()), Some(entry));
        }
    }

    #[test]
    fn what_is_corrupt_is_a_miss() {
        let good = entry().to_bytes().unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 0x15;
            assert!(Entry::from_bytes(bad).is_none_or(|read| read.body == entry().body), "byte {at}");
            assert_eq!(Entry::from_bytes(good[..at].to_vec()), None);
        }
        assert_eq!(Entry::from_bytes(b"old format".to_vec()), None);
    }

    #[test]
    fn nothing_is_kept_longer_than_six_hours_or_taken_from_the_future() {
        let aged = |seconds: i64| {
            let at = clock::now() - seconds * 1_000;
            Entry::from_bytes(Entry { at, ..entry() }.to_bytes().unwrap())
        };
        assert!(aged(10).unwrap().is_fresh());
        assert!(!aged(Terms::SEARCH.fresh + 1).unwrap().is_fresh());
        assert!(aged(SIX_HOURS - 2).is_some());
        assert_eq!(aged(SIX_HOURS + 1), None);
        assert_eq!(aged(-3_600), None);
        for terms in [Terms::SEARCH, Terms::RELEASE, Terms::PRICE, Terms::MISSING] {
            assert!(terms.fresh <= terms.keep && terms.keep <= SIX_HOURS);
        }
    }

    #[test]
    fn keys_do_not_run_into_each_other() {
        assert_ne!(Key::new("search", &["ab", "c"]), Key::new("search", &["a", "bc"]));
        assert_ne!(Key::new("search", &["a"]), Key::new("page", &["a"]));
        assert!(Key::new("search", &["a"]).as_str().starts_with("discogs/1/search/"));
    }
}
