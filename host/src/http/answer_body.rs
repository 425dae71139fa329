//! Bodies of answers, as the connection takes them.
//!
//! A guest that waits for a client to read keeps its instance. So the host takes the rest of a longer answer from the
//! guest at once and holds it, within limits. An answer is handed over in pieces that are counted until the client has
//! taken them.

use std::{
    collections::VecDeque,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, SizeHint};
use tokio::{sync::mpsc, time::timeout};
use wasmtime_wasi_http::{Error, WasiBody};

use super::activity::{Activity, HeldPiece, Unfinished};

/// The size of a piece: the progress that a client must make within the limit of writing.
const PIECE: usize = 64 << 10;
/// How often the host looks whether there is memory again.
const MEMORY_CHECK: Duration = Duration::from_millis(10);

/// How much of an answer the host holds, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct AnswerLimits {
    pub buffer: usize,
    pub write: Duration,
    pub stream: Duration,
}

/// The body of an answer.
pub struct AnswerBody {
    source: Source,
    /// Pieces that were taken from the source and not handed over yet.
    pieces: VecDeque<Bytes>,
    /// Bytes that were taken from the source.
    taken: usize,
    /// The bytes that are not handed over yet, if known.
    exact: Option<u64>,
    limits: AnswerLimits,
    activity: Arc<Activity>,
    /// Counts the request until its answer has ended.
    _request: Option<Unfinished>,
}

enum Source {
    Guest(WasiBody),
    Queue(mpsc::Receiver<Queued>),
    Ended,
}

/// What the queue between guest and connection holds.
enum Queued {
    Frame(Result<Frame<Bytes>, Error>),
    End,
}

impl AnswerBody {
    pub fn new(body: WasiBody, limits: AnswerLimits, activity: Arc<Activity>, request: Option<Unfinished>) -> Self {
        let exact = body.size_hint().exact();
        let (source, pieces) = (Source::Guest(body), VecDeque::new());
        Self { source, pieces, taken: 0, exact, limits, activity, _request: request }
    }

    /// Returns the first piece of the data, and keeps the others.
    fn first_piece(&mut self, mut data: Bytes) -> Bytes {
        let first = data.split_to(data.len().min(PIECE));
        while !data.is_empty() {
            let piece = hold(&self.activity, data.split_to(data.len().min(PIECE)));
            self.pieces.push_back(piece);
        }
        hold(&self.activity, first)
    }

    fn hand_over(&mut self, piece: Bytes) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        self.exact = self.exact.map(|exact| exact.saturating_sub(piece.len() as u64));
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    /// Takes the rest from the guest in a task of its own.
    fn queue_rest(&mut self) {
        let Source::Guest(body) = std::mem::replace(&mut self.source, Source::Ended) else { return };
        let (sender, receiver) = mpsc::channel((self.limits.buffer / PIECE).max(1));
        self.source = Source::Queue(receiver);
        let (activity, limits) = (self.activity.clone(), self.limits);
        // If the time is over, the queue ends without `End`, which ends the connection.
        tokio::spawn(async move { timeout(limits.stream, fill(body, &sender, &activity, limits.write)).await });
    }

    fn poll_guest(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let Source::Guest(body) = &mut self.source else { return Poll::Ready(None) };
        let frame = match Pin::new(&mut *body).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => frame,
            other => return other,
        };
        let data = match frame.into_data() {
            Ok(data) => data,
            Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
        };
        self.taken += data.len();
        if self.taken > PIECE && !body.is_end_stream() {
            self.queue_rest();
        }
        let piece = self.first_piece(data);
        self.hand_over(piece)
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if let Some(piece) = self.pieces.pop_front() {
            return self.hand_over(piece);
        }
        let queue = match &mut self.source {
            Source::Guest(_) => return self.poll_guest(context),
            Source::Ended => return Poll::Ready(None),
            Source::Queue(queue) => queue,
        };
        match queue.poll_recv(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Some(Queued::Frame(Ok(frame)))) => match frame.into_data() {
                Ok(piece) => self.hand_over(piece),
                Err(trailers) => Poll::Ready(Some(Ok(trailers))),
            },
            Poll::Ready(Some(Queued::Frame(Err(error)))) => Poll::Ready(Some(Err(error))),
            Poll::Ready(Some(Queued::End)) => {
                self.source = Source::Ended;
                Poll::Ready(None)
            }
            Poll::Ready(None) => Poll::Ready(Some(Err(Error::ConnectionWriteTimeout))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty()
            && match &self.source {
                Source::Guest(body) => body.is_end_stream(),
                Source::Queue(_) => false,
                Source::Ended => true,
            }
    }

    fn size_hint(&self) -> SizeHint {
        match self.exact {
            Some(exact) => SizeHint::with_exact(exact),
            None => SizeHint::default(),
        }
    }
}

/// The same bytes, counted until they are dropped.
fn hold(activity: &Arc<Activity>, bytes: Bytes) -> Bytes {
    let held = HeldPiece::new(activity, bytes.len());
    Bytes::from_owner(Piece { bytes, _held: held })
}

struct Piece {
    bytes: Bytes,
    _held: HeldPiece,
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Moves the frames of a guest to the queue. Returns when all are there, or nothing takes them.
async fn fill(mut body: WasiBody, queue: &mpsc::Sender<Queued>, activity: &Arc<Activity>, write: Duration) {
    loop {
        let frame = tokio::select! {
            biased;
            () = queue.closed() => return,
            frame = body.frame() => frame,
        };
        let mut data = match frame {
            None => {
                send(queue, Queued::End, write).await;
                return;
            }
            Some(Ok(frame)) if frame.is_data() => frame.into_data().unwrap_or_default(),
            Some(other) => {
                let ended = other.is_err();
                if !send(queue, Queued::Frame(other), write).await || ended {
                    return;
                }
                continue;
            }
        };
        while !data.is_empty() {
            while activity.memory.is_tight() && queue.capacity() < queue.max_capacity() && !queue.is_closed() {
                tokio::time::sleep(MEMORY_CHECK).await;
            }
            let piece = hold(activity, data.split_to(data.len().min(PIECE)));
            if !send(queue, Queued::Frame(Ok(Frame::data(piece))), write).await {
                return;
            }
        }
    }
}

/// Returns whether there was room in time.
async fn send(queue: &mpsc::Sender<Queued>, entry: Queued, write: Duration) -> bool {
    timeout(write, queue.send(entry)).await.is_ok_and(|sent| sent.is_ok())
}
