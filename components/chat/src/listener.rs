//! Who hears an answer; may go away at any time.

use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::{Duration, Instant};

use spin_sdk::wasip3::clocks::monotonic_clock;
use wit_bindgen::StreamWriter;

use crate::service::contract::Event;

/// When it rings, and until then.
type Timer = (Instant, Pin<Box<dyn Future<Output = ()>>>);

pub struct Listener {
    events: StreamWriter<Event>,
    heartbeat: Duration,
    /// When the listener heard something last.
    heard: Instant,
    /// Kept over many awaits: a timer of its own for each frame would cost two calls to the host.
    timer: Option<Timer>,
}

/// Why nothing came of an await.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interruption {
    /// Nobody listens any more.
    Gone,
    TimedOut,
}

impl Listener {
    pub fn new(events: StreamWriter<Event>, heartbeat: Duration) -> Self {
        Self { events, heartbeat, heard: Instant::now(), timer: None }
    }

    /// Tells all of it, or finds that nobody listens.
    pub async fn tell(&mut self, events: Vec<Event>) -> Result<(), Interruption> {
        if events.is_empty() {
            return Ok(());
        }
        self.heard = Instant::now();
        if self.events.write_all(events).await.is_empty() { Ok(()) } else { Err(Interruption::Gone) }
    }

    /// Awaits something for so long, and tells the listener from time to time that it is awaited: whoever has gone away is
    /// noticed only by being told something.
    pub async fn attend<T>(&mut self, patience: Duration, future: impl Future<Output = T>) -> Result<T, Interruption> {
        let mut future = pin!(future);
        let deadline = Instant::now() + patience;
        loop {
            let wake = deadline.min(self.heard + self.heartbeat);
            if self.timer.as_ref().is_none_or(|(at, _)| *at > wake) {
                let wait = wake.saturating_duration_since(Instant::now());
                let wait = u64::try_from(wait.as_nanos()).unwrap_or(u64::MAX);
                self.timer = Some((wake, Box::pin(monotonic_clock::wait_for(wait))));
            }
            let timer = &mut self.timer;
            let first = std::future::poll_fn(|context| {
                if let Poll::Ready(value) = future.as_mut().poll(context) {
                    return Poll::Ready(Some(value));
                }
                match timer.as_mut().map(|(_, timer)| timer.as_mut().poll(context)) {
                    Some(Poll::Ready(())) => Poll::Ready(None),
                    _ => Poll::Pending,
                }
            });
            if let Some(value) = first.await {
                return Ok(value);
            }
            self.timer = None;
            let now = Instant::now();
            if now >= deadline {
                return Err(Interruption::TimedOut);
            }
            if now >= self.heard + self.heartbeat {
                self.tell(vec![Event::Waiting]).await?;
            }
        }
    }
}
