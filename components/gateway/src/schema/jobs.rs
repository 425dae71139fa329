//! Jobs, as the service `system` writes them.

use utoipa::ToSchema;

#[derive(ToSchema)]
pub struct Jobs {
    items: Vec<Job>,
    #[schema(required)]
    next_cursor: Option<String>,
    /// The number of jobs with these filters.
    total: i64,
}

#[derive(ToSchema)]
pub struct Job {
    id: i64,
    #[schema(example = "purge_lookups")]
    kind: String,
    /// `null`: the installation's job.
    #[schema(required)]
    user_id: Option<i64>,
    status: JobStatus,
    /// What the kind of job counts.
    #[schema(value_type = Object)]
    progress: serde_json::Value,
    /// How many slices were started.
    slices: i64,
    /// How many slices failed, or were cut off, since one succeeded.
    failures: i64,
    /// Why the last slice failed.
    #[schema(required)]
    error: Option<String>,
    /// When the job was started.
    enqueued_at: String,
    /// When the next slice may start; while one runs, when it counts as cut off.
    #[schema(required)]
    next_run_at: Option<String>,
    /// The latest five slices that ended, latest first.
    runs: Vec<JobRun>,
}

/// `waiting` for its next slice; `running`; `paused`; `ended`; `failed` without another attempt.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum JobStatus {
    Waiting,
    Running,
    Paused,
    Ended,
    Failed,
}

/// A slice that ended.
#[derive(ToSchema)]
pub struct JobRun {
    started_at: String,
    milliseconds: i64,
    /// The request that ran it, or after whose answer it ran; by it, the log has more.
    request_id: String,
    /// Why it failed.
    #[schema(required)]
    error: Option<String>,
}
