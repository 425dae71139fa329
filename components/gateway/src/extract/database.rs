//! The database: migrated to this release before the first request that needs it.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use axum::extract::FromRequestParts;
use guest::time;
use http::request::Parts;

use crate::{
    problem::{Code, Problem},
    services::{
        call,
        operations::{self, Schema, SchemaState},
    },
};

/// The schema, as this instance found it. It does not change while a release runs.
static SCHEMA: OnceLock<Schema> = OnceLock::new();
static MIGRATING: AtomicBool = AtomicBool::new(false);
static FAILURES: AtomicU32 = AtomicU32::new(0);

/// The database can be written: its schema is the one of this release. (`Caller` checks that it can be read.)
pub struct Writable;

/// The database can be read: it has a schema. `Caller` and `Writable` include this.
pub struct Readable;

impl<S: Sync> FromRequestParts<S> for Readable {
    type Rejection = Problem;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Problem> {
        ready().await.map(|_| Self)
    }
}

#[cfg(test)]
impl super::describe::DescribeInput for Readable {}

impl<S: Sync> FromRequestParts<S> for Writable {
    type Rejection = Problem;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Problem> {
        require_current(ready().await?).map(|()| Self)
    }
}

#[cfg(test)]
impl super::describe::DescribeInput for Writable {
    fn describe(inputs: &mut super::describe::Inputs) {
        inputs.codes.push(Code::SchemaNewer);
    }
}

pub fn require_current(schema: Schema) -> Result<(), Problem> {
    match schema.state {
        SchemaState::Current => Ok(()),
        SchemaState::Newer => Err(Problem::new(
            Code::SchemaNewer,
            "A newer release migrated the database: this release can read it, but not write it.",
        )),
    }
}

/// Whether this instance has found that the database can be written.
pub fn is_current() -> bool {
    SCHEMA.get().is_some_and(|schema| schema.state == SchemaState::Current)
}

/// Returns the schema. The first request migrates the database; requests that come meanwhile wait for it, and fail if
/// it fails. The next request after a failure tries again.
pub async fn ready() -> Result<Schema, Problem> {
    let failures = FAILURES.load(Ordering::Relaxed);
    loop {
        if let Some(schema) = SCHEMA.get() {
            return Ok(*schema);
        }
        if FAILURES.load(Ordering::Relaxed) != failures {
            return Err(not_ready("a migration that another request started has failed".to_owned()));
        }
        if !MIGRATING.swap(true, Ordering::Relaxed) {
            return migrate(MigrationLock).await;
        }
        // Polls, because waking another task (wit-bindgen's `inter-task-wakeup`) needs a stream per task, and every
        // request would pay for that.
        call(time::sleep(Duration::from_millis(2))).await;
    }
}

/// Keeps the schema that an operator's `initialize` returned.
pub fn remember(schema: Schema) {
    let _ = SCHEMA.set(schema);
}

/// Held while a request migrates. Dropped also if that request is cancelled, so that another request can try.
struct MigrationLock;

impl Drop for MigrationLock {
    fn drop(&mut self) {
        MIGRATING.store(false, Ordering::Relaxed);
    }
}

async fn migrate(_lock: MigrationLock) -> Result<Schema, Problem> {
    match call(operations::migrate()).await {
        Ok(schema) => {
            remember(schema);
            Ok(schema)
        }
        Err(error) => {
            FAILURES.fetch_add(1, Ordering::Relaxed);
            Err(not_ready(format!("the migration failed: {error:?}")))
        }
    }
}

fn not_ready(cause: String) -> Problem {
    Problem::new(Code::Unavailable, "The database is not ready; please try again.").with_cause(cause)
}
