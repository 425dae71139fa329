//! Requests to Discogs, counted against its rate limit and against the budgets of a day: the tables `discogs_requests`,
//! `discogs_budget` and `discogs_usage`.

use super::Store;
use crate::{config::Limits, contract::Error, error::Result, requester::Requester};

/// The budget has no request left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BudgetExhausted {
    /// After so many milliseconds there may be one.
    pub retry_after: i64,
}

/// The budget of the day has no request left. The number is the seconds until the next day (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuotaExhausted {
    OfCaller(u32),
    OfInstallation(u32),
}

impl From<QuotaExhausted> for Error {
    fn from(exhausted: QuotaExhausted) -> Self {
        match exhausted {
            QuotaExhausted::OfCaller(seconds) => Self::QuotaExceeded(seconds),
            QuotaExhausted::OfInstallation(seconds) => Self::InstallationQuotaExceeded(seconds),
        }
    }
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
/// refused to jobs, and to an account that used a quarter of it already, if other accounts have requests in the same
/// minute. The jobs of an account (`?7`: 1) get no more than those of the others, if these have requests in the same
/// minute. A trigger counts the request of the day.
const TAKE: &str = "WITH
    clock (now) AS (SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)),
    counted AS (SELECT user_id FROM discogs_requests, clock WHERE counts_until > now),
    budget AS (
        SELECT now,
            coalesce(ceiling, ?3) AS ceiling,
            iif(?7, max(coalesce(ceiling, ?3) * 3 / 4, 1), coalesce(ceiling, ?3)) AS allowed,
            (SELECT count(*) FROM counted) + coalesce(iif(others_until > now, others, 0), 0) AS used,
            coalesce(blocked_until, 0) AS blocked_until
        FROM clock LEFT JOIN discogs_budget)
    INSERT INTO discogs_requests (user_id, counts_until, counted_as)
    SELECT ?1, now + ?2 + 60000, ?4 FROM budget
    WHERE (?5 = 0 OR NOT EXISTS (
            SELECT 1 FROM discogs_usage WHERE day = date('now') AND caller = ?4 AND requests >= ?5))
        AND (?6 = 0 OR NOT EXISTS (
            SELECT 1 FROM discogs_usage WHERE day = date('now') AND caller = '' AND requests >= ?6))
        AND blocked_until <= now AND used < allowed
        AND NOT (used * 4 >= ceiling * 3
            AND (SELECT count(*) FROM counted WHERE user_id = ?1) * 4 >= ceiling
            AND EXISTS (SELECT 1 FROM counted WHERE user_id <> ?1 AND user_id >= 0))
        AND NOT (?7 AND (SELECT count(*) FROM counted WHERE user_id = ?1)
            * (SELECT count(DISTINCT user_id) FROM counted WHERE user_id < 0) >= allowed)
    RETURNING id";

/// The milliseconds until the silence is over and enough requests have ceased to count; for an account that used its
/// quarter, or jobs that used their share, until one of its own requests has.
const RETRY_AFTER: &str = "WITH
    clock (now) AS (SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)),
    counted AS (
        SELECT user_id, counts_until, row_number() OVER (ORDER BY counts_until) AS place FROM discogs_requests, clock
        WHERE counts_until > now),
    budget AS (
        SELECT now, others_until,
            iif(?3, max(coalesce(ceiling, ?2) * 3 / 4, 1), coalesce(ceiling, ?2)) AS allowed,
            (SELECT count(*) FROM counted) + coalesce(iif(others_until > now, others, 0), 0) AS used,
            coalesce(blocked_until, 0) AS blocked_until
        FROM clock LEFT JOIN discogs_budget)
    SELECT max(blocked_until, CASE
        WHEN used >= allowed THEN
            coalesce((SELECT min(counts_until) FROM counted WHERE place > used - allowed), others_until, now + 1000)
        WHEN blocked_until > now THEN 0
        ELSE coalesce((SELECT min(counts_until) FROM counted WHERE user_id = ?1), now + 1000)
    END) - now
    FROM budget";

