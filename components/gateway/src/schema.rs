//! The database is brought up to this release before the first request that needs it.

use std::sync::{
    OnceLock,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

use axum::extract::FromRequestParts;
use http::request::Parts;
use spin_sdk::wasip3::clocks::monotonic_clock;

use crate::{
    problem::{Code, Problem},
    services::{
        call,
        operations::{self, Schema, SchemaState},
    },
};

/// What this instance found; it does not change under a running release.
static SCHEMA: OnceLock<Schema> = OnceLock::new();
static MIGRATING: AtomicBool = AtomicBool::new(false);
static FAILURES: AtomicU32 = AtomicU32::new(0);

/// A request may write: the schema is this release's. (That it may read is checked with its [`crate::identity::Caller`].)
pub struct Writable;

impl<S: Sync> FromRequestParts<S> for Writable {
    type Rejection = Problem;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Problem> {
        require_current(ready().await?).map(|()| Self)
    }
}

pub fn require_current(schema: Schema) -> Result<(), Problem> {
    match schema.state {
        SchemaState::Current => Ok(()),
        SchemaState::Newer => Err(Problem::new(
            Code::SchemaNewer,
            "The database was migrated by a newer release; this one reads it, but does not write.",
        )),
    }
}

/// The schema, migrated by whichever request comes first; the others wait for it, and share its failure. The next
/// request after a failure tries again.
pub async fn ready() -> Result<Schema, Problem> {
    let failures = FAILURES.load(Ordering::Relaxed);
    loop {
        if let Some(schema) = SCHEMA.get() {
            return Ok(*schema);
        }
        if FAILURES.load(Ordering::Relaxed) != failures {
            return Err(not_ready("the migration that another request started failed".to_owned()));
        }
        if !MIGRATING.swap(true, Ordering::Relaxed) {
            return migrate(Turn).await;
        }
        // Polls, since a task cannot wake another one without a price that every request would pay (a stream per task:
        // wit-bindgen's `inter-task-wakeup`).
        call(monotonic_clock::wait_for(2_000_000)).await;
    }
}

/// Remembers what an operator's `initialize` found.
pub fn remember(schema: Schema) {
    let _ = SCHEMA.set(schema);
}

/// Ends also when the request is abandoned half-way, so that another may try.
struct Turn;

impl Drop for Turn {
    fn drop(&mut self) {
        MIGRATING.store(false, Ordering::Relaxed);
    }
}

async fn migrate(_turn: Turn) -> Result<Schema, Problem> {
    match call(operations::migrate()).await {
        Ok(schema) => {
            remember(schema);
            Ok(schema)
        }
        Err(error) => {
            FAILURES.fetch_add(1, Ordering::Relaxed);
            Err(not_ready(format!("migrating failed: {error:?}")))
        }
    }
}

fn not_ready(cause: String) -> Problem {
    Problem::new(Code::Unavailable, "The database is not ready; please try again.").with_cause(cause)
}
