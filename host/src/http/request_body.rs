//! Bodies of requests, which must arrive at a least rate and have a maximum size.
//!
//! The host reads a body before a guest gets the request (`collect`): a small one into memory, the rest of a larger one
//! into a file. So a client that sends slowly occupies no guest and little memory.

mod patience;
mod spool;

use std::{
    collections::VecDeque,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::Sleep;
use wasmtime_wasi_http::{Error, WasiBody};

pub use self::spool::Spool;
use self::{patience::Patience, spool::SpooledFile};
use super::activity::{Activity, Held};
use crate::limits::ConnectionLimits;

/// The memory of a request that waits for its body, besides the body: its head and the buffers of the connection.
const WAITING_REQUEST: usize = 16 << 10;

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    TooSlow,
    TooLarge,
    /// The connection ended, or the body is malformed.
    Broken,
    /// The host holds too much already.
    NoMemory,
    /// Too many large bodies arrive, or the disk is full.
    NoRoom,
}

/// Reads a body to its end. Returns it with its size in bytes.
pub async fn collect(
    body: Incoming,
    activity: &Arc<Activity>,
    limits: &ConnectionLimits,
    spool: &Spool,
) -> Result<(WasiBody, u64), Failure> {
    if body.is_end_stream() {
        return Ok((WasiBody::default(), 0));
    }
    // The lower bound is the length that the client announced.
    if body.size_hint().lower() > limits.body_bytes {
        return Err(Failure::TooLarge);
    }
    if limits.body_buffer == 0 {
        return Ok((body.map_err(Error::from).boxed_unsync(), 0));
    }
    let mut paced = Paced::new(body, limits);
    let (mut pieces, mut in_memory, mut bytes) = (VecDeque::new(), 0, 0);
    let mut held: Option<Held> = None;
    let mut file: Option<SpooledFile> = None;
    loop {
        let data = match std::future::poll_fn(|context| Poll::Ready(paced.poll_data(context))).await {
            Poll::Ready(data) => data,
            Poll::Pending => {
                // Only now the body costs memory for longer than a moment.
                let held = held.get_or_insert_with(|| Held::new(activity, WAITING_REQUEST + in_memory));
                if held.is_too_much() {
                    return Err(Failure::NoMemory);
                }
                std::future::poll_fn(|context| paced.poll_data(context)).await
            }
        };
        let Some(data) = data? else { break };
        bytes += data.len() as u64;
        in_memory += data.len();
        if bytes > limits.body_bytes {
            return Err(Failure::TooLarge);
        }
        if let (Some(held), None) = (&mut held, &file) {
            held.add(data.len());
        }
        pieces.push_back(data);
        if paced.incoming.is_end_stream() {
            break;
        }
        if in_memory >= limits.body_buffer {
            let open = match file {
                Some(file) => file,
                None => spool.open(activity.address.as_ref()).await?,
            };
            file = Some(spool.append(open, std::mem::take(&mut pieces).into()).await?);
            in_memory = 0;
        }
    }
    if let Some(file) = &mut file {
        file.rewind()?;
    }
    Ok((Collected { file, pieces, _held: held }.boxed_unsync(), bytes))
}

/// A body that fails when it arrives too slowly. Only the time that is spent waiting for the client counts.
struct Paced {
    incoming: Incoming,
    patience: Patience,
    waiting: Option<Waiting>,
}

struct Waiting {
    since: Instant,
    until: Pin<Box<Sleep>>,
}

impl Paced {
    fn new(incoming: Incoming, limits: &ConnectionLimits) -> Self {
        Self { incoming, patience: Patience::new(limits), waiting: None }
    }

    /// The next data; `None` at the end. Trailers are left out: no guest reads them.
    fn poll_data(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Failure>> {
        loop {
            let polled = Pin::new(&mut self.incoming).poll_frame(context);
            if polled.is_ready()
                && let Some(waiting) = self.waiting.take()
            {
                self.patience.waited(waiting.since.elapsed());
            }
            match polled {
                Poll::Ready(Some(Ok(frame))) => {
                    if let Ok(data) = frame.into_data() {
                        self.patience.received(data.len());
                        return Poll::Ready(Ok(Some(data)));
                    }
                }
                Poll::Ready(Some(Err(_))) => return Poll::Ready(Err(Failure::Broken)),
                Poll::Ready(None) => return Poll::Ready(Ok(None)),
                Poll::Pending => break,
            }
        }
        let patience = self.patience.left();
        let waiting = self
            .waiting
            .get_or_insert_with(|| Waiting { since: Instant::now(), until: Box::pin(tokio::time::sleep(patience)) });
        waiting.until.as_mut().poll(context).map(|()| Err(Failure::TooSlow))
    }
}

/// A body that was read: the file has its first part.
struct Collected {
    file: Option<SpooledFile>,
    pieces: VecDeque<Bytes>,
    _held: Option<Held>,
}

impl Body for Collected {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if let Some(file) = self.file.as_mut().filter(|file| file.left() > 0) {
            let piece = file.read().map(Frame::data).map_err(|_| Error::ConnectionTerminated);
            return Poll::Ready(Some(piece));
        }
        Poll::Ready(self.pieces.pop_front().map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty() && self.file.as_ref().is_none_or(|file| file.left() == 0)
    }

    fn size_hint(&self) -> SizeHint {
        let in_memory: u64 = self.pieces.iter().map(|piece| piece.len() as u64).sum();
        SizeHint::with_exact(self.file.as_ref().map_or(0, SpooledFile::left) + in_memory)
    }
}
