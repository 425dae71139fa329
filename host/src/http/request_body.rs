//! Bodies of requests, which must arrive at a least rate.
//!
//! The host reads the first part of a body before a guest gets the request (`collect`). So a client that sends slowly
//! occupies no guest, unless its body is large.

use std::{
    collections::VecDeque,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::Sleep;
use wasmtime_wasi_http::{Error, WasiBody};

use super::activity::{Activity, Held};
use crate::limits::ConnectionLimits;

/// The memory of a request that waits for its body, besides the body: its head and the buffers of the connection.
const WAITING_REQUEST: usize = 16 << 10;

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    TooSlow,
    /// The connection ended, or the body is malformed.
    Broken,
    /// The host holds too much already.
    NoMemory,
}

/// What was read of a body.
pub enum Collected {
    /// The whole body.
    Whole(WasiBody),
    /// The body is larger than the buffer.
    Part(LargeBody),
}

/// Reads a body to its end, or until the buffer is full.
pub async fn collect(
    body: Incoming,
    activity: &Arc<Activity>,
    limits: &Arc<ConnectionLimits>,
) -> Result<Collected, Failure> {
    if body.is_end_stream() {
        return Ok(Collected::Whole(WasiBody::default()));
    }
    let mut paced = Paced::new(body, limits.clone());
    let mut read = VecDeque::new();
    let (mut bytes, mut held) = (0, None);
    loop {
        let data = match std::future::poll_fn(|context| Poll::Ready(paced.poll_data(context))).await {
            Poll::Ready(data) => data,
            Poll::Pending => {
                // Only now the body costs memory for longer than a moment.
                let held = held.get_or_insert_with(|| Held::new(activity, WAITING_REQUEST + bytes));
                if held.is_too_much() {
                    return Err(Failure::NoMemory);
                }
                std::future::poll_fn(|context| paced.poll_data(context)).await
            }
        };
        let Some(data) = data? else { break };
        bytes += data.len();
        if let Some(held) = &mut held {
            held.add(data.len());
        }
        read.push_back(data);
        if bytes >= limits.body_buffer && !paced.incoming.is_end_stream() {
            let held = held.unwrap_or_else(|| Held::new(activity, bytes));
            return Ok(Collected::Part(LargeBody::new(read, paced, held)));
        }
        if paced.incoming.is_end_stream() {
            break;
        }
    }
    Ok(Collected::Whole(Read { pieces: read, _held: held }.boxed_unsync()))
}

/// A body that fails when it arrives too slowly. Only the time that is spent waiting for the client counts.
struct Paced {
    incoming: Incoming,
    limits: Arc<ConnectionLimits>,
    received: u64,
    waited: Duration,
    waiting: Option<Waiting>,
}

struct Waiting {
    since: Instant,
    until: Pin<Box<Sleep>>,
}

impl Paced {
    fn new(incoming: Incoming, limits: Arc<ConnectionLimits>) -> Self {
        Self { incoming, limits, received: 0, waited: Duration::ZERO, waiting: None }
    }

    /// How long the host may wait now.
    fn patience(&self) -> Duration {
        let earned = Duration::from_secs_f64(self.received as f64 / self.limits.body_rate.max(1) as f64);
        self.limits.body.min(self.limits.body_grace + earned).saturating_sub(self.waited)
    }

    /// The next data; `None` at the end. Trailers are left out: no guest reads them.
    fn poll_data(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Failure>> {
        loop {
            let polled = Pin::new(&mut self.incoming).poll_frame(context);
            if polled.is_ready()
                && let Some(waiting) = self.waiting.take()
            {
                self.waited += waiting.since.elapsed();
            }
            match polled {
                Poll::Ready(Some(Ok(frame))) => {
                    if let Ok(data) = frame.into_data() {
                        self.received += data.len() as u64;
                        return Poll::Ready(Ok(Some(data)));
                    }
                }
                Poll::Ready(Some(Err(_))) => return Poll::Ready(Err(Failure::Broken)),
                Poll::Ready(None) => return Poll::Ready(Ok(None)),
                Poll::Pending => break,
            }
        }
        let patience = self.patience();
        let waiting = self
            .waiting
            .get_or_insert_with(|| Waiting { since: Instant::now(), until: Box::pin(tokio::time::sleep(patience)) });
        waiting.until.as_mut().poll(context).map(|()| Err(Failure::TooSlow))
    }
}

/// A body that was read.
struct Read {
    pieces: VecDeque<Bytes>,
    _held: Option<Held>,
}

impl Body for Read {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        Poll::Ready(self.pieces.pop_front().map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.pieces.iter().map(|piece| piece.len() as u64).sum())
    }
}

/// A body whose rest the guest waits for.
pub struct LargeBody {
    pieces: VecDeque<Bytes>,
    rest: Paced,
    too_slow: Arc<AtomicBool>,
    _held: Held,
}

impl LargeBody {
    fn new(pieces: VecDeque<Bytes>, rest: Paced, held: Held) -> Self {
        Self { pieces, rest, too_slow: Arc::default(), _held: held }
    }

    /// Returns the body, and a flag that is set if its rest arrives too slowly.
    pub fn stream(self) -> (WasiBody, Arc<AtomicBool>) {
        let too_slow = self.too_slow.clone();
        (self.boxed_unsync(), too_slow)
    }
}

impl Body for LargeBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if let Some(piece) = self.pieces.pop_front() {
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        self.rest.poll_data(context).map(|data| match data {
            Ok(data) => data.map(|data| Ok(Frame::data(data))),
            Err(Failure::TooSlow) => {
                self.too_slow.store(true, Ordering::Relaxed);
                Some(Err(Error::ConnectionReadTimeout))
            }
            Err(_) => Some(Err(Error::ConnectionTerminated)),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty() && self.rest.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let read: u64 = self.pieces.iter().map(|piece| piece.len() as u64).sum();
        let rest = self.rest.incoming.size_hint();
        let mut hint = SizeHint::new();
        hint.set_lower(read + rest.lower());
        if let Some(upper) = rest.upper() {
            hint.set_upper(read + upper);
        }
        hint
    }
}
