//! When the next request may be sent: the table `musicbrainz_turns`.

use super::Store;
use crate::error::Result;

/// Reserves the next turn if it begins within `?2` milliseconds. Returns the milliseconds until then.
const TAKE: &str = "UPDATE musicbrainz_turns SET next_at = max(next_at, now) + ?1
    FROM (SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER) AS now)
    WHERE id = 1 AND next_at <= now + ?2
    RETURNING next_at - ?1 - CAST(unixepoch('subsec') * 1000 AS INTEGER)";
const UNTIL_NEXT: &str = "SELECT next_at - CAST(unixepoch('subsec') * 1000 AS INTEGER) FROM musicbrainz_turns
    WHERE id = 1";
const PAUSE: &str = "UPDATE musicbrainz_turns
    SET next_at = max(next_at, CAST(unixepoch('subsec') * 1000 AS INTEGER) + ?1) WHERE id = 1";

impl Store {
    /// Reserves the turn of one request; the turns are `interval` milliseconds apart. Returns the milliseconds until it
    /// begins; or, as an error, how long that would be if it is longer than `patience`.
    pub async fn take_turn(&self, interval: i64, patience: i64) -> Result<Result<i64, i64>> {
        if let Some(mut row) = self.connection.query_one(TAKE, [interval.into(), patience.into()]).await? {
            return Ok(Ok(row.take(0)?));
        }
        let row = self.connection.query_one(UNTIL_NEXT, []).await?;
        Ok(Err(row.map(|mut row| row.take(0)).transpose()?.unwrap_or(1_000)))
    }

    /// No request begins within so many milliseconds from now, except those that have their turn.
    pub async fn pause(&self, milliseconds: i64) -> Result<()> {
        Ok(self.connection.execute(PAUSE, [milliseconds.into()]).await?)
    }
}
