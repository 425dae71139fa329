//! The body of an answer, sent piece by piece at a given pace.

use std::{
    collections::VecDeque,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body::Frame;
use tokio::time::{Instant, Sleep};

use super::nanoseconds;

/// Writes a token as a frame; with `true`, among frames and members that clients must ignore.
pub type Token = fn(&str, bool) -> String;

pub enum Piece {
    Bytes(Bytes),
    /// A frame whose token is the time at which it is sent.
    Clock(Token),
    /// Nothing more is sent, and the body does not end.
    Stall,
    /// The connection is closed.
    CutOff,
}

impl Piece {
    pub fn bytes(&self) -> Bytes {
        match self {
            Self::Bytes(bytes) => bytes.clone(),
            Self::Clock(frame) => frame(&format!("{} ", nanoseconds()), false).into(),
            Self::Stall | Self::CutOff => Bytes::new(),
        }
    }
}

pub struct PacedBody {
    pieces: VecDeque<(Duration, Piece)>,
    /// When to send the next piece. It is counted from the time at which the last piece was due, so that one late piece
    /// does not delay those after it.
    due: Instant,
    sleep: Pin<Box<Sleep>>,
    open: Arc<AtomicUsize>,
    abandoned: Arc<AtomicUsize>,
    ended: bool,
}

impl PacedBody {
    pub fn new(pieces: VecDeque<(Duration, Piece)>, open: Arc<AtomicUsize>, abandoned: Arc<AtomicUsize>) -> Self {
        open.fetch_add(1, Ordering::SeqCst);
        let due = Instant::now();
        let mut body =
            Self { pieces, due, sleep: Box::pin(tokio::time::sleep_until(due)), open, abandoned, ended: false };
        body.wait_for_next();
        body
    }

    fn wait_for_next(&mut self) {
        if let Some((wait, _)) = self.pieces.front() {
            self.due += *wait;
            self.sleep.as_mut().reset(self.due);
        }
    }
}

impl http_body::Body for PacedBody {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let waits = self.due > Instant::now();
        if waits && self.sleep.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        match self.pieces.pop_front() {
            None => {
                self.ended = true;
                Poll::Ready(None)
            }
            Some((_, Piece::CutOff)) => {
                self.ended = true;
                Poll::Ready(Some(Err("cut off on purpose".into())))
            }
            Some((wait, Piece::Stall)) => {
                self.pieces.push_front((wait, Piece::Stall));
                Poll::Pending
            }
            Some((_, piece)) => {
                self.wait_for_next();
                Poll::Ready(Some(Ok(Frame::data(piece.bytes()))))
            }
        }
    }
}

impl Drop for PacedBody {
    fn drop(&mut self) {
        self.open.fetch_sub(1, Ordering::SeqCst);
        if !self.ended {
            self.abandoned.fetch_add(1, Ordering::SeqCst);
        }
    }
}
