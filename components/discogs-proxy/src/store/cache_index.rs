//! What is in the cache, how large it is, when it was used and when it expires: the tables `discogs_cache_index` and
//! `discogs_cache_size`. The key-value store itself has neither expiry nor limit.

use serde::Serialize;

use super::Store;
use crate::{
    cache::{CacheEntry, CacheKey},
    contract::Error,
    cover_source::CoverSource,
    error::Result,
};

const INSERT: &str = "INSERT INTO discogs_cache_index (key, expires_at, bytes, is_cover, used_at)
    SELECT ?1, now + ?2 * 1000, ?3, ?4, now FROM (SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER) AS now)
    WHERE true
    ON CONFLICT (key) DO UPDATE SET
        expires_at = excluded.expires_at, bytes = excluded.bytes, used_at = excluded.used_at";
/// Most reads of a cover are later than another one of the same day, and must not cost a write.
const IS_UNUSED_TODAY: &str = "SELECT key FROM discogs_cache_index
    WHERE key = ?1 AND used_at <= CAST(unixepoch('subsec') * 1000 AS INTEGER) - 86400000";
const SET_USED: &str = "UPDATE discogs_cache_index SET used_at = CAST(unixepoch('subsec') * 1000 AS INTEGER)
    WHERE key = ?1";
/// Of the least recently used entries, those whose removal brings the rest below the limit; at most ?3 of them.
const LEAST_RECENTLY_USED: &str = "SELECT key, used_at FROM (
        SELECT key, used_at, sum(bytes) OVER (ORDER BY used_at, key) - bytes AS freed_before FROM (
            SELECT key, used_at, bytes FROM discogs_cache_index WHERE is_cover = ?1 ORDER BY used_at, key LIMIT ?3))
    WHERE freed_before < (SELECT bytes FROM discogs_cache_size WHERE is_cover = ?1) - ?2";
/// An entry that was stored or used again meanwhile stays.
const DELETE_UNUSED: &str = "DELETE FROM discogs_cache_index
    WHERE (key, used_at) IN (SELECT value ->> 'key', value ->> 'used_at' FROM json_each(?1))";
const FIND_EXPIRED: &str = "SELECT key FROM discogs_cache_index
    WHERE expires_at <= CAST(unixepoch('subsec') * 1000 AS INTEGER) ORDER BY expires_at LIMIT ?1";
const DELETE_EXPIRED: &str = "DELETE FROM discogs_cache_index
    WHERE key = ?1 AND expires_at <= CAST(unixepoch('subsec') * 1000 AS INTEGER)";

/// The bytes that an entry takes besides its body: its key, its first line, and its row.
const OVERHEAD: i64 = 300;

/// An entry that may be removed.
#[derive(Debug, Serialize)]
pub struct CachedEntry {
    pub key: String,
    used_at: i64,
}

impl Store {
    /// Counts an answer that is put into the cache next.
    pub async fn record_entry(&self, key: &CacheKey, entry: &CacheEntry) -> Result<()> {
        let bytes = i64::try_from(entry.body.len()).unwrap_or(i64::MAX).saturating_add(OVERHEAD);
        let parameters =
            [key.as_str().into(), entry.lifetime.keep.into(), bytes.into(), i64::from(key.is_cover()).into()];
        Ok(self.connection.execute(INSERT, parameters).await?)
    }

    /// Records the covers in an answer and releases the lease. One transaction, so that the caller waits for the disk
    /// once.
    pub async fn complete_answer(&self, key: &CacheKey, holder: &str, covers: &[CoverSource]) -> Result<()> {
        self.connection
            .transaction(async || {
                self.insert_covers(covers).await?;
                self.release_lease(key, holder).await?;
                Ok::<_, Error>(())
            })
            .await
    }

    /// Records that an entry was used, at most once a day.
    pub async fn touch(&self, key: &CacheKey) -> Result<()> {
        if self.connection.query_one(IS_UNUSED_TODAY, [key.as_str().into()]).await?.is_some() {
            self.connection.execute(SET_USED, [key.as_str().into()]).await?;
        }
        Ok(())
    }

    /// Returns at most `count` covers, or documents of lookups, to remove so that the others have at most `limit`
    /// bytes.
    pub async fn least_recently_used(&self, covers: bool, limit: i64, count: i64) -> Result<Vec<CachedEntry>> {
        let parameters = [i64::from(covers).into(), limit.into(), count.into()];
        let rows = self.connection.query(LEAST_RECENTLY_USED, parameters).await?;
        rows.into_iter().map(|mut row| Ok(CachedEntry { key: row.take(0)?, used_at: row.take(1)? })).collect()
    }

    /// Deletes the records of entries that were removed from the cache.
    pub async fn delete_unused(&self, entries: &[CachedEntry]) -> Result<()> {
        Ok(self.connection.execute(DELETE_UNUSED, [serde_json::to_string(entries)?.into()]).await?)
    }

    /// Returns keys of the cache that have expired, the oldest first.
    pub async fn find_expired(&self, limit: i64) -> Result<Vec<String>> {
        let rows = self.connection.query(FIND_EXPIRED, [limit.into()]).await?;
        rows.into_iter().map(|mut row| Ok(row.take(0)?)).collect()
    }

    /// Deletes the record of an entry that was removed from the cache, unless a new answer was recorded meanwhile.
    pub async fn delete_expired(&self, key: &str) -> Result<()> {
        Ok(self.connection.execute(DELETE_EXPIRED, [key.into()]).await?)
    }
}
