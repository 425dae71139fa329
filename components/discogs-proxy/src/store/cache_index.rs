//! What is in the cache, and when it expires: the table `discogs_cache_index`. The key-value store itself has no
//! expiry.

use super::Store;
use crate::{
    cache::{CacheEntry, CacheKey},
    contract::Error,
    cover_source::CoverSource,
    error::Result,
};

const INSERT: &str = "INSERT INTO discogs_cache_index (key, expires_at, bytes)
    VALUES (?1, CAST(unixepoch('subsec') * 1000 AS INTEGER) + ?2 * 1000, ?3)
    ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at, bytes = excluded.bytes";
const FIND_EXPIRED: &str = "SELECT key FROM discogs_cache_index
    WHERE expires_at <= CAST(unixepoch('subsec') * 1000 AS INTEGER) ORDER BY expires_at LIMIT ?1";
const DELETE_EXPIRED: &str = "DELETE FROM discogs_cache_index
    WHERE key = ?1 AND expires_at <= CAST(unixepoch('subsec') * 1000 AS INTEGER)";

impl Store {
    /// Records an answer that was put into the cache and the covers in it, and releases the lease. One transaction, so
    /// that the caller waits for the disk once.
    pub async fn record_answer(
        &self,
        key: &CacheKey,
        holder: &str,
        entry: &CacheEntry,
        covers: &[CoverSource],
    ) -> Result<()> {
        let bytes = i64::try_from(entry.body.len()).unwrap_or(i64::MAX);
        self.connection
            .transaction(async || {
                self.insert_covers(covers).await?;
                let parameters = [key.as_str().into(), entry.lifetime.keep.into(), bytes.into()];
                self.connection.execute(INSERT, parameters).await?;
                self.release_lease(key, holder).await?;
                Ok::<_, Error>(())
            })
            .await
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
