//! How large stored covers are and when they were used: the table `musicbrainz_covers`.

use super::Store;
use crate::error::Result;

const INSERT: &str = "INSERT OR REPLACE INTO musicbrainz_covers (key, bytes, used_at)
    VALUES (?1, ?2, CAST(unixepoch('subsec') * 1000 AS INTEGER))";
/// Most reads of a cover are later than another one of the same day, and must not cost a write.
const IS_UNUSED_TODAY: &str = "SELECT key FROM musicbrainz_covers
    WHERE key = ?1 AND used_at <= CAST(unixepoch('subsec') * 1000 AS INTEGER) - 86400000";
const SET_USED: &str = "UPDATE musicbrainz_covers SET used_at = CAST(unixepoch('subsec') * 1000 AS INTEGER)
    WHERE key = ?1";
/// Of the least recently used covers, those whose removal brings the rest below the limit; at most ?2 of them.
const TAKE_UNUSED: &str = "DELETE FROM musicbrainz_covers WHERE key IN (
        SELECT key FROM (
            SELECT key, sum(bytes) OVER (ORDER BY used_at, key) - bytes AS freed_before FROM (
                SELECT key, used_at, bytes FROM musicbrainz_covers ORDER BY used_at, key LIMIT ?2))
        WHERE freed_before < (SELECT sum(bytes) FROM musicbrainz_covers) - ?1)
    RETURNING key";

impl Store {
    /// Counts a cover that is stored next.
    pub async fn insert_cover(&self, key: &str, bytes: i64) -> Result<()> {
        Ok(self.connection.execute(INSERT, [key.into(), bytes.into()]).await?)
    }

    /// Records that a cover was used, at most once a day.
    pub async fn touch_cover(&self, key: &str) -> Result<()> {
        if self.connection.query_one(IS_UNUSED_TODAY, [key.into()]).await?.is_some() {
            self.connection.execute(SET_USED, [key.into()]).await?;
        }
        Ok(())
    }

    /// Forgets the least recently used covers, at most `count`, so that the others have at most `limit` bytes. Returns
    /// their keys.
    pub async fn take_unused_covers(&self, limit: i64, count: i64) -> Result<Vec<String>> {
        let rows = self.connection.query(TAKE_UNUSED, [limit.into(), count.into()]).await?;
        rows.into_iter().map(|mut row| Ok(row.take(0)?)).collect()
    }
}
