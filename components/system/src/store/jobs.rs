//! The tables `jobs` and `job_runs`. Each function that writes runs one statement, which is atomic on every SQLite.

use sqlite::{Row, Value};

use super::Store;
use crate::{
    contract::Error,
    jobs::{JobKey, ListQuery, Next, Slice},
};

/// Milliseconds since 1970. Within a statement it is always the same.
macro_rules! now {
    () => {
        "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
    };
}

/// The document of a job, without its end.
macro_rules! document {
    () => {
        concat!(
            "json_object('id', id, 'kind', kind, 'user_id', user_id, 'status', CASE
                WHEN run_at IS NULL THEN iif(error IS NULL, 'ended', 'failed')
                WHEN leased_at IS NOT NULL AND run_at > ",
            now!(),
            " THEN 'running' WHEN paused THEN 'paused' ELSE 'waiting' END,
                'progress', json(progress), 'slices', slice, 'failures', failures, 'error', error,
                'enqueued_at', ",
            time!("enqueued_at"),
            ", 'next_run_at', ",
            time!("run_at")
        )
    };
}

/// A time of these tables as RFC 3339, UTC.
macro_rules! time {
    ($column:literal) => {
        concat!("strftime('%Y-%m-%dT%H:%M:%fZ', ", $column, " / 1000.0, 'unixepoch')")
    };
}

macro_rules! is_job {
    () => {
        "kind = ?1 AND coalesce(user_id, 0) = coalesce(?2, 0)"
    };
}

const CUT_OFF: &str = "the slice was cut off: its host was stopped, or it took too long";

