//! When a request may start: the shares of an address, the places of the application, and memory.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};

use super::{Server, activity::Activity, problem::Problem};

/// How long a request waits for a permit, or for memory, before it is answered with 503.
pub const PERMIT_TIMEOUT: Duration = Duration::from_secs(5);
/// The same for a request with a large body, which waits in a file: others are processed first.
const LARGE_TIMEOUT: Duration = Duration::from_secs(30);
/// A larger body is processed only beside few others.
const LARGE: u64 = 1 << 20;
/// The unit of the permits for large bodies, in bytes.
const LARGE_UNIT: u64 = 64 << 10;
/// How often a request that waits for memory looks for it.
const MEMORY_CHECK: Duration = Duration::from_millis(10);

/// What a request holds until its guest has answered.
pub type Permits = [Option<OwnedSemaphorePermit>; 4];

impl Server {
    /// Waits until the request may start, for a bounded time. `bytes` is the size of its body.
    pub(super) async fn admit(&self, activity: &Activity, bytes: u64) -> Result<Permits, Problem> {
        let patience = if bytes > LARGE { LARGE_TIMEOUT } else { PERMIT_TIMEOUT };
        timeout(patience, self.admitted(activity, bytes)).await.map_err(|_| {
            self.refusals.add();
            Problem::Busy
        })?
    }

    /// Waits until the request may start: its address has a free place, the application has one, and there is memory.
    /// A request with a large body waits for its turn first: its address has one turn at a time.
    async fn admitted(&self, activity: &Activity, bytes: u64) -> Result<Permits, Problem> {
        let address = activity.address.as_ref();
        let large = (bytes > LARGE).then(|| large_units(bytes).min(large_units(self.limits.large_bodies)));
        let turns = address.map(|address| (&address.large, 1)).into_iter().chain([(&self.large, large.unwrap_or(0))]);
        let places = address.map(|address| (&address.running, 1)).into_iter().chain([(&self.permits, 1)]);
        let mut permits = Permits::default();
        for (slot, (needed, count)) in permits.iter_mut().zip(turns.filter(|_| large.is_some()).chain(places)) {
            *slot = Some(acquire(needed, count).await?);
        }
        while self.memory.is_tight() {
            sleep(MEMORY_CHECK).await;
        }
        Ok(permits)
    }
}

async fn acquire(permits: &Arc<Semaphore>, count: u32) -> Result<OwnedSemaphorePermit, Problem> {
    match permits.clone().try_acquire_many_owned(count) {
        Ok(permit) => Ok(permit),
        Err(_) => permits.clone().acquire_many_owned(count).await.map_err(|_| Problem::Stopping),
    }
}

pub fn large_units(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(LARGE_UNIT)).unwrap_or(u32::MAX >> 8)
}
