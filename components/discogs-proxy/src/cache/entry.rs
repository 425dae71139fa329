//! An entry of the cache: a line of JSON with its age and checksum, then the body.

use std::hash::{DefaultHasher, Hasher as _};

use guest::time;
use serde::{Deserialize, Serialize};

use crate::error::Result;

/// Discogs' terms of use allow to show its data for this long.
const MAX_AGE: i64 = 6 * 3_600;

/// How far the clocks of two machines may differ, in milliseconds.
const CLOCK_SKEW: i64 = 60_000;

/// How long an answer is used, in seconds from its arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// Until then it is served without asking Discogs.
    pub fresh: i64,
    /// Until then it is served if Discogs does not answer.
    pub keep: i64,
}

impl Lifetime {
    pub const SEARCH: Self = Self { fresh: 3 * 3_600, keep: MAX_AGE };
    pub const RELEASE: Self = Self { fresh: 5 * 3_600, keep: MAX_AGE };
    pub const PRICE: Self = Self { fresh: 3_600, keep: MAX_AGE };
    /// What Discogs does not have today may be added to it at any time.
    pub const MISSING: Self = Self { fresh: 600, keep: 600 };
    /// The image under an address never changes.
    pub const COVER: Self = Self { fresh: 30 * 86_400, keep: 30 * 86_400 };
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheEntry {
    /// When it came from Discogs, in milliseconds since 1970.
    pub fetched_at: i64,
    pub lifetime: Lifetime,
    /// Discogs answered that there is no such thing; the body is empty.
    pub is_missing: bool,
    /// Of an image; empty for JSON.
    pub media_type: String,
    pub body: Vec<u8>,
}

/// The first line of a stored entry.
#[derive(Serialize, Deserialize)]
struct Header {
    at: i64,
    fresh: i64,
    keep: i64,
    missing: bool,
    media_type: String,
    sum: u64,
}

impl CacheEntry {
    /// An answer that has just arrived.
    pub fn json(document: &impl Serialize, lifetime: Lifetime) -> Result<Self> {
        Ok(Self::new(String::new(), serde_json::to_vec(document)?, lifetime))
    }

    /// An image that has just arrived.
    pub fn image(media_type: &str, bytes: Vec<u8>) -> Self {
        Self::new(media_type.to_owned(), bytes, Lifetime::COVER)
    }

    /// Discogs has just answered that there is no such thing.
    pub fn missing() -> Self {
        Self { is_missing: true, ..Self::new(String::new(), Vec::new(), Lifetime::MISSING) }
    }

    fn new(media_type: String, body: Vec<u8>, lifetime: Lifetime) -> Self {
        Self { fetched_at: time::now_millis(), lifetime, is_missing: false, media_type, body }
    }

    /// In seconds.
    pub fn age(&self) -> i64 {
        (time::now_millis() - self.fetched_at).max(0) / 1_000
    }

    pub fn is_fresh(&self) -> bool {
        self.age() < self.lifetime.fresh
    }

    /// For how many seconds from now a client may keep it: 0 if it is stale.
    pub fn max_age(&self) -> u32 {
        u32::try_from(self.lifetime.fresh - self.age()).unwrap_or_default()
    }

    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let header = Header {
            at: self.fetched_at,
            fresh: self.lifetime.fresh,
            keep: self.lifetime.keep,
            missing: self.is_missing,
            media_type: self.media_type.clone(),
            sum: checksum(&self.body),
        };
        let mut bytes = serde_json::to_vec(&header)?;
        bytes.push(b'\n');
        bytes.extend_from_slice(&self.body);
        Ok(bytes)
    }

    /// Returns `None` for bytes that are damaged, and for an entry that has expired or has a time in the future.
    pub fn from_bytes(mut bytes: Vec<u8>) -> Option<Self> {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let body = bytes.split_off(end + 1);
        let header: Header = serde_json::from_slice(&bytes).ok()?;
        let entry = Self {
            fetched_at: header.at,
            lifetime: Lifetime { fresh: header.fresh, keep: header.keep },
            is_missing: header.missing,
            media_type: header.media_type,
            body,
        };
        let is_intact = header.sum == checksum(&entry.body);
        let is_past = entry.fetched_at <= time::now_millis() + CLOCK_SKEW;
        (is_intact && is_past && entry.age() < entry.lifetime.keep).then_some(entry)
    }
}

/// Detects accidental damage only. If a release of Rust changes the hash, every entry becomes a miss, which is
/// harmless.
fn checksum(body: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(body);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> CacheEntry {
        CacheEntry::json(&serde_json::json!({"id": 1}), Lifetime::SEARCH).unwrap()
    }

    #[test]
    fn an_entry_is_read_as_it_was_written() {
        for entry in [entry(), CacheEntry::missing(), CacheEntry::image("image/png", b"\n\0\xff".to_vec())] {
            assert_eq!(CacheEntry::from_bytes(entry.to_bytes().unwrap()), Some(entry));
        }
    }

    #[test]
    fn a_damaged_entry_is_a_miss() {
        let good = entry().to_bytes().unwrap();
        for position in 0..good.len() {
            let mut bad = good.clone();
            bad[position] ^= 0x15;
            assert!(CacheEntry::from_bytes(bad).is_none_or(|read| read.body == entry().body), "byte {position}");
            assert_eq!(CacheEntry::from_bytes(good[..position].to_vec()), None);
        }
        assert_eq!(CacheEntry::from_bytes(b"old format".to_vec()), None);
    }

    #[test]
    fn an_entry_expires_after_six_hours_and_is_never_from_the_future() {
        let aged = |seconds: i64| {
            let fetched_at = time::now_millis() - seconds * 1_000;
            CacheEntry::from_bytes(CacheEntry { fetched_at, ..entry() }.to_bytes().unwrap())
        };
        assert!(aged(10).unwrap().is_fresh());
        assert!(!aged(Lifetime::SEARCH.fresh + 1).unwrap().is_fresh());
        assert!(aged(MAX_AGE - 2).is_some());
        assert_eq!(aged(MAX_AGE + 1), None);
        assert_eq!(aged(-3_600), None);
    }

    #[test]
    fn data_of_discogs_is_kept_for_at_most_six_hours() {
        for lifetime in [Lifetime::SEARCH, Lifetime::RELEASE, Lifetime::PRICE, Lifetime::MISSING] {
            assert!(lifetime.fresh <= lifetime.keep && lifetime.keep <= MAX_AGE);
        }
    }
}
