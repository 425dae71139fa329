//! The stream of events to the client, which may disconnect at any time.

use std::{
    pin::{Pin, pin},
    time::{Duration, Instant},
};

use futures_lite::future;
use guest::time::sleep;
use wit_bindgen::StreamWriter;

use crate::{
    contract::assistant::{Event, FailureReason},
    error::{AnswerError, Incomplete},
};

/// The time at which it ends, and the future that waits for it.
type Timer = (Instant, Pin<Box<dyn Future<Output = ()>>>);

pub struct ClientStream {
    events: StreamWriter<Event>,
    heartbeat: Duration,
    last_sent: Instant,
    /// Shared by consecutive waits: a new timer for each piece of an answer would cost two calls to the host.
    timer: Option<Timer>,
}

impl ClientStream {
    pub fn new(events: StreamWriter<Event>, heartbeat: Duration) -> Self {
        Self { events, heartbeat, last_sent: Instant::now(), timer: None }
    }

    /// Fails with `ClientDisconnected` only.
    pub async fn send(&mut self, events: Vec<Event>) -> Result<(), Incomplete> {
        if events.is_empty() {
            return Ok(());
        }
        self.last_sent = Instant::now();
        if self.events.write_all(events).await.is_empty() { Ok(()) } else { Err(Incomplete::ClientDisconnected) }
    }

    /// Waits for `future` up to `patience`, and sends `waiting` at each heartbeat. Only a write shows that the client
    /// disconnected.
    pub async fn wait_for<T>(&mut self, patience: Duration, future: impl Future<Output = T>) -> Result<T, Incomplete> {
        let mut future = pin!(future);
        let deadline = Instant::now() + patience;
        loop {
            let timer = self.timer(deadline.min(self.last_sent + self.heartbeat));
            let ready = async { Some(future.as_mut().await) };
            let elapsed = async {
                timer.await;
                None
            };
            if let Some(value) = future::or(ready, elapsed).await {
                return Ok(value);
            }
            self.timer = None;
            let now = Instant::now();
            if now >= deadline {
                let cause = "the provider sent nothing for chat_patience seconds";
                return Err(AnswerError::new(FailureReason::TimedOut, cause).into());
            }
            if now >= self.last_sent + self.heartbeat {
                self.send(vec![Event::Waiting]).await?;
            }
        }
    }

    /// A timer that ends at `wake` or before.
    fn timer(&mut self, wake: Instant) -> Pin<&mut (dyn Future<Output = ()> + 'static)> {
        let timer = self
            .timer
            .take()
            .filter(|(end, _)| *end <= wake)
            .unwrap_or_else(|| (wake, Box::pin(sleep(wake.saturating_duration_since(Instant::now())))));
        self.timer.insert(timer).1.as_mut()
    }
}
