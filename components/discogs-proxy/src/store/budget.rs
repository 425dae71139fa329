//! Requests to Discogs, counted against its rate limit: the tables `discogs_requests` and `discogs_budget`.

use super::Store;
use crate::error::Result;

/// The budget has no request left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BudgetExhausted {
    /// After so many milliseconds there may be one.
    pub retry_after: i64,
}

/// What a response states about the rate limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RateLimitHeaders {
    /// Requests per minute.
    pub limit: Option<i64>,
    /// Requests that Discogs counted in the last minute, including those of other clients behind the same address.
    pub used: Option<i64>,
    /// For how many milliseconds Discogs wants no request at all.
    pub silence: Option<i64>,
}

/// One atomic statement, so that two instances cannot both take the last request. The last quarter of the budget is
/// refused to an account that used a quarter of it already, if other accounts have requests in the same minute.
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

/// The milliseconds until the silence is over and enough requests have ceased to count; for an account that used its
/// quarter, until one of its own requests has.
const RETRY_AFTER: &str = "WITH
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
    /// Takes one request, which may last `duration` milliseconds, out of the budget, and returns its id.
    /// `default_limit` is in force until a response states the limit.
    pub async fn take_request(
        &self,
        user_id: i64,
        duration: i64,
        default_limit: i64,
    ) -> Result<Result<i64, BudgetExhausted>> {
        let parameters = [user_id.into(), duration.into(), default_limit.into()];
        if let Some(mut row) = self.connection.query_one(TAKE, parameters).await? {
            return Ok(Ok(row.take(0)?));
        }
        let retry_after = match self.connection.query_one(RETRY_AFTER, [user_id.into(), default_limit.into()]).await? {
            Some(mut row) => row.take(0)?,
            None => 1_000,
        };
        Ok(Err(BudgetExhausted { retry_after }))
    }

    /// Records that the response to a request has arrived; it counts for a minute from now.
    pub async fn settle_request(&self, id: i64, headers: RateLimitHeaders) -> Result<()> {
        let RateLimitHeaders { limit, used, silence } = headers;
        Ok(self.connection.execute(SETTLE, [id.into(), limit.into(), used.into(), silence.into()]).await?)
    }
}
