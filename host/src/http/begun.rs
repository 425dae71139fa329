//! An answer whose body has begun.
//!
//! A guest sends the head of an answer first. If its instance fails then, perhaps by the fault of another request, the
//! client would get nothing. So the host waits for the first part of the body while it can still repeat the request.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::{
    Response,
    body::{Body, Frame, SizeHint},
};
use wasmtime_wasi_http::{Error, WasiBody};

/// The body of an answer ended in its middle.
#[derive(Debug)]
pub struct BodyFailed(Error);

impl fmt::Display for BodyFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the answer ended before its body began: {}", self.0)
    }
}

impl std::error::Error for BodyFailed {}

/// Waits for the first part of a body. One of unknown length is returned as it is: it may be an event stream, whose
/// first event comes late.
///
/// # Errors
/// `BodyFailed`.
pub async fn begun(response: Response<WasiBody>) -> wasmtime::Result<Response<WasiBody>> {
    let hint = response.body().size_hint();
    if hint.exact().is_none() {
        return Ok(response);
    }
    let (head, mut rest) = response.into_parts();
    let first = rest.frame().await.transpose().map_err(BodyFailed)?;
    Ok(Response::from_parts(head, Begun { first, rest, hint }.boxed_unsync()))
}

struct Begun {
    first: Option<Frame<Bytes>>,
    rest: WasiBody,
    /// Of the whole body.
    hint: SizeHint,
}

impl Body for Begun {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        match self.first.take() {
            Some(first) => Poll::Ready(Some(Ok(first))),
            None => Pin::new(&mut self.rest).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.first.is_none() && self.rest.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.hint
    }
}
