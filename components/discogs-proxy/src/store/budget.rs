//! Requests to Discogs, counted.

use super::Store;
use crate::error::Result;

/// Why there is nothing to take: in so many milliseconds there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused(pub i64);

/// What an answer says of the limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Said {
    pub ceiling: Option<i64>,
    pub used: Option<i64>,
    /// Milliseconds.
    pub silence: Option<i64>,
}

/// One atomic statement, so that no two instances take the last place. The last quarter of the budget is not for who has
/// had a quarter of it already, if others want something, too.
const TAKE: &str = "WITH
    clock (now) AS (SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)),
    counted AS (SELECT user_id FROM discogs_requests, clock WHERE counts_until > now),
    budget AS (
        SELECT now,
            coalesce(ceiling, ?3) AS ceiling,
            (SELECT count(*) FROM counted) + coalesce(iif(others_until > now, others, 0), 0) AS used,
            coalesce(blocked_until, 0) AS blocked_until
        FROM clock LEFT JOIN discogs_budget)
    INSERT INTO discogs_requests (user_id, counts_until)
    SELECT ?1, now + ?2 + 60000 FROM budget
    WHERE blocked_until <= now AND used < ceiling
        AND NOT (used * 4 >= ceiling * 3
            AND (SELECT count(*) FROM counted WHERE user_id = ?1) * 4 >= ceiling
            AND EXISTS (SELECT 1 FROM counted WHERE user_id <> ?1))
    RETURNING id";

/// When the silence is over, and enough of what counts has ceased to; or, for who had more than a quarter, one of theirs.
const WAIT: &str = "WITH
    clock (now) AS (SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)),
    counted AS (
        SELECT user_id, counts_until, row_number() OVER (ORDER BY counts_until) AS place FROM discogs_requests, clock
        WHERE counts_until > now),
    budget AS (
        SELECT now, others_until,
            coalesce(ceiling, ?2) AS ceiling,
            (SELECT count(*) FROM counted) + coalesce(iif(others_until > now, others, 0), 0) AS used,
            coalesce(blocked_until, 0) AS blocked_until
        FROM clock LEFT JOIN discogs_budget)
    SELECT max(blocked_until, CASE
        WHEN used >= ceiling THEN
            coalesce((SELECT min(counts_until) FROM counted WHERE place > used - ceiling), others_until, now + 1000)
        WHEN blocked_until > now THEN 0
        ELSE coalesce((SELECT min(counts_until) FROM counted WHERE user_id = ?1), now + 1000)
    END) - now
    FROM budget";

const SETTLE: &str = "UPDATE discogs_requests
    SET counts_until = CAST(unixepoch('subsec') * 1000 AS INTEGER) + 60000, ceiling = ?2, used = ?3, silence = ?4
    WHERE id = ?1";

impl Store {
    /// Takes one request out of the budget; it may take so many milliseconds. `usual` is the limit before Discogs said one.
    pub async fn take(&self, user: i64, duration: i64, usual: i64) -> Result<Result<i64, Refused>> {
        if let Some(mut row) = self.0.query_one(TAKE, [user.into(), duration.into(), usual.into()]).await? {
            return Ok(Ok(row.take(0)?));
        }
        let wait = match self.0.query_one(WAIT, [user.into(), usual.into()]).await? {
            Some(mut row) => row.take(0)?,
            None => 1_000,
        };
        Ok(Err(Refused(wait)))
    }

    /// The answer to a request is here.
    pub async fn settle(&self, id: i64, said: Said) -> Result<()> {
        let Said { ceiling, used, silence } = said;
        Ok(self.0.execute(SETTLE, [id.into(), ceiling.into(), used.into(), silence.into()]).await?)
    }
}
