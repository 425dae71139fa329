//! Large bodies: an instance holds one of them at a time. Its memory has a limit, and a trap would end up to 15 other
//! requests: a body of 20 MiB takes some 100 MiB while it is parsed and written.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use guest::time;

use crate::problem::{Code, Problem};

/// A larger body needs the place.
pub const LARGE: usize = 1 << 20;

/// Less than the time in which a request must be answered.
const PATIENCE: Duration = Duration::from_secs(15);
const PAUSE: Duration = Duration::from_millis(50);

static IS_TAKEN: AtomicBool = AtomicBool::new(false);

/// The right to hold a large body, until the request is answered.
pub struct Place(());

impl Place {
    /// Waits for the place; fails with 503 if it does not become free in time.
    pub async fn take() -> Result<Self, Problem> {
        let start = Instant::now();
        while IS_TAKEN.swap(true, Ordering::Relaxed) {
            if start.elapsed() > PATIENCE {
                return Err(Problem::new(Code::Unavailable, "Too many large bodies arrive at once; please try again."));
            }
            time::sleep(PAUSE).await;
        }
        Ok(Self(()))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        IS_TAKEN.store(false, Ordering::Relaxed);
    }
}