impl Store {
    /// When the next slice is due, and which of the kinds `standing` have no job. `+kind` makes SQLite walk `jobs_due`
    /// instead of sorting all jobs.
    pub async fn next_slice(&self, known: &str, standing: &str) -> Result<Next, Error> {
        const SQL: &str = concat!(
            "SELECT (SELECT max(run_at - ",
            now!(),
            ", 0) FROM jobs WHERE paused = 0 AND run_at IS NOT NULL AND +kind IN (SELECT value FROM json_each(?1))
                ORDER BY run_at LIMIT 1),
            (SELECT nullif(json_group_array(value), '[]') FROM json_each(?2)
                WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE kind = value AND coalesce(user_id, 0) = 0))"
        );
        let row = self.0.query_one(SQL, [known.into(), standing.into()]).await?;
        let mut row = row.ok_or_else(|| Error::Internal("no row".to_owned()))?;
        Ok(Next { delay: row.take(0)?, missing: row.take(1)? })
    }

    /// Creates jobs of the installation that do not exist.
    pub async fn insert_standing(&self, kinds: &str, delay: i64) -> Result<(), Error> {
        const SQL: &str = concat!(
            "INSERT INTO jobs (kind, state, run_at, enqueued_at)
            SELECT value, '{}', ",
            now!(),
            " + ?2, ",
            now!(),
            " FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING"
        );
        Ok(self.0.execute(SQL, [kinds.into(), delay.into()]).await?)
    }

    /// Leases the slice that has been due for the longest time. While it runs, `run_at` is the end of the lease, so a
    /// slice that was cut off is due again without a search for it.
    pub async fn lease_slice(&self, known: &str, request_id: &str, lease: i64) -> Result<Option<Slice>, Error> {
        const SQL: &str = concat!(
            "UPDATE jobs SET
                slice      = slice + 1,
                request_id = ?2,
                leased_at  = ",
            now!(),
            ",
                failures   = failures + (leased_at IS NOT NULL),
                error      = iif(leased_at IS NULL, error, ?4),
                run_at     = ",
            now!(),
            " + (?3 << min(failures + (leased_at IS NOT NULL), 7))
            WHERE id = (SELECT id FROM jobs
                WHERE paused = 0 AND run_at <= ",
            now!(),
            " AND +kind IN (SELECT value FROM json_each(?1)) ORDER BY run_at, id LIMIT 1)
            RETURNING id, slice, kind, user_id, state, failures"
        );
        let parameters = [known.into(), request_id.into(), lease.into(), CUT_OFF.into()];
        self.0.query_one(SQL, parameters).await?.map(slice).transpose()
    }

    /// Ends a slice. What was asked for while it ran makes the next one earlier, unless it failed.
    pub async fn end_slice(&self, slice: (i64, i64), ended: &EndedSlice) -> Result<bool, Error> {
        const SQL: &str = concat!(
            "UPDATE jobs SET
                leased_at = NULL,
                state     = coalesce(?3, state),
                progress  = coalesce(?4, progress),
                failures  = iif(?5 IS NULL, 0, failures + 1),
                error     = substr(?5, 1, 500),
                run_at    = nullif(min(coalesce(",
            now!(),
            " + (?6 << iif(?5 IS NULL, 0, min(failures, 9))), ?7),
                    iif(?5 IS NULL, coalesce(wanted_at, ?7), ?7)), ?7),
                wanted_at = NULL
            WHERE id = ?1 AND slice = ?2 AND leased_at IS NOT NULL RETURNING id"
        );
        let EndedSlice { state, progress, error, delay } = ended;
        let text = |text: &Option<String>| Value::from(text.as_deref());
        let (id, number) = slice;
        let parameters =
            [id.into(), number.into(), text(state), text(progress), text(error), Value::from(*delay), i64::MAX.into()];
        self.has_row(SQL, parameters).await
    }

    /// Creates a job, or starts one that has ended.
    pub async fn start_job(&self, job: JobKey<'_>, state: &str, delay: i64) -> Result<bool, Error> {
        const SQL: &str = concat!(
            "INSERT INTO jobs (kind, user_id, state, run_at, enqueued_at) VALUES (?1, ?2, ?3, ",
            now!(),
            " + ?4, ",
            now!(),
            ")
            ON CONFLICT (kind, coalesce(user_id, 0)) DO UPDATE SET
                state = excluded.state, progress = '{}', run_at = excluded.run_at, paused = 0, failures = 0,
                error = NULL, enqueued_at = excluded.enqueued_at
            WHERE run_at IS NULL
            RETURNING id"
        );
        let started = self.has_row(SQL, [job.kind.into(), job.account.into(), state.into(), delay.into()]).await;
        unless_deleted(started)
    }

    /// The same, but a job in progress is due earlier, or has another slice after the one that runs.
    pub async fn ensure_job(&self, job: JobKey<'_>, state: &str, delay: i64) -> Result<bool, Error> {
        const SQL: &str = concat!(
            "INSERT INTO jobs (kind, user_id, state, run_at, enqueued_at) VALUES (?1, ?2, ?3, ",
            now!(),
            " + ?4, ",
            now!(),
            ")
            ON CONFLICT (kind, coalesce(user_id, 0)) DO UPDATE SET
                state       = iif(run_at IS NULL, excluded.state, state),
                progress    = iif(run_at IS NULL, '{}', progress),
                failures    = iif(run_at IS NULL, 0, failures),
                error       = iif(run_at IS NULL, NULL, error),
                enqueued_at = iif(run_at IS NULL, excluded.enqueued_at, enqueued_at),
                wanted_at   = iif(leased_at IS NULL, NULL, min(coalesce(wanted_at, excluded.run_at), excluded.run_at)),
                run_at      = CASE
                    WHEN run_at IS NULL THEN excluded.run_at
                    WHEN leased_at IS NOT NULL OR failures > 0 THEN run_at
                    ELSE min(run_at, excluded.run_at) END
            RETURNING id"
        );
        let ensured = self.has_row(SQL, [job.kind.into(), job.account.into(), state.into(), delay.into()]).await;
        unless_deleted(ensured)
    }

    pub async fn pause_job(&self, job: JobKey<'_>, paused: bool) -> Result<bool, Error> {
        const SQL: &str = concat!("UPDATE jobs SET paused = ?3 WHERE ", is_job!(), " RETURNING id");
        self.has_row(SQL, [job.kind.into(), job.account.into(), i64::from(paused).into()]).await
    }

    /// Lets a job go on at once that failed or is paused; if a slice runs, another one follows it.
    pub async fn retry_job(&self, job: JobKey<'_>) -> Result<bool, Error> {
        const SQL: &str = concat!(
            "UPDATE jobs SET
                paused = 0, failures = 0, error = NULL,
                wanted_at = iif(leased_at IS NULL, NULL, ",
            now!(),
            "),
                run_at = iif(leased_at IS NULL, ",
            now!(),
            ", run_at)
            WHERE ",
            is_job!(),
            " AND (run_at IS NOT NULL OR error IS NOT NULL) RETURNING id"
        );
        self.has_row(SQL, [job.kind.into(), job.account.into()]).await
    }

    pub async fn delete_job(&self, job: JobKey<'_>) -> Result<bool, Error> {
        const SQL: &str = concat!("DELETE FROM jobs WHERE ", is_job!(), " RETURNING id");
        self.has_row(SQL, [job.kind.into(), job.account.into()]).await
    }

    pub async fn job(&self, job: JobKey<'_>) -> Result<Option<String>, Error> {
        const SQL: &str = concat!("SELECT ", document!(), ") FROM jobs WHERE ", is_job!());
        let row = self.0.query_one(SQL, [job.kind.into(), job.account.into()]).await?;
        Ok(row.map(|mut row| row.take(0)).transpose()?)
    }

    /// Returns the ids and the documents of jobs, at most one more than the limit.
    pub async fn jobs(&self, query: &ListQuery) -> Result<Vec<(i64, String)>, Error> {
        const SQL: &str = concat!(
            "SELECT id, ",
            document!(),
            ", 'runs', json((SELECT json_group_array(json_object('started_at', ",
            time!("started_at"),
            ", 'milliseconds', milliseconds, 'request_id', request_id, 'error', error)) FROM (
                    SELECT * FROM job_runs WHERE job_id = jobs.id ORDER BY id DESC LIMIT 5))))
            FROM jobs WHERE id > ?3 AND coalesce(kind = ?1, true) AND (error IS NOT NULL OR NOT ?2)
            ORDER BY id LIMIT ?4 + 1"
        );
        let ListQuery { kind, failing, limit, after } = query;
        let parameters = [kind.as_deref().into(), i64::from(*failing).into(), (*after).into(), (*limit).into()];
        let rows = self.0.query(SQL, parameters).await?;
        rows.into_iter().map(|mut row| Ok((row.take(0)?, row.take(1)?))).collect()
    }

    pub async fn count_jobs(&self, query: &ListQuery) -> Result<i64, Error> {
        const SQL: &str = "SELECT count(*) FROM jobs WHERE coalesce(kind = ?1, true) AND (error IS NOT NULL OR NOT ?2)";
        let row = self.0.query_one(SQL, [query.kind.as_deref().into(), i64::from(query.failing).into()]).await?;
        Ok(row.map(|mut row| row.take(0)).transpose()?.unwrap_or_default())
    }

    async fn has_row<const N: usize>(&self, statement: &str, parameters: [Value; N]) -> Result<bool, Error> {
        Ok(self.0.query_one(statement, parameters).await?.is_some())
    }
}

/// How a slice ended.
pub struct EndedSlice {
    pub state: Option<String>,
    pub progress: Option<String>,
    /// Each failure after the first doubles `delay`.
    pub error: Option<String>,
    /// Milliseconds until the next slice; `None`: the job ends.
    pub delay: Option<i64>,
}

fn slice(mut row: Row) -> Result<Slice, Error> {
    Ok(Slice {
        id: row.take(0)?,
        number: row.take(1)?,
        kind: row.take(2)?,
        account: row.take(3)?,
        state: row.take(4)?,
        failures: u32::try_from(row.take::<i64>(5)?).unwrap_or(u32::MAX),
    })
}

/// The account of a request may have been deleted since it was authenticated: then it has no job.
fn unless_deleted(started: Result<bool, Error>) -> Result<bool, Error> {
    match started {
        Err(Error::Internal(message)) if message.contains("FOREIGN KEY") => Ok(false),
        started => started,
    }
}
