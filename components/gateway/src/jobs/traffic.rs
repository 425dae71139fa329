//! Runs jobs after the answers of other requests, where no host or scheduler does.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use spin_sdk::wasip3::wit_bindgen;

use super::runner;
use crate::{extract::database, log, trace::Trace};

/// How often an instance looks for slices that are due, which costs one read; more often while there are some.
const INTERVAL: Duration = Duration::from_secs(30);
const SHORTEST_INTERVAL: Duration = Duration::from_secs(5);
/// The instance serves requests meanwhile.
const BUDGET: Duration = Duration::from_secs(5);

/// When this instance looks next; `None`: after the next answer.
static NEXT: Mutex<Option<Instant>> = Mutex::new(None);

/// Runs the slices that are due, if it is time to look. The client does not wait for them.
pub fn after_answer(trace: &Trace) {
    let now = Instant::now();
    if next().is_some_and(|next| now < next) || !database::is_current() {
        return;
    }
    // Until the run has ended, so that no other one begins.
    put_off();
    let trace = trace.clone();
    wit_bindgen::spawn(async move {
        match runner::run(BUDGET, trace.id_str()).await {
            Ok(run) => {
                let next = run.next_in().map_or(INTERVAL, |seconds| Duration::from_secs(seconds.into()));
                look_in(next.clamp(SHORTEST_INTERVAL, INTERVAL));
            }
            Err(problem) => {
                log::warning(&format!("jobs could not be run: {}", problem.cause().unwrap_or(problem.detail())));
            }
        }
    });
}

/// This instance runs slices already.
pub fn put_off() {
    look_in(INTERVAL);
}

/// When to look next. A handler that has started a job looks at once, after its own answer.
pub fn look_in(delay: Duration) {
    *next() = Instant::now().checked_add(delay);
}

/// A component has one thread, so there is no waiting.
fn next() -> MutexGuard<'static, Option<Instant>> {
    NEXT.lock().unwrap_or_else(PoisonError::into_inner)
}
