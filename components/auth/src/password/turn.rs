//! One password at a time: an instance has one thread, so two derivations at once would take twice as long each, and
//! delay the other requests of the instance twice as often.
//!
//! The turns are those of one instance. A host adds instances only while all others have as many requests as they take
//! (16), so few of them derive at the same time.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use guest::time;

use crate::contract::Error;

/// Half of the requests that an instance takes at a time, so that the others find places. The last one waits for about
/// 7 × 0.2 s.
const MAX_WAITING: usize = 7;
/// How often a request looks whether it is its turn, times its place.
const POLL: Duration = Duration::from_millis(10);
/// What a client that is refused should wait: a queue takes about that long.
const RETRY_SECONDS: u32 = 2;

/// The numbers of those that derive (the first) or wait.
static QUEUE: Mutex<Queue> = Mutex::new(Queue { next: 0, places: VecDeque::new() });

struct Queue {
    next: u64,
    places: VecDeque<u64>,
}

/// The right to derive a password. The next one has it when this is dropped.
pub struct Turn(u64);

impl Turn {
    /// Waits for its turn. Fails with `busy` at once if too many wait already.
    pub async fn take() -> Result<Self, Error> {
        let turn = {
            let mut queue = queue();
            if queue.places.len() > MAX_WAITING {
                return Err(Error::Busy(RETRY_SECONDS));
            }
            let number = queue.next;
            queue.next += 1;
            queue.places.push_back(number);
            Self(number)
        };
        // Polls, because waking another task would need a stream for each.
        loop {
            match u32::try_from(turn.place()) {
                Ok(0) | Err(_) => return Ok(turn),
                Ok(place) => time::sleep(POLL * place).await,
            }
        }
    }

    fn place(&self) -> usize {
        queue().places.iter().position(|number| *number == self.0).unwrap_or_default()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        queue().places.retain(|number| *number != self.0);
    }
}

fn queue() -> MutexGuard<'static, Queue> {
    QUEUE.lock().unwrap_or_else(PoisonError::into_inner)
}
