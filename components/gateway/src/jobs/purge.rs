//! Removes what has expired from the tables of the services.

use std::{pin::Pin, time::Instant};

use super::SliceFuture;
use crate::{
    problem::Problem,
    services::{
        auth, call,
        jobs::{Outcome, Report, Slice},
        lookups,
    },
};

/// A purge that removes fewer rows has left none.
const AT_A_TIME: u32 = 1_000;

pub fn lookups(_: Slice, deadline: Instant) -> SliceFuture {
    Box::pin(repeat(deadline, || Box::pin(async { Ok(call(lookups::purge()).await?) })))
}

pub fn accounts(_: Slice, deadline: Instant) -> SliceFuture {
    Box::pin(repeat(deadline, || Box::pin(async { Ok(call(auth::maintenance::purge()).await?) })))
}

/// Removes rows, and returns their number.
type Purge = fn() -> Pin<Box<dyn Future<Output = Result<u32, Problem>> + Send>>;

async fn repeat(deadline: Instant, purge: Purge) -> Result<Report, Problem> {
    let mut removed = 0;
    loop {
        let rows = purge().await?;
        removed += rows;
        let outcome = match rows >= AT_A_TIME {
            false => Outcome::Ended,
            true if Instant::now() >= deadline => Outcome::Again(0),
            true => continue,
        };
        return Ok(Report { outcome, state: None, progress: Some(format!(r#"{{"removed":{removed}}}"#)) });
    }
}
