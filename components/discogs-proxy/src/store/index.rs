//! What is in the cache, and which covers there are.

use super::{Store, leases::RELEASE};
use crate::{
    cache::Key,
    covers::Cover,
    error::{Error, Result},
};

const COVERS: &str = "INSERT INTO discogs_covers (key, url, release_id, place, thumb)
    SELECT value ->> 'key', value ->> 'url', value ->> 'release_id', value ->> 'place', value ->> 'thumb'
    FROM json_each(?1) WHERE true
    ON CONFLICT (key) DO UPDATE SET url = excluded.url WHERE url <> excluded.url";
const INDEX: &str = "INSERT INTO discogs_cache_index (key, expires_at, bytes)
    VALUES (?1, CAST(unixepoch('subsec') * 1000 AS INTEGER) + ?2 * 1000, ?3)
    ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at, bytes = excluded.bytes";
const COVER: &str = "SELECT url, release_id, place, thumb FROM discogs_covers WHERE key = ?1";
const READDRESS: &str = "UPDATE discogs_covers SET url = ?2 WHERE key = ?1";
const EXPIRED: &str = "SELECT key FROM discogs_cache_index
    WHERE expires_at <= CAST(unixepoch('subsec') * 1000 AS INTEGER) ORDER BY expires_at LIMIT ?1";
const FORGET: &str = "DELETE FROM discogs_cache_index
    WHERE key = ?1 AND expires_at <= CAST(unixepoch('subsec') * 1000 AS INTEGER)";
const ABANDONED: &str = "DELETE FROM discogs_leases WHERE until <= CAST(unixepoch('subsec') * 1000 AS INTEGER) - 60000";

impl Store {
    /// Notes an answer that was put into the cache, with its covers, and ends the lease: one transaction, one wait for the disk.
    pub async fn keep(&self, key: &Key, holder: &str, seconds: i64, bytes: i64, covers: &[Cover]) -> Result<()> {
        self.0.execute("BEGIN IMMEDIATE", []).await?;
        let kept = self.keep_locked(key, holder, seconds, bytes, covers).await;
        let ended = self.0.execute(if kept.is_ok() { "COMMIT" } else { "ROLLBACK" }, []).await;
        kept?;
        Ok(ended?)
    }

    async fn keep_locked(&self, key: &Key, holder: &str, seconds: i64, bytes: i64, covers: &[Cover]) -> Result<()> {
        if !covers.is_empty() {
            let list = serde_json::to_string(covers).map_err(|error| Error::Internal(error.to_string()))?;
            self.0.execute(COVERS, [list.into()]).await?;
        }
        self.0.execute(INDEX, [key.as_str().into(), seconds.into(), bytes.into()]).await?;
        Ok(self.0.execute(RELEASE, [key.as_str().into(), holder.into()]).await?)
    }

    pub async fn cover(&self, key: &str) -> Result<Option<Cover>> {
        let Some(mut row) = self.0.query_one(COVER, [key.into()]).await? else { return Ok(None) };
        Ok(Some(Cover {
            key: key.to_owned(),
            url: row.take(0)?,
            release_id: row.take(1)?,
            place: row.take(2)?,
            thumb: row.take::<i64>(3)? == 1,
        }))
    }

    /// A cover's address was found anew.
    pub async fn readdress(&self, key: &str, url: &str) -> Result<()> {
        Ok(self.0.execute(READDRESS, [key.into(), url.into()]).await?)
    }

    /// Keys of the cache that have expired, the oldest first.
    pub async fn expired(&self, limit: i64) -> Result<Vec<String>> {
        let rows = self.0.query(EXPIRED, [limit.into()]).await?;
        rows.into_iter().map(|mut row| Ok(row.take(0)?)).collect()
    }

    /// An entry was removed from the cache; unless it was put there anew meanwhile.
    pub async fn forget(&self, key: &str) -> Result<()> {
        Ok(self.0.execute(FORGET, [key.into()]).await?)
    }

    /// Leases whose holders ended without a word.
    pub async fn forget_abandoned(&self) -> Result<()> {
        Ok(self.0.execute(ABANDONED, []).await?)
    }
}
