//! A service's stream as the body of an answer.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use axum::body::Body;
use bytes::Bytes;
use http_body::Frame;
use send_wrapper::SendWrapper;
use wit_bindgen::{FutureReader, StreamReader};

use crate::services::collection;

/// A page of an export is some hundred KiB.
const BUFFER: usize = 128 << 10;

type End = FutureReader<Result<(), collection::types::Error>>;

/// What was read, and what is left to read.
type Turn = (Result<Vec<u8>, &'static str>, Option<(StreamReader<u8>, End)>);

struct Streamed(Option<Pin<Box<dyn Future<Output = Turn> + Send>>>);

/// Breaks off, so that the client sees it, unless the service says at the end that all was said.
pub fn body(stream: StreamReader<u8>, end: End) -> Body {
    Body::new(Streamed(Some(turn(stream, end))))
}

/// There is one thread in here: the wrapper only says so.
fn turn(mut stream: StreamReader<u8>, end: End) -> Pin<Box<dyn Future<Output = Turn> + Send>> {
    Box::pin(SendWrapper::new(async move {
        let (_, bytes) = stream.read(Vec::with_capacity(BUFFER)).await;
        if !bytes.is_empty() {
            return (Ok(bytes), Some((stream, end)));
        }
        match end.await {
            Ok(()) => (Ok(bytes), None),
            Err(_) => (Err("the service broke off"), None),
        }
    }))
}

impl http_body::Body for Streamed {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let Some(future) = &mut self.0 else { return Poll::Ready(None) };
        let (bytes, rest) = ready!(future.as_mut().poll(context));
        self.0 = rest.map(|(stream, end)| turn(stream, end));
        Poll::Ready(match bytes {
            Ok(bytes) if bytes.is_empty() => None,
            Ok(bytes) => Some(Ok(Frame::data(bytes.into()))),
            Err(error) => Some(Err(error)),
        })
    }
}
