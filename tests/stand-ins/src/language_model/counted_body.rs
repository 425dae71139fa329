//! A body that counts the answers that are being sent, and those whose client disconnected.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame};

use crate::paced_body::PacedBody;

#[derive(Clone, Default)]
pub struct Counters {
    /// Answers that are being sent.
    pub open: Arc<AtomicUsize>,
    /// Answers whose client disconnected before their end.
    pub abandoned: Arc<AtomicUsize>,
}

pub struct CountedBody {
    body: PacedBody,
    counters: Counters,
    has_ended: bool,
}

impl CountedBody {
    pub fn new(body: PacedBody, counters: Counters) -> Self {
        counters.open.fetch_add(1, Ordering::SeqCst);
        Self { body, counters, has_ended: false }
    }
}

impl Body for CountedBody {
    type Data = Bytes;
    type Error = <PacedBody as Body>::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        self.has_ended |= matches!(frame, Poll::Ready(None | Some(Err(_))));
        frame
    }
}

impl Drop for CountedBody {
    fn drop(&mut self) {
        self.counters.open.fetch_sub(1, Ordering::SeqCst);
        if !self.has_ended {
            self.counters.abandoned.fetch_add(1, Ordering::SeqCst);
        }
    }
}