/// The row '' is that of the installation.
const EXHAUSTED: &str = "SELECT caller, unixepoch('now', 'start of day', '+1 day') - unixepoch('now')
    FROM discogs_usage
    WHERE day = date('now')
        AND ((?2 > 0 AND caller = ?1 AND requests >= ?2) OR (?3 > 0 AND caller = '' AND requests >= ?3))
    ORDER BY caller DESC LIMIT 1";

const SETTLE: &str = "UPDATE discogs_requests
    SET counts_until = CAST(unixepoch('subsec') * 1000 AS INTEGER) + 60000, ceiling = ?2, used = ?3, silence = ?4
    WHERE id = ?1";

impl Store {
    /// Takes one request, which may last `duration` milliseconds, out of the budget, and returns its id.
    /// `default_limit` is in force until a response states the limit.
    /// Fails with `QuotaExceeded` or `InstallationQuotaExceeded` if the budget of the day has none left.
    pub async fn take_request(
        &self,
        requester: &Requester,
        limits: Limits,
        duration: i64,
        default_limit: i64,
    ) -> Result<Result<i64, BudgetExhausted>> {
        let Requester { user_id, counted_as } = requester;
        let share = i64::from(requester.is_job());
        let quotas = quotas(requester, limits);
        let parameters = [
            (*user_id).into(),
            duration.into(),
            default_limit.into(),
            counted_as.clone().into(),
            quotas.caller_requests.into(),
            quotas.requests.into(),
            share.into(),
        ];
        if let Some(mut row) = self.connection.query_one(TAKE, parameters).await? {
            return Ok(Ok(row.take(0)?));
        }
        if let Some(exhausted) = self.exhausted_quota(requester, limits).await? {
            return Err(exhausted.into());
        }
        let parameters = [(*user_id).into(), default_limit.into(), share.into()];
        let retry_after = match self.connection.query_one(RETRY_AFTER, parameters).await? {
            Some(mut row) => row.take(0)?,
            None => 1_000,
        };
        Ok(Err(BudgetExhausted { retry_after }))
    }

    /// The budget of the day that has no request left, if there is one; the caller's rather than the installation's.
    pub async fn exhausted_quota(&self, requester: &Requester, limits: Limits) -> Result<Option<QuotaExhausted>> {
        let limits = quotas(requester, limits);
        let parameters = [requester.counted_as.clone().into(), limits.caller_requests.into(), limits.requests.into()];
        let Some(mut row) = self.connection.query_one(EXHAUSTED, parameters).await? else { return Ok(None) };
        let (caller, seconds) = (row.take::<String>(0)?, row.take::<i64>(1)?);
        let seconds = u32::try_from(seconds).unwrap_or(1).max(1);
        Ok(Some(match caller.as_str() {
            "" => QuotaExhausted::OfInstallation(seconds),
            _ => QuotaExhausted::OfCaller(seconds),
        }))
    }

    /// The requests in a minute that all jobs together may make.
    pub async fn job_requests(&self, default_limit: i64) -> Result<u32> {
        const SQL: &str = "SELECT max(coalesce((SELECT ceiling FROM discogs_budget), ?1) * 3 / 4, 1)";
        let row = self.connection.query_one(SQL, [default_limit.into()]).await?;
        let requests: Option<i64> = row.map(|mut row| row.take(0)).transpose()?;
        Ok(requests.and_then(|requests| u32::try_from(requests).ok()).unwrap_or(1))
    }

    /// Records that the response to a request has arrived; it counts for a minute from now.
    pub async fn settle_request(&self, id: i64, headers: RateLimitHeaders) -> Result<()> {
        let RateLimitHeaders { limit, used, silence } = headers;
        Ok(self.connection.execute(SETTLE, [id.into(), limit.into(), used.into(), silence.into()]).await?)
    }
}

/// Jobs leave a quarter of the day's budget to people.
fn quotas(requester: &Requester, limits: Limits) -> Limits {
    match (requester.is_job(), limits.requests) {
        (false, _) | (_, 0) => limits,
        (true, requests) => Limits { requests: (requests / 4 * 3).max(1), ..limits },
    }
}
