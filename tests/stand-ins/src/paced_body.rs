//! A response body that is sent piece by piece, with a pause before each piece.

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body, Frame};
use tokio::time::{Instant, Sleep};

pub enum Piece {
    Bytes(Bytes),
    /// Bytes that are made at the moment of sending.
    Late(Box<dyn Fn() -> Bytes + Send>),
    /// Nothing more is sent, and the body does not end.
    Stall,
    /// The connection is closed.
    CutOff,
}

impl Piece {
    pub fn bytes(&self) -> Bytes {
        match self {
            Self::Bytes(bytes) => bytes.clone(),
            Self::Late(make) => make(),
            Self::Stall | Self::CutOff => Bytes::new(),
        }
    }
}

/// Pieces, each with the pause before it.
pub type Pieces = VecDeque<(Duration, Piece)>;

pub struct PacedBody {
    pieces: Pieces,
    /// When to send the next piece. It is counted from the time at which the last piece was due, so that one late piece
    /// does not delay those after it.
    due: Instant,
    sleep: Pin<Box<Sleep>>,
}

impl PacedBody {
    pub fn new(pieces: Pieces) -> Self {
        let due = Instant::now();
        let mut body = Self { pieces, due, sleep: Box::pin(tokio::time::sleep_until(due)) };
        body.schedule_next();
        body
    }

    fn schedule_next(&mut self) {
        if let Some((pause, _)) = self.pieces.front() {
            self.due += *pause;
            self.sleep.as_mut().reset(self.due);
        }
    }
}

impl Body for PacedBody {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let is_early = self.due > Instant::now();
        if is_early && self.sleep.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        match self.pieces.pop_front() {
            None => Poll::Ready(None),
            Some((_, Piece::CutOff)) => Poll::Ready(Some(Err("cut off on purpose".into()))),
            Some((pause, Piece::Stall)) => {
                self.pieces.push_front((pause, Piece::Stall));
                Poll::Pending
            }
            Some((_, piece)) => {
                self.schedule_next();
                Poll::Ready(Some(Ok(Frame::data(piece.bytes()))))
            }
        }
    }
}
